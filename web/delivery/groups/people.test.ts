import { expect, test } from "bun:test";
import { type AccountId, type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { foundGroup } from "../../crypto/found-group.ts";
import { openSqliteStorage } from "../../storage/open-sqlite.ts";
import { openVault } from "../../storage/vault.ts";
import { externalSender, now, oneKeyPackage, somebody } from "../../testing/people-with-keys.ts";
import { withPeople } from "./people.ts";
import { newConversation } from "./start-conversation.ts";

test("of those who left the first are forgotten where they are too many, and nobody who is in", async () => {
  const [ada, ben] = await Promise.all([somebody(), somebody()]);
  const { pending } = await foundGroup({
    conversationId: newId<ConversationId>(),
    generation: 0,
    kind: "group",
    device: ada.device,
    peer: null,
    peers: [(await oneKeyPackage(ben)).publicBytes],
    externalSender,
    commitId: newId<MessageId>(),
    now: now(),
  });
  const sender = ada.identity.accountId;
  const first = { messageId: newId<MessageId>(), sequence: 1, sender, sentAt: 1, chain: new Uint8Array(32) };
  const fresh = newConversation({
    kind: "group",
    peer: undefined,
    generation: 0,
    first: { ...first, body: { kind: "founded" } },
  });
  const gone = Array.from({ length: 1_200 }, () => ({
    accountId: newId<AccountId>(),
    username: "",
    rank: "member" as const,
    joined: 1,
    delivered: 1,
    read: 1,
  }));
  const vault = openVault(await openSqliteStorage("people"));
  const { people } = await withPeople(vault, { ...fresh, people: gone }, pending, 2);
  const inside = people.filter(({ rank }) => rank !== null).map(({ accountId }) => accountId);
  expect(inside.sort()).toEqual([sender, ben.identity.accountId].sort());
  expect(people).toHaveLength(1_002);
  expect(people[0]?.accountId).toBe(gone[200]?.accountId as AccountId);
  vault.close();
});
