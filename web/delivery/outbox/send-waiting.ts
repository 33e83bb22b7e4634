import type { Content } from "../../../src/protocol/content.ts";
import { sendMessages, TOGETHER } from "../../../src/protocol/delivery.ts";
import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { encryptMessage } from "../../crypto/encrypt-message.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { removalsWaiting } from "../../crypto/group.ts";
import { between, placed } from "../../storage/key.ts";
import type { ConversationRecord, Outgoing, OutgoingContent } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { forgetUploads, idsIn, isUploaded, readUploads } from "../attachments/uploads.ts";
import { type Client, locked } from "../client.ts";
import { findTarget } from "../deeds/find-target.ts";
import { headsToTell } from "../devices/tell-heads.ts";
import { expiryKey, expiryOf } from "../expiry/expiries.ts";
import { codeOf, Failed, Refused, Unreachable } from "../failures.ts";
import { putGroup, readGroup, readPending } from "../groups/group-at-rest.ts";
import { catchUpConversation } from "../inbox/catch-up.ts";
import { mayBeHeard } from "../inbox/may-be-heard.ts";
import { beginRepair } from "../inbox/move-conversation.ts";
import { writtenAt } from "../inbox/written-at.ts";
import { ownProfileKey } from "../profiles/profile-records.ts";
import { messageView } from "../views.ts";
import { isTooOld } from "./is-too-old.ts";
import { tellOutgoing } from "./tell-outgoing.ts";

const LOOK_AHEAD = 1_000;
const REENCRYPTIONS = 5;

/** Sends what waits first, as many as go up together. True when there may be more to send at once. */
export async function sendNext(client: Client, id: ConversationId): Promise<boolean> {
  const keys = await findNext(client, id);
  const [first] = keys;
  if (first === undefined) return false;
  try {
    for (let attempt = 0; attempt < REENCRYPTIONS; attempt += 1) {
      const sealed = await encryptOnce(client, keys);
      if (sealed === "not_allowed") throw new Refused("message.not_allowed", "");
      if (sealed === "too_old") throw new Failed("too_old");
      if (sealed === "held") return hold(client, id);
      if (sealed === "proposals") {
        await (await import("../groups/commit-proposals.ts")).commitProposals(client, id);
        continue;
      }
      if (sealed.length === 0 || (await deliver(client, id, fitting(sealed)))) return true;
      await catchUpConversation(client, id);
      await forgetEnvelopes(client, keys);
    }
    await beginRepair(client, id);
    return hold(client, id);
  } catch (cause) {
    if (cause instanceof Unreachable && cause.refusal === "message.too_soon")
      await (await import("./hold-back.ts")).holdBack(client, id, keys, cause);
    else if (!isFinal(cause)) throw cause;
    else await fail(client, first, codeOf(cause));
    return true;
  }
}

/** The group is about to move on, or to be found again: what is written goes out behind that. */
function hold(client: Client, id: ConversationId): false {
  client.tend(id);
  return false;
}

/** The server's own "no" to this message, or encryption's: the person decides. All else is waited out. */
function isFinal(cause: unknown): boolean {
  if (cause instanceof Refused) return !/^(session|device)\./.test(cause.code);
  return cause instanceof CryptoFailure || cause instanceof Failed;
}

/** The places of what waits, as many as go up together. */
async function findNext(client: Client, id: ConversationId): Promise<string[]> {
  const found = await client.vault.list("outbox", { ...between(id, 0), limit: LOOK_AHEAD });
  const toSend = found.filter(({ value }) => isToSend(value));
  const { pausedUntil = 0 } = (await client.vault.read("conversations", id)) ?? {};
  const waiting =
    pausedUntil > client.platform.clock.now()
      ? (await import("./hold-back.ts")).passing(client, toSend, pausedUntil)
      : toSend;
  const ready: string[] = [];
  for (const { key, value } of waiting)
    if (ready.length < TOGETHER.messages && (await isUploaded(client.vault, value))) ready.push(key);
  return ready;
}

function isToSend({ accepted, failure, sendAt }: Outgoing): boolean {
  return accepted === null && failure === null && sendAt === undefined;
}

/** `proposals`: by what the server proposed, which this device commits first. */
type Held = "held" | "proposals" | "not_allowed" | "too_old";

interface Sealed extends Outgoing {
  readonly key: string;
  readonly envelope: NonNullable<Outgoing["envelope"]>;
}

