import { showConversation } from "../../../src/protocol/conversations.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import { listMembers } from "../../crypto/group.ts";
import type { MemberRecord } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { pin, rootOf } from "../inbox/pins.ts";
import { readConversationView } from "../views.ts";
import { readGroup } from "./group-at-rest.ts";
import { changedFrom } from "./start-conversation.ts";

/** The server knows the names; each is pinned with the root that stands in the group. */
export async function learnNames(client: Client, id: ConversationId): Promise<void> {
  const { members } = await client.call(showConversation, { conversationId: id });
  await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    const group = await readGroup(client, change, id);
    if (!conversation || !group) return;
    const now = client.platform.clock.now();
    const people: MemberRecord[] = [];
    let isKnown = true;
    for (const one of conversation.people) {
      const username =
        one.username || (members.find(({ accountId }) => accountId === one.accountId)?.username ?? "");
      people.push({ ...one, username });
      const root = rootOf(listMembers(group), one.accountId);
      if (one.username || !username || !root || one.accountId === client.accountId) continue;
      isKnown = (await pin(change, { accountId: one.accountId, username, root, now })) && isKnown;
    }
    const here = { group, sequence: conversation.cursor, people };
    const doubt = isKnown ? {} : await changedFrom(change, conversation, here);
    change.put("conversations", id, { ...conversation, people, ...doubt });
  });
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}
