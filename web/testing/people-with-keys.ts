import type { Content } from "../../src/protocol/content.ts";
import type { Suite } from "../../src/protocol/devices.ts";
import {
  type AccountId,
  type AttachmentId,
  type ConversationId,
  type MessageId,
  newId,
} from "../../src/protocol/ids.ts";
import { decryptMessage, type MessageDecrypted } from "../crypto/decrypt-message.ts";
import { createDevice, type Device } from "../crypto/device.ts";
import { encryptMessage, type MessageEncrypted } from "../crypto/encrypt-message.ts";
import { foundGroup, type GroupFounded } from "../crypto/found-group.ts";
import type { Group, Member } from "../crypto/group.ts";
import { createIdentity, type Identity } from "../crypto/identity.ts";
import { type GroupExpected, joinFromWelcome } from "../crypto/join-group.ts";
import { type KeyPackageMade, makeKeyPackages, welcomeRefs } from "../crypto/key-packages.ts";
import { EMPTY_CHAIN } from "../crypto/seen-chain.ts";
import { makeSignatureKey } from "../crypto/signature-key.ts";
import { encodeRatchets, encodeTree } from "../crypto/store-group.ts";
import { POST_QUANTUM } from "../crypto/suite.ts";

/** Test support: people with devices, and the shortest ways to a group. */
export const ORIGIN = "https://chat.example.org";
export const now = () => Date.now();

/** The server's external sender: an ExternalSender with a basic credential, as `src/mls` encodes it. */
export const serverKey = await makeSignatureKey();
export const externalSender = (() => {
  const identity = new TextEncoder().encode(`elahe-server ${ORIGIN}`);
  return new Uint8Array([32, ...serverKey.publicKey, 0, 1, identity.length, ...identity]);
})();

export interface Person {
  readonly identity: Identity;
  readonly device: Device;
  readonly log: readonly Uint8Array[];
}

export async function somebody(): Promise<Person> {
  const identity = await createIdentity({ accountId: newId<AccountId>(), origin: ORIGIN });
  return anotherDevice({ identity, log: [] });
}

export async function anotherDevice(of: Pick<Person, "identity" | "log">): Promise<Person> {
  const made = await createDevice(of.identity, { deviceId: newId(), now: now(), log: of.log });
  return { identity: of.identity, device: made.device, log: [...of.log, made.logEntry] };
}

export function oneKeyPackage(of: Person): Promise<KeyPackageMade> {
  return oneKeyPackageFor(of, POST_QUANTUM);
}

export async function oneKeyPackageFor(of: Person, suite: Suite): Promise<KeyPackageMade> {
  const [made] = await makeKeyPackages(of.device, { count: 1, now: now(), suite });
  if (!made) throw new Error("no key package was made");
  return made;
}

export async function join(person: Person, offer: KeyPackageMade, welcome: Uint8Array | null, group: Group) {
  if (!welcome || !welcomeRefs(welcome).includes(offer.ref)) throw new Error("not welcome");
  const { privateBytes } = offer;
  return joinFromWelcome({ welcome, privateBytes, device: person.device, ...expected(group) });
}

/** What whoever joins this group knows of it beforehand. */
export function expected({ conversationId, generation, roles }: Group): GroupExpected {
  return { conversationId, generation, roles, externalSender };
}

export async function directConversation(): Promise<{
  ada: Person;
  ben: Person;
  adasGroup: Group;
  bensGroup: Group;
  founded: GroupFounded;
}> {
  const [ada, ben] = await Promise.all([somebody(), somebody()]);
  const offer = await oneKeyPackage(ben);
  const founded = await found(ada, ben.identity.accountId, [offer.publicBytes]);
  const bensGroup = await join(ben, offer, founded.first.welcome, founded.pending);
  return { ada, ben, adasGroup: founded.pending, bensGroup, founded };
}

export function found(by: Person, peer: AccountId, peers: readonly Uint8Array[]): Promise<GroupFounded> {
  return foundGroup({
    conversationId: newId<ConversationId>(),
    generation: 1,
    kind: peer === by.identity.accountId ? "saved" : "direct",
    device: by.device,
    peer,
    peers,
    externalSender,
    commitId: newId<MessageId>(),
    now: now(),
  });
}

export interface Said extends MessageEncrypted {
  readonly messageId: MessageId;
  readonly counter: number;
  readonly collapseKey?: string;
  readonly expiresAt?: number;
  readonly attachmentIds?: AttachmentId[];
}

export async function say(
  group: Group,
  text: string,
  envelope: Pick<Said, "collapseKey" | "expiresAt" | "attachmentIds"> = {},
): Promise<Said> {
  const messageId = newId<MessageId>();
  const content: Content = { version: 1, kind: "text", text };
  const seen = { lastSeen: 0, seenChain: EMPTY_CHAIN, deviceLogHeads: [] };
  const bound = { messageId, counter: 1, ...envelope };
  return { ...bound, ...(await encryptMessage(group, { content, ...bound, ...seen })) };
}

export function hear(group: Group, said: Said): Promise<MessageDecrypted> {
  return decryptMessage(group, said);
}

/** How much a device keeps of a group, with its past epochs: written once an epoch, and with each message. */
export function bytesKept(group: Group): { readonly tree: number; readonly ratchets: number } {
  return { tree: encodeTree(group).length, ratchets: encodeRatchets(group).length };
}

export function textOf({ content }: MessageDecrypted): string | undefined {
  return content?.kind === "text" ? content.text : undefined;
}

export function deviceIdsOf(members: readonly Member[]): string[] {
  return members.map(({ deviceId }) => deviceId);
}

export {
  addDevices,
  changeRoles,
  commitUpdate,
  encodeGroupInfo,
  removeDevices,
  signDeparture,
} from "../crypto/commit.ts";
export { commitLawlessly, type Deed } from "../crypto/commit-lawlessly.ts";
export { fingerprintRoot } from "../crypto/fingerprint-root.ts";
export { foundGroup } from "../crypto/found-group.ts";
export type { Group } from "../crypto/group.ts";
export { joinByLink as commitByLink } from "../crypto/join-by-link.ts";
export { joinExternally } from "../crypto/join-externally.ts";
export { type JoinLink, openJoinLink, openPreview, sealPreview, signAsk } from "../crypto/join-link.ts";
export { receiveCommit } from "../crypto/receive-commit.ts";
export { receiveProposal } from "../crypto/receive-proposal.ts";
export { POST_QUANTUM } from "../crypto/suite.ts";