/** Commits group state and ciphertexts in one write; what is encrypted already stays as it is. */
function encryptOnce(client: Client, keys: readonly string[]): Promise<Sealed[] | Held> {
  return locked(client, async (change) => {
    const sealed: Sealed[] = [];
    for (const key of keys) {
      const outgoing = await change.read("outbox", key);
      if (!outgoing) continue;
      const envelope = isTooOld(client, outgoing)
        ? "too_old"
        : (outgoing.envelope ?? (await encrypt(client, change, outgoing)));
      if (typeof envelope === "string") return sealed.length > 0 ? sealed : envelope;
      if (!outgoing.envelope) change.put("outbox", key, { ...outgoing, envelope });
      sealed.push({ ...outgoing, key, envelope });
    }
    return sealed;
  });
}

/** As many from the first on as the server takes at once. */
function fitting(sealed: readonly Sealed[]): readonly Sealed[] {
  let bytes = 0;
  const end = sealed.findIndex(({ envelope }, index) => {
    bytes += envelope.ciphertext.byteLength;
    return index > 0 && bytes > TOGETHER.bytes;
  });
  return end < 0 ? sealed : sealed.slice(0, end);
}

async function encrypt(
  client: Client,
  change: Change,
  outgoing: Outgoing,
): Promise<Sealed["envelope"] | Held> {
  const { conversationId: id, content, messageId } = outgoing;
  const conversation = await change.read("conversations", id);
  if (!conversation || conversation.state === "frozen") throw new Failed("crypto");
  if (conversation.identityChanged) throw new Failed("identity_changed");
  if (conversation.state === "repairing" || (await readPending(change, id))) return "held";
  const group = await readGroup(client, change, id);
  if (!group) {
    change.put("conversations", id, { ...conversation, state: "repairing" });
    return "held";
  }
  if (removalsWaiting(group).length > 0) return "proposals";
  if (!mayBeHeard({ group, roles: group.roles, content, sender: client })) return "not_allowed";
  const { leafKey } = conversation;
  const counter = conversation.counter + 1;
  const collapseKey = content.kind === "read" ? "read" : undefined;
  const attachmentIds = idsIn(content);
  const deletes = await ownTarget(client, change, content);
  const expiresAt = await expiryFor(client, change, content);
  const encrypted = await encryptMessage(group, {
    content: await withProfile(client, change, conversation, asOfNow(content, conversation)),
    messageId,
    counter,
    collapseKey,
    attachmentIds,
    deletes,
    expiresAt,
    lastSeen: conversation.cursor,
    seenChain: conversation.chain,
    deviceLogHeads: await headsToTell(change, client.accountId, conversation),
  });
  await putGroup(change, id, encrypted.group);
  change.put("conversations", id, {
    ...conversation,
    counter,
    leafKey: { ...leafKey, sent: leafKey.sent + 1 },
  });
  const { ciphertext, frankingTag } = encrypted;
  return {
    generation: conversation.generation,
    epoch: Number(encrypted.epoch),
    counter,
    ciphertext,
    frankingTag,
    ...(collapseKey === undefined ? {} : { collapseKey }),
    ...(attachmentIds === undefined ? {} : { attachmentIds }),
    ...(deletes === undefined ? {} : { deletes }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** When the server drops its copy: what a message says anew lasts no longer than the message. */
async function expiryFor(
  client: Client,
  change: Change,
  content: OutgoingContent,
): Promise<number | undefined> {
  if (content.kind === "text") return expiryOf(content, Math.round(client.serverNow()));
  if (content.kind !== "edit") return undefined;
  const found = await findTarget(client, change, content.target).catch(() => undefined);
  return found && (found.message.expiresAt ?? expiryOf(found.message.body, found.message.sentAt));
}

/** Of what this account wrote itself the server drops its copy; the message of another it would not. */
async function ownTarget(
  client: Client,
  change: Change,
  content: OutgoingContent,
): Promise<MessageId | undefined> {
  if (content.kind !== "delete") return undefined;
  const found = await findTarget(client, change, content.target).catch(() => undefined);
  return found?.message.sender === client.accountId ? content.target : undefined;
}

async function withProfile(
  client: Client,
  change: Change,
  { kind }: ConversationRecord,
  content: OutgoingContent,
): Promise<Content> {
  if (content.kind !== "text") return { version: 1, ...content };
  const profile = await ownProfileKey(change, client.accountId, kind);
  return { version: 1, ...content, ...(profile ? { profile } : {}) };
}

/**
 * False when the messages must be encrypted again, under the same ids: the group has moved on, or the server has
 * taken a counter from a later self, so that this device comes back into the group before.
 */
async function deliver(
  client: Client,
  conversationId: ConversationId,
  sealed: readonly Sealed[],
): Promise<boolean> {
  try {
    const messages = sealed.map(({ messageId, envelope }) => ({ messageId, ...envelope }));
    const { accepted } = await client.call(sendMessages, { conversationId, messages });
    for (const [index, { key }] of sealed.entries()) {
      const place = accepted[index];
      if (place) await accept(client, key, place);
    }
    return true;
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    if (cause.code === "message.replayed") await beginRepair(client, conversationId);
    else if (cause.code !== "message.epoch_passed") throw cause;
    return false;
  }
}

/** The echo may have come first, and then nothing is left to note. */
async function accept(
  client: Client,
  key: string,
  { sequence, sentAt }: NonNullable<Outgoing["accepted"]>,
): Promise<void> {
  const now = client.platform.clock.now();
  const noted = await locked(client, async (change) => {
    const outgoing = await change.read("outbox", key);
    if (!outgoing) return undefined;
    if (outgoing.content.kind === "read") {
      change.remove("outbox", key);
      change.remove("message_ids", outgoing.messageId);
      return undefined;
    }
    const accepted = { sequence, sentAt, writtenAt: writtenAt(sentAt, now - outgoing.createdAt) };
    change.put("outbox", key, { ...outgoing, accepted });
    const expiresAt = outgoing.envelope?.expiresAt;
    // Its echo may never come: the server brings nothing back that is over by then.
    if (expiresAt !== undefined)
      change.put("expiries", expiryKey(outgoing.conversationId, sequence, expiresAt), {
        messageId: outgoing.messageId,
      });
    await forgetUploads(change, idsIn(outgoing.content) ?? []);
    if (expiresAt === undefined || expiresAt > client.serverNow())
      await doubtIfPassed(change, outgoing.conversationId, sequence);
    return { ...outgoing, accepted };
  });
  const files = noted && idsIn(noted.content);
  if (files) client.tell(await readUploads(client.vault, files));
  if (noted) await tellOutgoing(client, noted);
  if (noted?.envelope?.expiresAt !== undefined) client.expire();
}

/** What was there before the answer would have come back by now: the server says one thing and shows another. */
async function doubtIfPassed(change: Change, id: ConversationId, sequence: number): Promise<void> {
  const conversation = await change.read("conversations", id);
  if (conversation && sequence <= conversation.cursor && sequence > conversation.blindUpTo)
    change.put("conversations", id, { ...conversation, differs: true });
}

function forgetEnvelopes(client: Client, keys: readonly string[]): Promise<void> {
  return locked(client, async (change) => {
    for (const key of keys) {
      const outgoing = await change.read("outbox", key);
      if (outgoing && outgoing.accepted === null) change.put("outbox", key, { ...outgoing, envelope: null });
    }
  });
}

/** A name that is said again is the one there is now, and so is what belongs to a community. */
function asOfNow(content: OutgoingContent, { about, community }: ConversationRecord): OutgoingContent {
  if (content.kind === "community" && content.again && community)
    return { ...content, listed: community.listed };
  if (content.kind !== "about" || !content.again || !about) return content;
  return { ...content, name: about.name, description: about.description };
}

/** What was shown as done is not. */
async function tellAsStored(client: Client, target: MessageId): Promise<void> {
  const known = await client.vault.read("message_ids", target);
  if (known?.store !== "messages") return;
  const { conversationId, place } = known;
  const stored = await client.vault.read("messages", placed(conversationId, place));
  const conversation = await client.vault.read("conversations", conversationId);
  const view = stored && conversation && messageView(client.accountId, conversationId, conversation, stored);
  if (view) client.tell({ kind: "messages", conversationId, messages: [view] });
}

/** A failed read mark is not worth a word: the next one says the same. Nor is what is only said again. */
async function fail(client: Client, key: string, failure: string): Promise<void> {
  const failed = await locked(client, async (change) => {
    const outgoing = await change.read("outbox", key);
    if (!outgoing) return undefined;
    if (outgoing.content.kind !== "text") {
      change.remove("outbox", key);
      change.remove("message_ids", outgoing.messageId);
      await noteRefusal(change, outgoing, failure);
      return outgoing;
    }
    change.put("outbox", key, { ...outgoing, failure });
    return { ...outgoing, failure };
  });
  if (failed) await tellOutgoing(client, failed);
  if (failed && "target" in failed.content) await tellAsStored(client, failed.content.target);
}

/** A name, a timer or a list that somebody chose stays as it was. */
async function noteRefusal(
  change: Change,
  { conversationId, content }: Outgoing,
  failure: string,
): Promise<void> {
  const isSaid = content.kind === "about" || content.kind === "timer" || content.kind === "community";
  if (!isSaid || content.again) return;
  const conversation = await change.read("conversations", conversationId);
  if (conversation?.kind === "group")
    change.put("conversations", conversationId, { ...conversation, refusedChange: failure });
}
