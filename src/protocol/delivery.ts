import * as v from "valibot";
import { MOST_ATTACHMENTS } from "./attachments.ts";
import { channelFrame, hearChannels } from "./channel-frames.ts";
import { DEPARTURE_SIZE } from "./departure.ts";
import {
  accountId,
  attachmentId,
  type ConversationId,
  conversationId,
  deviceId,
  incarnation,
  messageId,
} from "./ids.ts";
import { route } from "./route.ts";
import { bytes, count, epoch, SIZE, sequence, text, time } from "./values.ts";

/** Of two messages of one device with the same key in one conversation the server keeps the newer. */
export const collapseKey = v.pipe(v.string(), v.regex(/^[a-z]{1,16}$/));

/** Files that a message names, so that the server keeps them. */
export const attachmentIds = v.pipe(
  v.array(attachmentId),
  v.minLength(1),
  v.maxLength(MOST_ATTACHMENTS),
  v.check((ids) => new Set(ids).size === ids.length, "named twice"),
);

/** The clear envelope of an application message: all that the server learns besides sender and time. */
const envelope = {
  messageId,
  generation: count,
  /** The epoch it was encrypted in. */
  epoch,
  /** Strictly rising per device and conversation, from 1; shows a copied-back device. */
  counter: v.pipe(count, v.minValue(1)),
  /** An MLSMessage with a PrivateMessage. */
  ciphertext: bytes(SIZE.messageCiphertext, 1),
  collapseKey: v.optional(collapseKey),
  expiresAt: v.optional(time),
  frankingTag: v.optional(bytes(32, 32)),
  attachmentIds: v.optional(attachmentIds),
  /** A message of the same account that it takes back: its ciphertext is dropped. What is another's stays. */
  deletes: v.optional(messageId),
};

export const messageEnvelope = v.object(envelope);
export type MessageEnvelope = v.InferOutput<typeof messageEnvelope>;
export type SendMessage = MessageEnvelope & { readonly conversationId: ConversationId };

/** A retry is known by its message id for so long; what is older may have come without the server knowing. */
export const IDS_KEPT_FOR = 180 * 24 * 60 * 60_000;

/** What waits on a device goes up together, as far as this. */
export const TOGETHER = { messages: 32, bytes: 256 * 1024 } as const;

/**
 * Messages of one device in their order, answered only after they are durable; a retry with a known id is
 * answered as before. The first that is refused ends it: `accepted` is shorter then, and sending the rest
 * anew tells why. A request whose first message is refused is refused.
 */
export const sendMessages = route({
  method: "POST",
  path: "/api/conversations/:conversationId/messages",
  who: "device",
  codec: "binary",
  input: v.object({
    conversationId,
    messages: v.pipe(
      v.array(messageEnvelope),
      v.minLength(1),
      v.maxLength(TOGETHER.messages),
      v.check((messages) => messages.length === 1 || sizeOf(messages) <= TOGETHER.bytes, "too much at once"),
    ),
  }),
  output: v.object({
    accepted: v.pipe(
      v.array(v.object({ sequence, sentAt: time })),
      v.minLength(1),
      v.maxLength(TOGETHER.messages),
    ),
  }),
});

function sizeOf(messages: readonly { readonly ciphertext: Uint8Array }[]): number {
  return messages.reduce((sum, { ciphertext }) => sum + ciphertext.byteLength, 0);
}

/** A Remove with its signature is far smaller. */
const PROPOSAL_SIZE = 1024;

const fromSomebody = { sequence, senderAccountId: accountId, senderDeviceId: deviceId, sentAt: time };

