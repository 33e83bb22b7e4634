import type * as v from "valibot";
import { encryptMessage } from "../../web/crypto/encrypt-message.ts";
import { foundGroup } from "../../web/crypto/found-group.ts";
import type { Group } from "../../web/crypto/group.ts";
import { type GroupExpected, joinFromWelcome } from "../../web/crypto/join-group.ts";
import { welcomeRefs } from "../../web/crypto/key-packages.ts";
import { EMPTY_CHAIN } from "../../web/crypto/seen-chain.ts";
import { foundConversation } from "../protocol/conversations.ts";
import { type SendMessage, sendMessages } from "../protocol/delivery.ts";
import { claimKeyPackages, showExternalSender } from "../protocol/devices.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { type MadeDevice, registerNewDevice } from "./make-device.ts";
import { invitePerson, type Person, setUpOwner, signInAgain } from "./people.ts";
import type { TestApp } from "./test-app.ts";

/** Somebody at a registered device, with all its keys. */
export interface Player extends Person, MadeDevice {}

/** The first name is the owner's. */
export async function openCast(test: TestApp, ...names: readonly string[]): Promise<Player[]> {
  const [first, ...others] = names;
  const owner = await setUpOwner(test, first);
  const people = [owner];
  for (const name of others) people.push(await invitePerson(test, owner, name));
  return Promise.all(people.map((person) => seat(test, person)));
}

/** The same account on one more device. */
export async function anotherPlayer(test: TestApp, of: Player): Promise<Player> {
  const { identity, registration } = of;
  const log = [Uint8Array.from(registration.logEntry as Uint8Array)];
  return seat(test, await signInAgain(test, of), { identity, log });
}

async function seat(test: TestApp, person: Person, wishes = {}): Promise<Player> {
  return { ...person, ...(await registerNewDevice(test, person, { keyPackages: 4, ...wishes })) };
}

export type Founding = v.InferInput<typeof foundConversation.input>;

/** All that founding takes, with the group as it is once the server has agreed. */
export interface Prepared {
  readonly input: Founding;
  readonly group: Group;
}

/** With every device of both, as handed out by the server. With oneself: saved messages. */
export async function prepareFounding(test: TestApp, by: Player, peer: Player): Promise<Prepared> {
  const own = await claimed(test, by, by);
  const isSaved = by.me.accountId === peer.me.accountId;
  const peers = isSaved ? own : [...(await claimed(test, by, peer)), ...own];
  return prepareWith(test, { by, peer, peers });
}

export async function prepareWith(
  test: TestApp,
  { by, peer, peers }: { by: Player; peer: Player; peers: readonly Uint8Array[] },
): Promise<Prepared> {
  const conversationId = newId<ConversationId>();
  const kind = by.me.accountId === peer.me.accountId ? "saved" : "direct";
  const { output } = await test.call(showExternalSender, {}, by);
  const { groupInfo, first, pending } = await foundGroup({
    conversationId,
    generation: 0,
    kind,
    device: by.device,
    peer: peer.me.accountId,
    peers,
    externalSender: output.externalSender,
    commitId: newId<MessageId>(),
    now: test.clock.now(),
  });
  return { input: { conversationId, kind, peer: peer.me.accountId, groupInfo, first }, group: pending };
}

/** A group that its founder owns, with every device of these people. */
export async function foundClub(test: TestApp, by: Player, ...others: readonly Player[]): Promise<Talk> {
  const { input, group } = await prepareClub(test, by, others);
  const { status, refused } = await test.call(foundConversation, input, by);
  if (status !== 200) throw new Error(`the founding was refused: ${refused?.errorCode}`);
  return { conversationId: group.conversationId, founding: input, group };
}

