import { expect, test } from "bun:test";
import fc from "fast-check";
import { createCommit, encodeMlsMessage, type Proposal } from "ts-mls";
import { ENGINE_VERSION } from "../../src/protocol/group-id.ts";
import { type ConversationId, type MessageId, newId } from "../../src/protocol/ids.ts";
import { closedCircle, type RoleList } from "../../src/protocol/role-list.ts";
import {
  anotherDevice,
  directConversation,
  expected,
  externalSender,
  hear,
  join,
  now,
  ORIGIN,
  oneKeyPackage,
  say,
  signDeparture,
  somebody,
} from "../testing/people-with-keys.ts";
import { addProposals, commitUpdate, encodeGroupInfo } from "./commit.ts";
import { commitLawlessly } from "./commit-lawlessly.ts";
import { decryptMessage } from "./decrypt-message.ts";
import { CryptoFailure } from "./failure.ts";
import { createAlone, foundGroup } from "./found-group.ts";
import { type Group, groupFrom } from "./group.ts";
import { joinExternally } from "./join-externally.ts";
import { joinFromWelcome } from "./join-group.ts";
import { type KeyPackageMade, welcomeRefs } from "./key-packages.ts";
import { peekMessage } from "./peek.ts";
import { receiveCommit } from "./receive-commit.ts";
import { receiveProposal } from "./receive-proposal.ts";
import { decodeGroup, encodeRatchets, encodeTree } from "./store-group.ts";
import { openSuite, POST_QUANTUM } from "./suite.ts";

/** A commit that MLS itself has nothing against, by a member whose client judges nothing. */
async function lawless(group: Group, extraProposals: Proposal[]): Promise<Uint8Array> {
  const made = await createCommit(
    { state: group.state, cipherSuite: await openSuite(POST_QUANTUM) },
    { wireAsPublicMessage: true, extraProposals },
  );
  return encodeMlsMessage(made.commit);
}

/** The first commit of a group whose founder's client judges nothing. */
async function lawlessFounding(alone: Group, extraProposals: Proposal[]) {
  const made = await createCommit(
    { state: alone.state, cipherSuite: await openSuite(POST_QUANTUM) },
    { wireAsPublicMessage: true, extraProposals, ratchetTreeExtension: true },
  );
  if (!made.welcome) throw new Error("nobody was added");
  const welcome = encodeMlsMessage({ version: "mls10", wireformat: "mls_welcome", welcome: made.welcome });
  const group = await groupFrom(made.newState, alone.device);
  return { welcome, groupInfo: await encodeGroupInfo(group) };
}

test("a lawless member can neither add a third person, nor put the other out, nor touch the roles", async () => {
  const { adasGroup, bensGroup, ada } = await directConversation();
  const eve = await oneKeyPackage(await somebody());
  const tablet = await oneKeyPackage(await anotherDevice(ada));
  const { extensions } = adasGroup.state.groupContext;
  const attempts: Proposal[][] = [
    addProposals([eve.publicBytes], now()),
    [{ proposalType: "remove", remove: { removed: 1 } }],
    [
      {
        proposalType: "group_context_extensions",
        groupContextExtensions: { extensions: extensions.slice(1) },
      },
    ],
  ];
  for (const proposals of attempts) {
    const commit = await lawless(adasGroup, proposals);
    await expect(receiveCommit(bensGroup, commit)).rejects.toThrow("not_allowed");
  }
  const lawful = await lawless(adasGroup, addProposals([tablet.publicBytes], now()));
  expect((await receiveCommit(bensGroup, lawful)).kind).toBe("advanced");
});

test("a lawless plain member brings back neither whoever left nor another device of theirs", async () => {
  const [ada, ben, eve] = await Promise.all([somebody(), somebody(), somebody()]);
  const offers = await Promise.all([oneKeyPackage(ben), oneKeyPackage(eve)]);
  const { first, pending } = await foundGroup({
    conversationId: newId<ConversationId>(),
    generation: 0,
    kind: "group",
    device: ada.device,
    peer: null,
    peers: offers.map(({ publicBytes }) => publicBytes),
    externalSender,
    commitId: newId<MessageId>(),
    now: now(),
  });
  const bens = await join(ben, offers[0], first.welcome, pending);
  const eves = await join(eve, offers[1], first.welcome, pending);
  const statement = await signDeparture(eves);
  const remove = [eve.device.deviceId];
  for (const device of [eve, await anotherDevice(eve)]) {
    const add = [(await oneKeyPackage(device)).publicBytes];
    const bundle = await commitLawlessly(bens, { remove, add }, statement);
    await expect(receiveCommit(pending, bundle.commit)).rejects.toThrow("not_allowed");
  }
  const lawful = await commitLawlessly(bens, { remove }, statement);
  expect((await receiveCommit(pending, lawful.commit)).kind).toBe("advanced");
});