export const conversationEvent = v.variant("kind", [
  v.object({ kind: v.literal("message"), ...fromSomebody, ...envelope }),
  /** In the place of a message that its sender has taken back. */
  v.object({
    kind: v.literal("erased"),
    ...fromSomebody,
    messageId,
    generation: count,
    counter: v.pipe(count, v.minValue(1)),
    /** SHA-256 of the ciphertext that stood here: it counts among what was seen. */
    hash: bytes(32, 32),
    expiresAt: v.optional(time),
  }),
  v.object({
    kind: v.literal("commit"),
    ...fromSomebody,
    commitId: messageId,
    generation: count,
    /** The epoch that the commit ends. */
    epoch,
    commit: bytes(SIZE.commit, 1),
  }),
  /** The sender's account left the group; its leaves wait to be removed by whoever commits first. */
  v.object({
    kind: v.literal("left"),
    ...fromSomebody,
    generation: count,
    epoch,
    /** See `departure.ts`. */
    statement: bytes(DEPARTURE_SIZE, 1),
  }),
  /** By the server itself: a device is to be removed, by reference, by whoever commits first. */
  v.object({
    kind: v.literal("proposal"),
    sequence,
    sentAt: time,
    generation: count,
    epoch,
    /** An MLSMessage with a PublicMessage of the external sender. */
    proposal: bytes(PROPOSAL_SIZE, 1),
  }),
]);
export type ConversationEvent = v.InferOutput<typeof conversationEvent>;
export type MessageEvent = Extract<ConversationEvent, { kind: "message" }>;
export type ErasedEvent = Extract<ConversationEvent, { kind: "erased" }>;
export type LeftEvent = Extract<ConversationEvent, { kind: "left" }>;
export type ProposalEvent = Extract<ConversationEvent, { kind: "proposal" }>;
export type CommitEvent = Extract<ConversationEvent, { kind: "commit" }>;

/** What concerns an account, or one device of it, outside any conversation it is in already. */
export const accountEvent = v.variant("kind", [
  v.object({
    kind: v.literal("welcome"),
    sequence,
    conversationId,
    generation: count,
    /** The first epoch the device is in. */
    epoch,
    /** The sequence of the commit that added it: its cursor starts there. */
    conversationSequence: sequence,
    fromAccountId: accountId,
    fromDeviceId: deviceId,
    /** An MLSMessage with a Welcome. */
    welcome: bytes(SIZE.welcome, 1),
  }),
  /** The device is out of a group from this place on: by the commit, as its own account left, or by the server. */
  v.object({
    kind: v.literal("removed"),
    sequence,
    conversationId,
    generation: count,
    conversationSequence: sequence,
    /** Null: the server. */
    fromAccountId: v.nullable(accountId),
    sentAt: time,
    commit: v.nullable(bytes(SIZE.commit, 1)),
  }),
  v.object({ kind: v.literal("devices_changed"), sequence }),
  /** To those who may add members: somebody asks to be let in, or does so no more. */
  v.object({ kind: v.literal("requests_changed"), sequence, conversationId }),
]);
export type AccountEvent = v.InferOutput<typeof accountEvent>;

export const PAGE = { events: 200, conversations: 100 } as const;

/** Events after a cursor, oldest first. Set the cursor to `upTo` (sequences may have holes) until it is `head`. */
export const syncConversation = route({
  method: "GET",
  path: "/api/conversations/:conversationId/events",
  who: "device",
  codec: "binary",
  input: v.object({
    conversationId,
    after: sequence,
    limit: v.optional(v.pipe(count, v.minValue(1), v.maxValue(PAGE.events)), PAGE.events),
  }),
  output: v.object({
    events: v.pipe(v.array(conversationEvent), v.maxLength(PAGE.events)),
    upTo: sequence,
    head: sequence,
    /** The last message counter taken from this device: more than it knows of shows a copied-back state. */
    counter: count,
  }),
});

/** What `syncConversation` refuses as gone: up to where nothing is kept, and how much others wrote there. */
export const showGap = route({
  method: "GET",
  path: "/api/conversations/:conversationId/gap",
  who: "device",
  codec: "binary",
  input: v.object({ conversationId, after: sequence }),
  output: v.object({ upTo: sequence, messages: count }),
});

