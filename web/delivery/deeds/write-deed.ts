import type { Deed } from "../../../src/protocol/content.ts";
import { type ConversationId, type MessageId, newMessageId } from "../../../src/protocol/ids.ts";
import { between, placed } from "../../storage/key.ts";
import type { ConversationRecord, MessageRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { calledIn } from "../groups/calls.ts";
import { mayDo } from "../groups/people.ts";
import { isWritten } from "../inbox/batch.ts";
import { enqueue } from "../outbox/enqueue.ts";
import { messageView, readConversationView, waitingIn } from "../views.ts";
import { applyDeed, erased, withWaiting } from "./apply-deed.ts";
import { findTarget } from "./find-target.ts";
import { pinsWith } from "./pins.ts";

const LOOK_BACK = 200;

/** Kept to be sent, and shown as done; its own echo makes it so. Answers where, to be pushed. */
export async function writeDeed(client: Client, wanted: Deed): Promise<ConversationId> {
  const { message, conversation, id } = await locked(client, async (change) => {
    const found = await findTarget(client, change, wanted.target);
    const { conversation, id } = found;
    const deed =
      wanted.kind === "edit"
        ? { ...wanted, ...calledIn(client.accountId, conversation, wanted.text) }
        : wanted;
    if (conversation.identityChanged) throw new Failed("identity_changed");
    if (conversation.state === "frozen") throw new Failed("crypto");
    demandRight(client, conversation, wanted);
    const at = client.platform.clock.now();
    const done = { deed, sender: client.accountId, at };
    const now = withWaiting(client.accountId, found.message, conversation, await waitingIn(change, id));
    const message = applyDeed(now, done, conversation);
    if (!message) return { ...found, message: undefined };
    await enqueue(client, change, {
      messageId: newMessageId(),
      conversationId: id,
      content: deed,
      createdAt: at,
      envelope: null,
      accepted: null,
      failure: null,
    });
    return { message, conversation, id };
  });
  if (message) tell(client, id, conversation, message);
  return id;
}

/** Whoever may not write changes and answers nothing either; the server takes none of it. */
function demandRight({ accountId }: Client, conversation: ConversationRecord, { kind }: Deed): void {
  if (conversation.kind !== "group" || kind === "delete" || kind === "pin") return;
  if (!mayDo(conversation, accountId, "write")) throw new Refused("message.not_allowed", "");
}

/** From this device alone; nobody is told. */
export async function hideMessage(client: Client, messageId: MessageId): Promise<void> {
  const id = await locked(client, async (change) => {
    const { id, conversation, message, unechoed } = await findTarget(client, change, messageId);
    const outgoing = unechoed && (await change.read("outbox", unechoed));
    if (unechoed && outgoing) {
      change.put("outbox", unechoed, { ...outgoing, hidden: true });
      return id;
    }
    const hidden = erased(message, "hidden");
    change.put("messages", placed(id, message.sequence), hidden);
    const isLast = conversation.last?.messageId === messageId;
    change.put("conversations", id, {
      ...conversation,
      pins: pinsWith(conversation.pins, hidden),
      ...(isLast ? { last: await lastBefore(change, id, message.sequence) } : {}),
    });
    return id;
  });
  client.tell({ kind: "removed", conversationId: id, ids: [messageId] });
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}

/** The newest before this place that somebody wrote. */
export async function lastBefore(change: Change, id: ConversationId, sequence: number) {
  const range = { ...between(id, 0, sequence - 1), limit: LOOK_BACK, newestFirst: true };
  const before = await change.list("messages", range);
  return before.map(({ value }) => value).find((one) => isWritten(one)) ?? null;
}

function tell(
  client: Client,
  id: ConversationId,
  conversation: ConversationRecord,
  message: MessageRecord,
): void {
  const view = messageView(client.accountId, id, conversation, message);
  if (view) client.tell({ kind: "messages", conversationId: id, messages: [view] });
}