test("an account's second device cannot replace the first without an entry of the device log", async () => {
  const { ada, adasGroup, bensGroup, founded } = await directConversation();
  const tablet = await anotherDevice(ada);
  const usurping = await joinExternally({
    groupInfo: founded.first.groupInfo,
    device: tablet.device,
    ...expected(adasGroup),
    commitId: newId<MessageId>(),
    now: now(),
    retirements: new Map([[ada.device.deviceId, tablet.log[0] ?? new Uint8Array()]]),
  });
  await expect(receiveCommit(bensGroup, usurping.bundle.commit)).rejects.toThrow("not_allowed");
});

test("a Welcome into another conversation than the one it came for is not taken", async () => {
  const [ada, ben] = await Promise.all([somebody(), somebody()]);
  const { publicBytes, privateBytes } = await oneKeyPackage(ben);
  const founding = {
    conversationId: newId<ConversationId>(),
    generation: 1,
    kind: "direct" as const,
    device: ada.device,
    peer: ben.identity.accountId,
    peers: [publicBytes],
    externalSender,
    commitId: newId<MessageId>(),
    now: now(),
  };
  const { first, pending } = await foundGroup(founding);
  const welcome = first.welcome ?? new Uint8Array();
  const joining = { ...expected(pending), welcome, privateBytes, device: ben.device };
  const { conversationId } = founding;
  await expect(joinFromWelcome({ ...joining, conversationId, generation: 2 })).rejects.toThrow("not_allowed");
  const elsewhere = { ...joining, device: { ...ben.device, origin: `${ORIGIN}:8443` } };
  await expect(joinFromWelcome({ ...elsewhere, conversationId, generation: 1 })).rejects.toThrow("malformed");
  expect((await joinFromWelcome({ ...joining, conversationId, generation: 1 })).epoch).toBe(1);
});

test("a Welcome or GroupInfo of a group that could never have been founded here is not taken", async () => {
  const [ada, ben, eve] = await Promise.all([somebody(), somebody(), somebody()]);
  const offers = await Promise.all([oneKeyPackage(ben), oneKeyPackage(eve)]);
  const [offer, eves] = offers;
  const circle = closedCircle(ada.identity.accountId, ben.identity.accountId);
  const founding = {
    conversationId: newId<ConversationId>(),
    generation: 0,
    device: ada.device,
    roles: circle,
    externalSender,
    now: now(),
  };
  const club: RoleList = { ...circle, kind: "group", circle: [], owner: ada.identity.accountId };
  const stranger = new Uint8Array(externalSender).fill(7, 1, 33);
  const hostile: (Parameters<typeof createAlone>[0] & { peers: KeyPackageMade[]; engineVersion?: number })[] =
    [
      { ...founding, externalSender: stranger, peers: [offer] },
      { ...founding, roles: club, peers: [offer] },
      { ...founding, roles: club, peers: offers },
      { ...founding, engineVersion: ENGINE_VERSION - 1, peers: [offer] },
    ];
  const expecting = { conversationId: founding.conversationId, generation: 0, externalSender };
  const joining = { ...expecting, device: ben.device, privateBytes: offer.privateBytes };
  const back = { ...expecting, device: ben.device, commitId: newId<MessageId>(), now: now() };
  for (const { peers, engineVersion = ENGINE_VERSION, ...group } of hostile) {
    const alone = await createAlone(group, engineVersion);
    const proposals = addProposals(
      peers.map(({ publicBytes }) => publicBytes),
      now(),
    );
    const { welcome, groupInfo } = await lawlessFounding(alone, proposals);
    await expect(joinFromWelcome({ ...joining, welcome, roles: circle })).rejects.toThrow("not_allowed");
    await expect(joinExternally({ ...back, groupInfo, roles: circle })).rejects.toThrow("not_allowed");
  }
  const lawful = await createAlone(founding);
  const { welcome, groupInfo } = await lawlessFounding(lawful, addProposals([offer.publicBytes], now()));
  await expect(joinFromWelcome({ ...joining, welcome, roles: "group" })).rejects.toThrow("not_allowed");
  await expect(joinExternally({ ...back, groupInfo, roles: "group" })).rejects.toThrow("not_allowed");
  expect((await joinFromWelcome({ ...joining, welcome, roles: circle })).epoch).toBe(1);
  expect((await joinExternally({ ...back, groupInfo, roles: circle })).pending.epoch).toBe(2);
  const third = await lawlessFounding(lawful, addProposals([offer.publicBytes, eves.publicBytes], now()));
  await expect(joinFromWelcome({ ...joining, ...third, roles: circle })).rejects.toThrow("not_allowed");
});