export const syncAccount = route({
  method: "GET",
  path: "/api/sync/account",
  who: "device",
  codec: "binary",
  input: v.object({ after: sequence }),
  output: v.object({
    incarnation,
    events: v.pipe(v.array(accountEvent), v.maxLength(PAGE.events)),
    upTo: sequence,
    head: sequence,
  }),
});

/**
 * Conversations with something that this device has not acknowledged yet, by id from `from` on; with `all: 1`
 * every one, for a device that starts and may be older than what it has acknowledged.
 */
export const syncConversations = route({
  method: "GET",
  path: "/api/sync/conversations",
  who: "device",
  codec: "binary",
  input: v.object({ from: v.optional(conversationId), all: v.optional(count, 0) }),
  output: v.object({
    changed: v.pipe(
      v.array(v.object({ conversationId, head: sequence, acknowledged: sequence, counter: count })),
      v.maxLength(PAGE.conversations),
    ),
    /** Pass as `from` to continue; null when this was the last page. */
    next: v.nullable(conversationId),
  }),
});

/** How far the others are: asked after a reconnect for the conversations on the screen. */
export const PROTOCOL_VERSION = 1;

/** The only frames that go up; everything else is a command over HTTP. */
export const frameUp = v.variant("t", [
  v.object({ t: v.literal("hello"), protocol: count, build: text(64) }),
  v.object({ t: v.literal("ping") }),
  v.object({
    t: v.literal("ack"),
    /** Durable in the device's own storage up to and with this sequence. */
    conversations: v.pipe(v.array(v.object({ conversationId, sequence })), v.maxLength(100)),
    account: v.optional(sequence),
  }),
  v.object({ t: v.literal("typing"), conversationId }),
  /** Somebody looks at this direct conversation, and asks whether the other is there. */
  v.object({ t: v.literal("asks_presence"), conversationId }),
  /** The answer, which the device of whoever was asked gives or does not. */
  v.object({ t: v.literal("present"), conversationId }),
  hearChannels,
]);
export type FrameUp = v.InferOutput<typeof frameUp>;

/** More than one write ever takes. */
const FRAME_EVENTS = 1024;

export const frameDown = v.variant("t", [
  /** Answers hello. Heads tell what to catch up on. */
  v.object({ t: v.literal("ready"), incarnation, serverTime: time, accountHead: sequence, build: text(64) }),
  v.object({ t: v.literal("pong"), serverTime: time }),
  /** What became durable in one write, in the order of the sequences. */
  v.object({
    t: v.literal("events"),
    conversationId,
    events: v.pipe(v.array(conversationEvent), v.minLength(1), v.maxLength(FRAME_EVENTS)),
  }),
  v.object({ t: v.literal("account"), event: accountEvent }),
  /** Each device of the account has everything up to and with this sequence. */
  v.object({ t: v.literal("delivered"), conversationId, accountId, sequence }),
  /** The account store has rows up to here. */
  v.object({ t: v.literal("store"), head: sequence }),
  v.object({ t: v.literal("typing"), conversationId, accountId }),
  v.object({ t: v.literal("asks_presence"), conversationId, accountId }),
  v.object({ t: v.literal("present"), conversationId, accountId }),
  v.object({ t: v.literal("key_packages_low"), remaining: count }),
  /** This device, before the others, is to commit what the server has proposed. */
  v.object({ t: v.literal("commit_proposals"), conversationId }),
  channelFrame,
]);
export type FrameDown = v.InferOutput<typeof frameDown>;

/** Close codes of the socket beyond RFC 6455's. */
export const CLOSE = {
  signedOut: 4001,
  /** The frame was not one of `frameUp`. */
  malformed: 4003,
  protocolVersion: 4004,
  tooManyFrames: 4005,
  /** The oldest of a session that opened too many. */
  tooManySockets: 4006,
  /** Said nothing after it was opened. */
  noHello: 4007,
} as const;

export const SOCKET_PATH = "/api/socket";