export async function prepareClub(
  test: TestApp,
  by: Player,
  others: readonly Player[],
  again: { conversationId?: ConversationId; generation?: number; roles?: Group["roles"] } = {},
): Promise<Prepared> {
  const { conversationId = newId<ConversationId>(), generation = 0, ...ranks } = again;
  const { output } = await test.call(showExternalSender, {}, by);
  const peers = await Promise.all([by, ...others].map((one) => claimed(test, by, one)));
  const { groupInfo, first, pending } = await foundGroup({
    conversationId,
    generation,
    ...ranks,
    kind: "group",
    device: by.device,
    peer: null,
    peers: peers.flat(),
    externalSender: output.externalSender,
    commitId: newId<MessageId>(),
    now: test.clock.now(),
  });
  return { input: { conversationId, kind: "group", peer: null, groupInfo, first }, group: pending };
}

/** One key package of each other device. */
export async function claimed(test: TestApp, by: Player, of: Player): Promise<Uint8Array[]> {
  const { output } = await test.call(claimKeyPackages, { accountId: of.me.accountId }, by);
  return output.devices.map(({ keyPackage }) => keyPackage);
}

export interface Talk {
  readonly conversationId: ConversationId;
  readonly founding: Founding;
  /** As the founder has it. */
  readonly group: Group;
}

export async function found(test: TestApp, by: Player, peer: Player): Promise<Talk> {
  const { input, group } = await prepareFounding(test, by, peer);
  const { status, refused } = await test.call(foundConversation, input, by);
  if (status !== 200) throw new Error(`the founding was refused: ${refused?.errorCode}`);
  return { conversationId: group.conversationId, founding: input, group };
}

/** The group as somebody has it whom this Welcome is for. */
export function enter({ device, offered }: Player, group: Group, welcome: Uint8Array | null): Promise<Group> {
  const refs = welcome === null ? [] : welcomeRefs(welcome);
  const offer = offered.find(({ ref }) => refs.includes(ref));
  if (welcome === null || offer === undefined) throw new Error("not welcome");
  return joinFromWelcome({
    welcome,
    privateBytes: offer.privateBytes,
    device,
    ...expectedOf(group),
  });
}

/** What whoever joins this group knows of it beforehand. */
export function expectedOf({ conversationId, generation, roles, state }: Group): GroupExpected {
  const { extensions } = state.groupContext;
  const named = extensions.find(({ extensionType }) => extensionType === "external_senders");
  const [length = 0] = named?.extensionData ?? [];
  const externalSender = named?.extensionData.subarray(length < 64 ? 1 : 2) ?? new Uint8Array();
  return { conversationId, generation, roles, externalSender };
}

/** A message as the client sends it. The server sees no keys: one ciphertext serves for many messages. */
export async function write(
  group: Group,
  text: string,
  envelope: Partial<SendMessage> = {},
): Promise<SendMessage> {
  const messageId = newId<MessageId>();
  const { ciphertext, epoch } = await encryptMessage(group, {
    content: { version: 1, kind: "text", text },
    messageId,
    counter: envelope.counter ?? 1,
    collapseKey: envelope.collapseKey,
    expiresAt: envelope.expiresAt,
    attachmentIds: envelope.attachmentIds,
    deletes: envelope.deletes,
    lastSeen: 0,
    seenChain: EMPTY_CHAIN,
    deviceLogHeads: [],
  });
  const { conversationId, generation } = group;
  return { conversationId, messageId, generation, epoch, counter: 1, ciphertext, ...envelope };
}

/** So many different messages with rising counters. */
export function copies(message: SendMessage, count: number): SendMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    ...message,
    messageId: newId<MessageId>(),
    counter: message.counter + index,
  }));
}

export async function send(test: TestApp, by: Player, message: SendMessage) {
  const { status, output, refused } = await test.call(sendMessages, asRequest(message), by);
  return status === 200 ? output?.accepted[0] : { refused: refused?.errorCode };
}

/** What one or more messages of one conversation go up in. */
export function asRequest(...[first, ...more]: [SendMessage, ...SendMessage[]]) {
  return { conversationId: first.conversationId, messages: [first, ...more] };
}
