import type { ConversationId } from "../../../src/protocol/ids.ts";
import { between } from "../../storage/key.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { callsAfter } from "../groups/calls.ts";
import { MOST_READ_MARKS } from "../groups/people.ts";
import { isWritten } from "../inbox/batch.ts";
import { isAccepted } from "../people/hear.ts";
import { readPrivacy } from "../people/privacy.ts";
import { readConversationView } from "../views.ts";
import { writeReadMark } from "./write-message.ts";

const COUNTED = 1_000;

/** The person has seen everything up to here. Answers up to where that is noted. */
export async function seeMessages(client: Client, id: ConversationId, upTo: number): Promise<number> {
  let noted = upTo;
  const moved = await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation) return false;
    const readUpTo = Math.min(upTo, conversation.cursor);
    noted = Math.max(readUpTo, conversation.readUpTo);
    if (readUpTo <= conversation.readUpTo) return false;
    const unread = await countUnread(client, change, id, conversation, readUpTo);
    const calls = callsAfter(conversation.calls, readUpTo);
    change.put("conversations", id, { ...conversation, readUpTo, unread, calls });
    return true;
  });
  const view = moved && (await readConversationView(client.vault, client.accountId, id));
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
  return noted;
}

/** Queues a read mark when there is something of somebody else's to tell of; true when it did. */
export function queueReadMark(client: Client, id: ConversationId): Promise<boolean> {
  return locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation || conversation.kind === "saved" || conversation.state === "frozen") return false;
    if (conversation.rights.channel) return false;
    if (conversation.people.filter(({ rank }) => rank !== null).length > MOST_READ_MARKS) return false;
    const upTo = Math.min(conversation.readUpTo, conversation.lastTheirs);
    if (upTo <= conversation.readTold || conversation.identityChanged) return false;
    if (conversation.peer && !(await isAccepted(change, conversation.peer.accountId))) return false;
    change.put("conversations", id, { ...conversation, readTold: upTo });
    if (!(await readPrivacy(change)).readMarks) return false;
    await writeReadMark(change, client, id, upTo);
    return true;
  });
}

export async function countUnread(
  { accountId: me }: Pick<Client, "accountId">,
  change: Change,
  id: ConversationId,
  conversation: ConversationRecord,
  readUpTo: number,
): Promise<number> {
  if (readUpTo >= conversation.lastTheirs) return 0;
  const rest = await change.list("messages", { ...between(id, readUpTo + 1), limit: COUNTED });
  return rest.filter(({ value }) => isWritten(value) && value.sender !== me).length;
}
