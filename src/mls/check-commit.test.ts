import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  addDevices,
  anotherDevice,
  commitUpdate,
  directConversation,
  encodeGroupInfo,
  expected,
  externalSender,
  foundGroup,
  joinExternally,
  now,
  ORIGIN,
  oneKeyPackage,
  oneKeyPackageFor,
  type Person,
  receiveCommit,
  receiveProposal,
  removeDevices,
  say,
  serverKey,
  somebody,
} from "../../web/testing/people-with-keys.ts";
import { authenticatedData } from "../protocol/content.ts";
import { MOST_CHANNEL_DEVICES, MOST_GROUP_DEVICES } from "../protocol/conversations.ts";
import { CHANNEL_SUITE, POST_QUANTUM, type Suite } from "../protocol/devices.ts";
import { type AccountId, type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { foundingChannel, foundingRoles, type RoleList } from "../protocol/role-list.ts";
import { decodeCanonical } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { checkCommit } from "./check-commit.ts";
import { checkFounding } from "./check-founding.ts";
import { decodeMessage } from "./decode-message.ts";
import { encodeExternalSender, proposeRemoval } from "./external-sender.ts";
import { readCommit } from "./read-commit.ts";
import { readGroupInfo, readKnownGroup } from "./read-group-info.ts";
import { readKeyPackage } from "./read-key-package.ts";
import { readPrivateMessageHeader } from "./read-private-message.ts";
import { readWelcome } from "./read-welcome.ts";

const at = { origin: ORIGIN, now: now() };
const commitId = () => newId<MessageId>();

async function foundedOnServer() {
  const people = await directConversation();
  const { ada, ben, founded, adasGroup } = people;
  const founding = {
    conversationId: adasGroup.conversationId,
    peer: ben.identity.accountId,
    groupInfo: founded.groupInfo,
    first: founded.first,
    by: ada.device,
    serverPublicKey: serverKey.publicKey,
    ...at,
  };
  return { ...people, founding, checked: await checkFounding(founding) };
}

test("a founding is accepted with both people's devices, and the Welcome is for the offered key package", async () => {
  const { ada, ben, checked, founded } = await foundedOnServer();
  expect(checked.after.epoch).toBe(1);
  expect(checked.after.leaves.map(({ deviceId }) => deviceId)).toEqual([
    ada.device.deviceId,
    ben.device.deviceId,
  ]);
  const [added] = checked.added;
  expect(added?.deviceId).toBe(ben.device.deviceId);
  expect(readWelcome(founded.first.welcome ?? new Uint8Array()).keyPackageRefs).toEqual([
    added?.keyPackageRef ?? new Uint8Array(),
  ]);
});

test("a founding for another conversation, peer, founder or server is refused", async () => {
  const { founding, ben } = await foundedOnServer();
  const wrong = [
    { ...founding, conversationId: newId<ConversationId>() },
    { ...founding, peer: newId<AccountId>() },
    { ...founding, by: ben.device },
    { ...founding, serverPublicKey: new Uint8Array(32) },
    { ...founding, first: { ...founding.first, generation: 2 } },
  ];
  for (const attempt of wrong) await expect(checkFounding(attempt)).rejects.toThrow("commit.not_allowed");
});

test("clients put the server's external sender into the group exactly as the server encodes it", () => {
  expect(encodeExternalSender(serverKey.publicKey, ORIGIN)).toEqual(externalSender);
});

test("a group that was verified before is read alike without its signatures", async () => {
  const { founded } = await foundedOnServer();
  const { groupInfo } = founded.first;
  expect(await readKnownGroup(groupInfo)).toEqual(await readGroupInfo(groupInfo, ORIGIN));
  const unsigned = groupInfo.with(groupInfo.length - 1, (groupInfo.at(-1) ?? 0) ^ 1);
  await expect(readGroupInfo(unsigned, ORIGIN)).rejects.toThrow("commit.malformed");
  expect((await readKnownGroup(unsigned)).leaves).toHaveLength(2);
});

test("a commit that adds one's own new device is accepted and shows where it stands", async () => {
  const { ada, adasGroup, checked } = await foundedOnServer();
  const tablet = await anotherDevice(ada);
  const { publicBytes } = await oneKeyPackage(tablet);
  const { bundle } = await addDevices(adasGroup, {
    commitId: commitId(),
    keyPackages: [publicBytes],
    now: now(),
  });
  const next = await checkCommit({ group: checked.after, bundle, by: ada.device, ...at });
  expect(next.added.map(({ leafIndex, deviceId }) => [leafIndex, deviceId])).toEqual([
    [2, tablet.device.deviceId],
  ]);
  expect(next.after.epoch).toBe(2);
  expect((await readKeyPackage(publicBytes, at)).ref).toEqual(
    Uint8Array.from(next.added[0]?.keyPackageRef ?? []),
  );
});

test("a commit in somebody else's session, with another Welcome or another GroupInfo is refused", async () => {
  const { ada, ben, adasGroup, checked, founded } = await foundedOnServer();
  const { bundle } = await commitUpdate(adasGroup, commitId());
  const other = await commitUpdate(adasGroup, commitId());
  const attempt = (change: object, by = ada.device) =>
    checkCommit({ group: checked.after, bundle: { ...bundle, ...change }, by, ...at });
  await expect(attempt({}, ben.device)).rejects.toThrow("commit.not_allowed");
  await expect(attempt({ welcome: founded.first.welcome })).rejects.toThrow("commit.malformed");
  await expect(attempt({ groupInfo: founded.first.groupInfo })).rejects.toThrow("commit.malformed");
  await expect(attempt({ groupInfo: other.bundle.groupInfo })).rejects.toThrow("commit.malformed");
  expect((await attempt({})).after.epoch).toBe(2);
});

test("a commit for an epoch that has passed is refused as such", async () => {
  const { ada, adasGroup, checked } = await foundedOnServer();
  const { bundle } = await commitUpdate(adasGroup, commitId());
  const { after } = await checkCommit({ group: checked.after, bundle, by: ada.device, ...at });
  const again = checkCommit({ group: after, bundle, by: ada.device, ...at });
  await expect(again).rejects.toThrow("commit.epoch_passed");
});

test("a forged commit is refused wherever a bit was turned", async () => {
  const { ada, adasGroup, checked } = await foundedOnServer();
  const { bundle } = await commitUpdate(adasGroup, commitId());
  // The last 65 bytes are the membership tag, which only members can check.
  const places = fc.integer({ min: 0, max: bundle.commit.byteLength - 66 });
  await fc.assert(
    fc.asyncProperty(places, async (place) => {
      const commit = bundle.commit.slice();
      commit[place] = (commit[place] ?? 0) ^ 1;
      const forged = checkCommit({
        group: checked.after,
        bundle: { ...bundle, commit },
        by: ada.device,
        ...at,
      });
      expect(await forged.catch((error: unknown) => error)).toBeInstanceOf(Refusal);
    }),
    { numRuns: 40 },
  );
});

test("an external commit may replace its own leaf and nobody else's", async () => {
  const { ada, ben, checked, founded, adasGroup } = await foundedOnServer();
  const joining = { groupInfo: founded.first.groupInfo, ...expected(adasGroup), now: now() };
  const back = await joinExternally({ ...joining, device: ben.device, commitId: commitId() });
  const next = await checkCommit({ group: checked.after, bundle: back.bundle, by: ben.device, ...at });
  expect(next.removed.map(({ deviceId }) => deviceId)).toEqual([ben.device.deviceId]);
  expect(next.added.map(({ deviceId, leafIndex }) => [deviceId, leafIndex])).toEqual([
    [ben.device.deviceId, 1],
  ]);
  const tablet = await anotherDevice(ada);
  const retirements = new Map([[ada.device.deviceId, new Uint8Array()]]);
  const by = { device: tablet.device, commitId: commitId() };
  const usurped = await joinExternally({ ...joining, ...by, retirements });
  const attempt = checkCommit({
    group: checked.after,
    bundle: usurped.bundle,
    by: tablet.device,
    ...at,
  });
  await expect(attempt).rejects.toThrow("commit.not_allowed");
});

test("the server proposes a removal by its own key, for the group of that GroupInfo", async () => {
  const { founded } = await foundedOnServer();
  const proposal = await proposeRemoval({ groupInfo: founded.first.groupInfo, leafIndex: 1, key: serverKey });
  expect(proposal.byteLength).toBeGreaterThan(64);
  const stranger = { publicKey: new Uint8Array(32), privateKey: new Uint8Array(32) };
  const foreign = proposeRemoval({ groupInfo: founded.first.groupInfo, leafIndex: 1, key: stranger });
  await expect(foreign).rejects.toThrow(Refusal);
});

test("a removal that the server proposed is committed by reference, and the other is out", async () => {
  const { ada, ben, adasGroup, bensGroup, checked, founded } = await foundedOnServer();
  const pending = await proposeRemoval({ groupInfo: founded.first.groupInfo, leafIndex: 1, key: serverKey });
  const { bundle } = await commitUpdate(await receiveProposal(adasGroup, pending), commitId());
  const of = { group: checked.after, bundle, by: ada.device, ...at };
  await expect(checkCommit(of)).rejects.toThrow("commit.malformed");
  const next = await checkCommit({ ...of, pending: [pending] });
  expect(next.removed.map(({ deviceId }) => deviceId)).toEqual([ben.device.deviceId]);
  const bens = await receiveProposal(bensGroup, pending);
  expect((await receiveCommit(bens, bundle.commit)).kind).toBe("removed");
});

test("a member removes only devices of their own from a direct conversation", async () => {
  const { adasGroup, ben } = await foundedOnServer();
  const removing = removeDevices(adasGroup, { commitId: commitId(), deviceIds: [ben.device.deviceId] });
  await expect(removing).rejects.toThrow("not_allowed");
});

test("a key package of another origin, out of its time or damaged is refused", async () => {
  const { publicBytes } = await oneKeyPackage(await somebody());
  expect((await readKeyPackage(publicBytes, at)).suite).toBe("MLS_256_XWING_AES256GCM_SHA512_Ed25519");
  const years = 365 * 24 * 60 * 60 * 1000;
  const attempts = [
    { of: { ...at, origin: "https://elsewhere.example.org" }, bytes: publicBytes },
    { of: { ...at, now: at.now + years }, bytes: publicBytes },
    { of: { ...at, now: at.now - years }, bytes: publicBytes },
    { of: at, bytes: publicBytes.slice(0, -1) },
    { of: at, bytes: new Uint8Array([...publicBytes, 0]) },
  ];
  for (const { bytes, of } of attempts)
    await expect(readKeyPackage(bytes, of)).rejects.toThrow("key_package.invalid");
});

test("a message's header names its conversation, generation and epoch", async () => {
  const { adasGroup } = await foundedOnServer();
  const { ciphertext } = await say(adasGroup, "hello");
  const { conversationId, generation, epoch } = adasGroup;
  const header = readPrivateMessageHeader(ciphertext);
  expect(header).toMatchObject({ conversationId, generation, epoch });
  expect(decodeCanonical(authenticatedData, header.authenticatedData)).toMatchObject({ conversationId });
});

test("the header read by hand is the one that the library reads, and damaged messages are refused", async () => {
  const { adasGroup } = await foundedOnServer();
  const { ciphertext } = await say(adasGroup, "x".repeat(3000));
  const damaged = fc.oneof(
    fc.nat(ciphertext.byteLength - 1).map((length) => ciphertext.slice(0, length)),
    fc.constant(new Uint8Array([...ciphertext, 0])),
    fc.tuple(fc.nat(600), fc.nat(255)).map(([place, byte]) => ciphertext.with(place, byte)),
  );
  fc.assert(
    fc.property(damaged, (bytes) => {
      const byLibrary = decodeMlsMessageOrNothing(bytes);
      const byHand = headerOrNothing(bytes);
      if (byLibrary === undefined || byHand === undefined) expect(byHand).toBeUndefined();
      else expect(byHand.epoch).toBe(Number(byLibrary.epoch));
    }),
    { numRuns: 500 },
  );
});

function headerOrNothing(bytes: Uint8Array) {
  try {
    return readPrivateMessageHeader(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return undefined;
  }
}

function decodeMlsMessageOrNothing(bytes: Uint8Array) {
  try {
    return decodeMessage(bytes, "mls_private_message", "request.malformed").privateMessage;
  } catch {
    return undefined;
  }
}

test("arbitrary bytes are refused and nothing else happens", async () => {
  const { checked, founded } = await foundedOnServer();
  const { commit, groupInfo, welcome } = founded.first;
  const real = [commit, groupInfo, welcome ?? commit];
  const damaged = fc
    .tuple(fc.constantFrom(...real), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 12 }))
    .map(([bytes, place, noise]) => {
      const copy = bytes.slice();
      copy.set(noise.slice(0, copy.byteLength - (place % copy.byteLength)), place % copy.byteLength);
      return copy;
    });
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => new Uint8Array([0, 1, 0, 1, ...bytes])),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => new Uint8Array([0, 1, 0, 4, ...bytes])),
    damaged,
  );
  const readers: ((bytes: Uint8Array) => unknown)[] = [
    readWelcome,
    readPrivateMessageHeader,
    (bytes) => readKeyPackage(bytes, at),
    (bytes) => readGroupInfo(bytes, ORIGIN),
    (bytes) => readKnownGroup(bytes),
    (bytes) => readCommit(bytes, checked.after, at),
  ];
  await fc.assert(
    fc.asyncProperty(anything, fc.constantFrom(...readers), async (bytes, read) => {
      const outcome = await (async () => read(bytes))().catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Refusal);
    }),
    { numRuns: 600 },
  );
});

