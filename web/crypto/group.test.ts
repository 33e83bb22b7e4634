import { expect, test } from "bun:test";
import { decodeBinary } from "../../src/protocol/codec.ts";
import type { Content } from "../../src/protocol/content.ts";
import { isFranked } from "../../src/protocol/franking.ts";
import { type AttachmentId, type MessageId, newId } from "../../src/protocol/ids.ts";
import {
  anotherDevice,
  deviceIdsOf,
  directConversation,
  expected,
  found,
  hear,
  join,
  now,
  oneKeyPackage,
  type Said,
  say,
  somebody,
  textOf,
} from "../testing/people-with-keys.ts";
import { addDevices, commitUpdate, removeDevices } from "./commit.ts";
import { decryptMessage } from "./decrypt-message.ts";
import { encryptMessage } from "./encrypt-message.ts";
import { CryptoFailure } from "./failure.ts";
import { epochAuthenticatorHash, type Group, listMembers } from "./group.ts";
import { joinExternally } from "./join-externally.ts";
import { receiveCommit } from "./receive-commit.ts";
import { EMPTY_CHAIN } from "./seen-chain.ts";
import { decodeGroup, encodeRatchets, encodeTree } from "./store-group.ts";

const commitId = () => newId<MessageId>();

async function advance(group: Group, commit: Uint8Array): Promise<Group> {
  const received = await receiveCommit(group, commit);
  if (received.kind !== "advanced") throw new Error("removed");
  return received.group;
}

test("two people who found a conversation read each other and are known by their leaves", async () => {
  const { ada, ben, adasGroup, bensGroup } = await directConversation();
  expect(epochAuthenticatorHash(adasGroup)).toEqual(epochAuthenticatorHash(bensGroup));
  const said = await say(adasGroup, "سلام Ben");
  const heard = await hear(bensGroup, said);
  expect(textOf(heard)).toBe("سلام Ben");
  expect(heard.sender.accountId).toBe(ada.identity.accountId);
  expect(heard.forked).toBe(false);
  const answer = await hear(said.group, await say(heard.group, "Hello"));
  expect(answer.sender.deviceId).toBe(ben.device.deviceId);
});

test("saved messages are founded by one device alone", async () => {
  const ada = await somebody();
  const { pending } = await found(ada, ada.identity.accountId, []);
  expect(pending.epoch).toBe(1);
  expect(deviceIdsOf(listMembers(pending))).toEqual([ada.device.deviceId]);
  const said = await say(pending, "to self");
  expect(said.group.epoch).toBe(1);
});

test("a device is added, updates its keys and is removed, and both sides agree at every epoch", async () => {
  const { ada, adasGroup, bensGroup } = await directConversation();
  const tablet = await anotherDevice(ada);
  const offer = await oneKeyPackage(tablet);
  const added = await addDevices(adasGroup, {
    commitId: commitId(),
    keyPackages: [offer.publicBytes],
    now: now(),
  });
  let bens = await advance(bensGroup, added.bundle.commit);
  let tablets = await join(tablet, offer, added.bundle.welcome, added.pending);
  expect(epochAuthenticatorHash(bens)).toEqual(epochAuthenticatorHash(tablets));
  const updated = await commitUpdate(tablets, commitId());
  bens = await advance(bens, updated.bundle.commit);
  const adas = await advance(added.pending, updated.bundle.commit);
  tablets = updated.pending;
  const removed = await removeDevices(adas, { commitId: commitId(), deviceIds: [tablet.device.deviceId] });
  expect((await receiveCommit(tablets, removed.bundle.commit)).kind).toBe("removed");
  bens = await advance(bens, removed.bundle.commit);
  expect(epochAuthenticatorHash(bens)).toEqual(epochAuthenticatorHash(removed.pending));
  const said = await say(removed.pending, "without the tablet");
  expect(textOf(await hear(bens, said))).toBe("without the tablet");
  await expect(hear(tablets, said)).rejects.toThrow(CryptoFailure);
});

test("a third person never gets into a direct conversation", async () => {
  const { adasGroup } = await directConversation();
  const offer = await oneKeyPackage(await somebody());
  const adding = addDevices(adasGroup, {
    commitId: commitId(),
    keyPackages: [offer.publicBytes],
    now: now(),
  });
  await expect(adding).rejects.toThrow("not_allowed");
});

test("a device that lost its state replaces its own leaf by external commit", async () => {
  const { ben, adasGroup, bensGroup, founded } = await directConversation();
  const back = await joinExternally({
    groupInfo: founded.first.groupInfo,
    device: ben.device,
    ...expected(adasGroup),
    commitId: commitId(),
    now: now(),
  });
  const adas = await advance(adasGroup, back.bundle.commit);
  expect(epochAuthenticatorHash(adas)).toEqual(epochAuthenticatorHash(back.pending));
  expect((await receiveCommit(bensGroup, back.bundle.commit)).kind).toBe("removed");
  expect(textOf(await hear(back.pending, await say(adas, "back")))).toBe("back");
});