test("a message of an epoch to come says so before anything is tried", async () => {
  const { adasGroup, bensGroup } = await directConversation();
  const { pending } = await commitUpdate(adasGroup, newId<MessageId>());
  const early = await say(pending, "early");
  expect(peekMessage(early.ciphertext).epoch).toBe(2);
  await expect(hear(bensGroup, early)).rejects.toThrow("wrong_epoch");
});

test("messages out of order, with nine hundred missing between, are all read once", async () => {
  const { adasGroup, bensGroup } = await directConversation();
  const first = await say(adasGroup, "first");
  let group = first.group;
  for (let index = 0; index < 900; index += 1) ({ group } = await say(group, "lost"));
  const last = await say(group, "last");
  const heard = await hear(bensGroup, last);
  expect((await hear(heard.group, first)).content).toEqual({ version: 1, kind: "text", text: "first" });
}, 20_000);

test("arbitrary and damaged bytes end in a CryptoFailure and nothing else", async () => {
  const { ada, ben, adasGroup, bensGroup, founded } = await directConversation();
  const said = await say(adasGroup, "hello");
  const { privateBytes } = await oneKeyPackage(ben);
  const { commit, welcome, groupInfo } = founded.first;
  const [tree, ratchets] = [encodeTree(adasGroup), encodeRatchets(adasGroup)];
  const { device } = ada;
  const messageId = said.messageId;
  const joining = { device: ben.device, ...expected(adasGroup) };
  const steps: ((bytes: Uint8Array) => unknown)[] = [
    peekMessage,
    welcomeRefs,
    (bytes) => receiveCommit(bensGroup, bytes),
    (bytes) => receiveProposal(bensGroup, bytes),
    (bytes) => decryptMessage(bensGroup, { ciphertext: bytes, messageId, epoch: 1, counter: 1 }),
    (bytes) => joinFromWelcome({ ...joining, welcome: bytes, privateBytes }),
    (bytes) => joinExternally({ ...joining, groupInfo: bytes, commitId: messageId, now: now() }),
    (bytes) => decodeGroup({ tree: bytes, ratchets, device }),
    (bytes) => decodeGroup({ tree, ratchets: bytes, device }),
  ];
  const real = [said.ciphertext, commit, welcome ?? commit, groupInfo, tree, ratchets];
  const damaged = fc
    .tuple(fc.constantFrom(...real), fc.nat(), fc.nat(255))
    .map(([bytes, place, byte]) => bytes.with(place % bytes.byteLength, byte));
  const anything = fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged);
  await fc.assert(
    fc.asyncProperty(anything, fc.constantFrom(...steps), async (bytes, step) => {
      const outcome = await (async () => step(bytes))().catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CryptoFailure);
    }),
    { numRuns: 800 },
  );
}, 30_000);

test("nobody makes their own leaf large, which everybody would have to keep", async () => {
  const { adasGroup, bensGroup } = await directConversation();
  const { ratchetTree } = adasGroup.state;
  const own = ratchetTree[0]?.nodeType === "leaf" ? ratchetTree[0].leaf.capabilities : undefined;
  if (!own) throw new Error("no leaf");
  const fattened = (change: object): Group => {
    const [leaf, ...others] = ratchetTree;
    const fat = leaf?.nodeType === "leaf" ? { ...leaf, leaf: { ...leaf.leaf, ...change } } : leaf;
    return { ...adasGroup, state: { ...adasGroup.state, ratchetTree: [fat, ...others] } };
  };
  const large = { extensionType: 0xf0f1, extensionData: new Uint8Array(100_000) };
  const many = Array.from({ length: 1000 }, (_, index) => 0xf100 + index);
  for (const change of [
    { extensions: [large], capabilities: { ...own, extensions: [...own.extensions, 0xf0f1] } },
    { capabilities: { ...own, extensions: [...own.extensions, ...many] } },
  ])
    await expect(receiveCommit(bensGroup, await lawless(fattened(change), []))).rejects.toThrow(
      "not_allowed",
    );
  await receiveCommit(bensGroup, await lawless(adasGroup, []));
});