test(
  "a group has room for 250 devices, and not for one more",
  () => fill({ most: MOST_GROUP_DEVICES }),
  60_000,
);

test("a channel has room for 1,000 devices, and not for one more", async () => {
  const ada = await somebody();
  const roles = foundingChannel(ada.device.accountId);
  await fill({ most: MOST_CHANNEL_DEVICES, ada, suite: CHANNEL_SUITE, roles });
}, 120_000);

test("a channel in the suite of groups is refused, and a group in that of channels", async () => {
  const ada = await somebody();
  const found = async (roles: RoleList, suite: Suite) => {
    const founded = await foundGroup({ ...foundingBy(ada), roles, suite, peers: [] });
    const { groupInfo, first, pending } = founded;
    const { conversationId } = pending;
    const of = { conversationId, peer: null, groupInfo, first, by: ada.device };
    return checkFounding({ ...of, serverPublicKey: serverKey.publicKey, ...at });
  };
  const channel = foundingChannel(ada.device.accountId);
  const group = foundingRoles(ada.device.accountId);
  expect((await found(channel, CHANNEL_SUITE)).after.epoch).toBe(1);
  expect((await found(group, POST_QUANTUM)).after.epoch).toBe(1);
  await expect(found(channel, POST_QUANTUM)).rejects.toThrow("commit.not_allowed");
  await expect(found(group, CHANNEL_SUITE)).rejects.toThrow("commit.not_allowed");
});

