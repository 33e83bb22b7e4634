import { afterAll, expect, test } from "bun:test";
import { type AccountId, type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { openSqliteStorage } from "../../storage/open-sqlite.ts";
import type { CommunityRecord, MessageRecord } from "../../storage/records.ts";
import { openVault } from "../../storage/vault.ts";
import type { Client } from "../client.ts";
import { newConversation } from "../groups/start-conversation.ts";
import { startBatch } from "../inbox/batch.ts";
import { receiveCommunity } from "./receive-community.ts";

const [me, adder, owner] = [newId<AccountId>(), newId<AccountId>(), newId<AccountId>()];
const vault = openVault(await openSqliteStorage("community"));
afterAll(() => vault.close());

const place = (name: string) => ({
  kind: "channel" as const,
  conversationId: newId<ConversationId>(),
  name,
  handle: name,
});

/** Which names are listed after somebody has said again what belongs to a community. */
async function listedAfter(sender: AccountId, community: CommunityRecord | undefined) {
  const id = newId<ConversationId>();
  const first: MessageRecord = {
    messageId: newId<MessageId>(),
    sequence: 1,
    sender: owner,
    sentAt: 1,
    body: { kind: "founded" },
    chain: new Uint8Array(32),
  };
  const fresh = newConversation({ kind: "group", peer: undefined, generation: 0, first });
  const marks = { joined: 1, delivered: 1, read: 1 };
  const people = [me, adder, owner].map((accountId) => ({
    accountId,
    username: "",
    rank: accountId === owner ? ("owner" as const) : ("member" as const),
    ...marks,
  }));
  const conversation = { ...fresh, people, addedBy: adder, ...(community ? { community } : {}) };
  const client = { accountId: me, serverNow: () => 1 } as Client;
  return vault.change(async (change) => {
    const batch = await startBatch(client, change, id, conversation);
    const event = { messageId: newId<MessageId>(), sequence: 2, sentAt: 1 };
    receiveCommunity(batch, event, sender, { listed: [place("new")], unlisted: [], again: true });
    return batch.conversation.community?.listed.map(({ name }) => name);
  });
}

test("whoever added somebody tells them once what belongs to a community, and not after those in charge did", async () => {
  const known = { listed: [place("old")], asked: [], sure: false };
  expect(await listedAfter(adder, undefined)).toEqual(["new"]);
  expect(await listedAfter(adder, known)).toEqual(["new"]);
  expect(await listedAfter(adder, { ...known, wasSure: true })).toEqual(["old"]);
  expect(await listedAfter(owner, { ...known, wasSure: true })).toEqual(["new"]);
  expect(await listedAfter(newId<AccountId>(), known)).toEqual(["old"]);
});