test("a group restored from bytes goes on where it was, with messages of the past epoch still to come", async () => {
  const { ada, ben, adasGroup, bensGroup } = await directConversation();
  const late = await say(bensGroup, "late");
  const next = await say(late.group, "later");
  const updated = await commitUpdate(adasGroup, commitId());
  const restored = decodeGroup({
    tree: encodeTree(updated.pending),
    ratchets: encodeRatchets(updated.pending),
    device: ada.device,
  });
  const heard = await hear(restored, next);
  expect(textOf(heard)).toBe("later");
  expect(heard.sender.deviceId).toBe(ben.device.deviceId);
  const again = decodeGroup({
    tree: encodeTree(heard.group),
    ratchets: encodeRatchets(heard.group),
    device: ada.device,
  });
  expect(textOf(await hear(again, late))).toBe("late");
  expect(encodeTree(again)).toEqual(encodeTree(updated.pending));
});

test("no message is decrypted twice", async () => {
  const { adasGroup, bensGroup } = await directConversation();
  const said = await say(adasGroup, "once");
  const { group } = await hear(bensGroup, said);
  await expect(hear(group, said)).rejects.toThrow("not_decrypted");
});

test("a message under another id is not accepted", async () => {
  const { adasGroup, bensGroup } = await directConversation();
  const said = await say(adasGroup, "bound");
  await expect(hear(bensGroup, { ...said, messageId: newId<MessageId>() })).rejects.toThrow("not_bound");
});

test("files that the envelope names, leaves out or adds on the way are found out", async () => {
  const { adasGroup, bensGroup } = await directConversation();
  const [named, other] = [newId<AttachmentId>(), newId<AttachmentId>()];
  const said = await say(adasGroup, "bound", { attachmentIds: [named] });
  expect((await decryptMessage(bensGroup, said)).envelopeDiffers).toBe(false);
  const { attachmentIds: _ids, ...without } = said;
  for (const changed of [
    without,
    { ...said, attachmentIds: [other] },
    { ...said, attachmentIds: [named, other] },
  ])
    expect((await decryptMessage(bensGroup, changed)).envelopeDiffers).toBe(true);
});

test("a clear envelope that was changed on the way is found out, and what the sender said is known", async () => {
  const { adasGroup, bensGroup } = await directConversation();
  const said = await say(adasGroup, "bound", { collapseKey: "read", expiresAt: 5 });
  expect((await hear(bensGroup, said)).envelopeDiffers).toBe(false);
  const { collapseKey: _key, ...keyless } = said;
  const { expiresAt: _time, ...endless } = said;
  const changed: Said[] = [
    { ...said, collapseKey: "other" },
    keyless,
    { ...said, expiresAt: 6 },
    endless,
    { ...said, counter: 2 },
    { ...said, epoch: 0 },
  ];
  for (const one of changed) {
    const heard = await decryptMessage(bensGroup, one);
    expect(heard.envelopeDiffers).toBe(true);
    expect(heard.authenticatedData).toMatchObject({ counter: 1, collapseKey: "read", expiresAt: 5 });
    expect(textOf(heard)).toBe("bound");
  }
});

test("a message that could not be reported, as its tag is another in clear or left out, is not taken", async () => {
  const { adasGroup, bensGroup } = await directConversation();
  const said = await say(adasGroup, "bound");
  const { frankingTag, ...tagless } = said;
  const changed = frankingTag.with(31, (frankingTag[31] ?? 0) ^ 1);
  await expect(decryptMessage(bensGroup, { ...said, frankingTag: changed })).rejects.toThrow("not_bound");
  await expect(decryptMessage(bensGroup, tagless)).rejects.toThrow("not_bound");
  expect(textOf(await hear(bensGroup, said))).toBe("bound");
});

test("whoever hears a message can show that it was sent, without what opens its sender's profile", async () => {
  const { adasGroup, bensGroup } = await directConversation();
  const messageId = newId<MessageId>();
  const profile = { key: new Uint8Array(32).fill(7), version: 3 };
  const content: Content = { version: 1, kind: "text", text: "here I am", profile };
  const seen = { lastSeen: 0, seenChain: EMPTY_CHAIN, deviceLogHeads: [] };
  const said = await encryptMessage(adasGroup, { content, messageId, counter: 1, ...seen });
  const heard = await decryptMessage(bensGroup, { ...said, messageId, counter: 1 });
  expect(heard.content).toEqual(content);
  const { contentBytes, frankingKey: key } = heard;
  expect(await isFranked(contentBytes, { key, tag: said.frankingTag })).toBe(true);
  expect(decodeBinary(contentBytes)).toEqual({ version: 1, kind: "text", text: "here I am" });
});