interface Filling {
  most: number;
  ada?: Person;
  suite?: Suite;
  roles?: RoleList;
}

/** To the last place, and one more. */
async function fill({ most, ada, suite = POST_QUANTUM, roles }: Filling): Promise<void> {
  const owner = ada ?? (await somebody());
  const offers: Uint8Array[] = [];
  while (offers.length < most) offers.push((await oneKeyPackageFor(await somebody(), suite)).publicBytes);
  const of = { ...foundingBy(owner), suite, ...(roles ? { roles } : {}) };
  let { pending: group } = await foundGroup({ ...of, peers: offers.slice(0, 100) });
  const add = async (keyPackages: readonly Uint8Array[]) => {
    const { bundle, pending } = await addDevices(group, { commitId: commitId(), keyPackages, now: now() });
    const before = await readGroupInfo(await encodeGroupInfo(group), ORIGIN);
    const checked = await checkCommit({ group: before, bundle, by: owner.device, ...at });
    group = pending;
    return checked.after.leaves.length;
  };
  let leaves = 101;
  for (let from = 100; from < most - 1; from += 150)
    leaves = await add(offers.slice(from, Math.min(from + 150, most - 1)));
  expect(leaves).toBe(most);
  await expect(add(offers.slice(most - 1))).rejects.toThrow(roles ? "group.channel_full" : "group.full");
}

function foundingBy({ device }: Person) {
  const conversationId = newId<ConversationId>();
  const of = { conversationId, generation: 0, kind: "group", device, peer: null } as const;
  return { ...of, externalSender, commitId: commitId(), now: now() };
}
