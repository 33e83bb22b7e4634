import { expect, test } from "bun:test";
import {
  createCommit,
  emptyPskIndex,
  encodeMlsMessage,
  type Proposal,
  processPublicMessage,
  proposeExternal,
} from "ts-mls";
import { type MessageId, newId } from "../../src/protocol/ids.ts";
import { foundingRoles } from "../../src/protocol/role-list.ts";
import {
  directConversation,
  hear,
  now,
  oneKeyPackage,
  say,
  serverKey,
  somebody,
  textOf,
} from "../testing/people-with-keys.ts";
import { addProposals, commitUpdate, encodeGroupInfo, withRoles } from "./commit.ts";
import { CryptoFailure } from "./failure.ts";
import { type Group, groupAround, removalsWaiting } from "./group.ts";
import { decodeMessage } from "./peek.ts";
import { receiveCommit } from "./receive-commit.ts";
import { receiveProposal } from "./receive-proposal.ts";
import { makeSignatureKey } from "./signature-key.ts";
import { decodeGroup, encodeRatchets, encodeTree } from "./store-group.ts";
import { openSuite, POST_QUANTUM } from "./suite.ts";

type Key = Awaited<ReturnType<typeof makeSignatureKey>>;

const removing = (removed: number): Proposal => ({ proposalType: "remove", remove: { removed } });

/** Signed by the server's key, as only it could. */
async function byServer(group: Group, proposal: Proposal, key: Key = serverKey): Promise<Uint8Array> {
  const info = decodeMessage(await encodeGroupInfo(group));
  if (info.wireformat !== "mls_group_info") throw new Error("not a GroupInfo");
  const suite = await openSuite(POST_QUANTUM);
  const { publicKey, privateKey } = key;
  return encodeMlsMessage(await proposeExternal(info.groupInfo, proposal, publicKey, privateKey, suite));
}

/** By a client that believes whatever the server has signed. */
async function believing(group: Group, proposal: Uint8Array): Promise<Group> {
  const message = decodeMessage(proposal);
  if (message.wireformat !== "mls_public_message") throw new Error("not a PublicMessage");
  const suite = await openSuite(POST_QUANTUM);
  const taken = await processPublicMessage(group.state, message.publicMessage, emptyPskIndex, suite);
  return groupAround(taken.newState, group.device, group.epochHashes);
}

async function forbidden(): Promise<readonly (readonly [string, Proposal])[]> {
  const { adasGroup } = await directConversation();
  const stranger = await somebody();
  const { publicBytes } = await oneKeyPackage(stranger);
  const [add] = addProposals([publicBytes], now());
  if (!add) throw new Error("nobody to add");
  return [
    ["Add", add],
    ["GroupContextExtensions", withRoles(adasGroup, foundingRoles(stranger.identity.accountId))],
  ];
}

test("what the server proposes but a removal is taken by nobody, although its signature is good", async () => {
  const { adasGroup } = await directConversation();
  for (const [, proposal] of await forbidden())
    await expect(receiveProposal(adasGroup, await byServer(adasGroup, proposal))).rejects.toMatchObject({
      reason: "not_allowed",
    });
});

test("nor is it by way of a commit of somebody who believes it", async () => {
  for (const [, proposal] of await forbidden()) {
    const { adasGroup, bensGroup } = await directConversation();
    const proposed = await byServer(adasGroup, proposal);
    const { state } = await believing(adasGroup, proposed);
    const suite = await openSuite(POST_QUANTUM);
    const { commit } = await createCommit({ state, cipherSuite: suite }, { wireAsPublicMessage: true });
    const encoded = encodeMlsMessage(commit);
    await expect(receiveCommit(bensGroup, encoded)).rejects.toMatchObject({ reason: "malformed" });
    const bens = await believing(bensGroup, proposed);
    await expect(receiveCommit(bens, encoded)).rejects.toMatchObject({ reason: "not_allowed" });
  }
});

test("a removal is taken once, of a leaf that is there, in its epoch, and with the server's own signature", async () => {
  const { adasGroup } = await directConversation();
  const good = await byServer(adasGroup, removing(1));
  const taken = await receiveProposal(adasGroup, good);
  const { pending } = await commitUpdate(adasGroup, newId<MessageId>());
  const cases = [
    [taken, good, "not_allowed"],
    [adasGroup, await byServer(adasGroup, removing(2)), "not_allowed"],
    [pending, good, "wrong_epoch"],
    [adasGroup, await byServer(adasGroup, removing(1), await otherKey()), "malformed"],
  ] as const;
  for (const [group, proposal, reason] of cases)
    await expect(receiveProposal(group, proposal)).rejects.toMatchObject({ reason });
});

/** In the place of the server's, so that the library signs with it. */
async function otherKey(): Promise<Key> {
  const { privateKey } = await makeSignatureKey();
  return { ...serverKey, privateKey };
}

test("what waits is kept at rest, and nothing is written before it is carried out", async () => {
  const { ada, adasGroup, bensGroup } = await directConversation();
  const taken = await receiveProposal(adasGroup, await byServer(adasGroup, removing(1)));
  const at = { tree: encodeTree(taken), ratchets: encodeRatchets(taken), device: ada.device };
  const again = decodeGroup(at);
  expect(removalsWaiting(again).map(({ leafIndex }) => leafIndex)).toEqual([1]);
  expect(removalsWaiting(adasGroup)).toEqual([]);
  await expect(say(again, "too early")).rejects.toBeInstanceOf(CryptoFailure);
  const { pending } = await commitUpdate(again, newId<MessageId>());
  const said = await say(pending, "without ben");
  await expect(hear(bensGroup, said)).rejects.toBeInstanceOf(CryptoFailure);
  expect(removalsWaiting(pending)).toEqual([]);
  expect(textOf(await hear(bensGroup, await say(adasGroup, "before")))).toBe("before");
});
