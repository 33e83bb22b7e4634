import * as v from "valibot";
import { MOST_ATTACHMENTS } from "./attachments.ts";
import { communitySaying } from "./community.ts";
import { attachmentIds, collapseKey } from "./delivery.ts";
import { accountId, attachmentId, conversationId, messageId } from "./ids.ts";
import { close, isQuestion, poll, vote } from "./polls.ts";
import { PICTURE_SIZE, profileKey } from "./profiles.ts";
import { bytes, count, sequence, text, time } from "./values.ts";

export const TEXT_LIMIT = 16_000;
export const NAME_LIMIT = 64;
export const DESCRIPTION_LIMIT = 500;

export const EMOJI_LIMIT = 32;
export const MOST_MENTIONS = 100;

/** Who is called by name in the words, as `@username`; everybody as `@all`, which receivers heed from moderators on. */
const mentions = {
  mentions: v.optional(v.pipe(v.array(accountId), v.minLength(1), v.maxLength(MOST_MENTIONS))),
  mentionsAll: v.optional(v.literal(true)),
};

/** What somebody does about a message that stands already; it may come before the message itself. */
const edit = v.object({ kind: v.literal("edit"), target: messageId, text: text(TEXT_LIMIT, 1), ...mentions });
const deletion = v.object({ kind: v.literal("delete"), target: messageId });
/** One of each account; null takes it back. */
const reaction = v.object({
  kind: v.literal("reaction"),
  target: messageId,
  emoji: v.nullable(text(EMOJI_LIMIT, 1)),
});
/** Kept in sight over the conversation; in groups by moderators and whoever stands above them. */
const pin = v.object({ kind: v.literal("pin"), target: messageId, pinned: v.boolean() });
export const deed = v.variant("kind", [edit, deletion, reaction, pin, vote, close]);
export type Deed = v.InferOutput<typeof deed>;

const pixels = v.pipe(count, v.minValue(1), v.maxValue(100_000));

/** A file, as only the members know it. The server knows its id, its owner and the size of its ciphertext. */
export const attachment = v.object({
  id: attachmentId,
  /** Of an age file that carries its file key nowhere else: see `web/attachments/seal-file.ts`. */
  key: bytes(16, 16),
  /** SHA-256 of the ciphertext, checked before anything of it is shown. */
  hash: bytes(32, 32),
  sealedSize: count,
  size: count,
  /** The media type, as the sender's browser knew it: never believed for more than how to show it. */
  type: text(127, 1),
  name: text(255, 1),
  /** Of a picture or a film: what room it takes before it is there. */
  dimensions: v.optional(v.object({ width: pixels, height: pixels })),
  /** A ThumbHash, to be drawn until the picture is there. */
  thumbhash: v.optional(bytes(64, 5)),
  /** A note spoken in: how long, and how loud along its way. */
  voice: v.optional(v.object({ milliseconds: count, peaks: bytes(128, 1) })),
});
export type Attachment = v.InferOutput<typeof attachment>;

/** Of a message that disappears: seconds after the server has taken it. */
export const LONGEST_TIMER = 28 * 24 * 60 * 60;
const timer = v.pipe(count, v.minValue(1), v.maxValue(LONGEST_TIMER));

export const attachmentList = v.pipe(v.array(attachment), v.minLength(1), v.maxLength(MOST_ATTACHMENTS));

/** What stands inside the encryption of an application message, before padding. The server never sees it. */
const kinds = v.variant("kind", [
  v.object({
    version: v.literal(1),
    kind: v.literal("text"),
    /** Empty only beside attachments. */
    text: text(TEXT_LIMIT),
    attachments: v.optional(attachmentList),
    /** What is asked by the words, and can be answered by votes. It stays as it was asked: no edit of it counts. */
    poll: v.optional(poll),
    /** The message in this conversation that it answers. */
    replyTo: v.optional(messageId),
    /** Somebody wrote it elsewhere; who is not told. */
    forwarded: v.optional(v.literal(true)),
    ...mentions,
    expiresIn: v.optional(timer),
    /** Where the sender's profile stands, and what opens it. */
    profile: v.optional(profileKey),
  }),
  /**
   * What a group is called, by its owner or an admin. `again`: repeated by whoever added somebody, for those who
   * cannot read the past.
   */
  v.object({
    version: v.literal(1),
    kind: v.literal("about"),
    name: text(NAME_LIMIT, 1),
    description: text(DESCRIPTION_LIMIT),
    /** A small JPEG; null for none. Absent: it stays as it is. */
    picture: v.optional(v.nullable(bytes(PICTURE_SIZE, 1))),
    again: v.optional(v.boolean()),
  }),
  /**
   * How long messages last that are written from here on; null for ever. In a group by its owner and admins.
   * `again`: repeated by whoever added somebody.
   */
  v.object({
    version: v.literal(1),
    kind: v.literal("timer"),
    seconds: v.nullable(timer),
    again: v.optional(v.literal(true)),
  }),
  v.object({ version: v.literal(1), kind: v.literal("community"), ...communitySaying }),
  v.object({ version: v.literal(1), ...edit.entries }),
  v.object({ version: v.literal(1), ...deletion.entries }),
  v.object({ version: v.literal(1), ...reaction.entries }),
  v.object({ version: v.literal(1), ...pin.entries }),
  v.object({ version: v.literal(1), ...vote.entries }),
  v.object({ version: v.literal(1), ...close.entries }),
  /** Collapsible under the key `read`: the sender's account has seen everything up to here. */
  v.object({ version: v.literal(1), kind: v.literal("read"), upTo: sequence }),
]);
export const content = v.pipe(
  kinds,
  v.check(
    (said) => said.kind !== "text" || said.text !== "" || said.attachments !== undefined,
    "says nothing",
  ),
  v.check(
    (said) => said.kind !== "text" || said.poll === undefined || isQuestion(said.text, said.poll),
    "asks nothing",
  ),
);
export type Content = v.InferOutput<typeof content>;

/** A content of a later version or kind, kept and shown as not understood. */
export const unknownContent = v.looseObject({ version: count, kind: text(64) });

/** Where a device log stood when it was last looked at: the number of its entries, and the hash of the last. */
export const deviceLogHead = v.object({
  accountId,
  position: v.pipe(count, v.minValue(1)),
  head: bytes(32, 32),
});

/**
 * The authenticated data of an application message: its clear envelope and what its sender had seen, bound to
 * the ciphertext. (The epoch stands in the message itself.)
 */
export const authenticatedData = v.object({
  messageId,
  conversationId,
  generation: count,
  /** The rest of the clear envelope, null where it has none: see `sendMessage`. */
  counter: v.pipe(count, v.minValue(1)),
  collapseKey: v.nullable(collapseKey),
  expiresAt: v.nullable(time),
  /** Absent where no file is named, as in all that was written before there were any. */
  attachmentIds: v.optional(attachmentIds),
  /** Absent where nothing is taken back, likewise. */
  deletes: v.optional(messageId),
  /** The sender's cursor in the conversation when it encrypted. */
  lastSeen: sequence,
  /**
   * SHA-256 chain over the ciphertexts that the sender had seen in this epoch, in order. It begins with the
   * epoch's hash, so that all members hold the same one, and leaves out what may be gone for those who come
   * later: collapsible and expiring messages.
   */
  seenChain: bytes(32, 32),
  /** First 8 bytes of SHA-256 of the epoch authenticator: unequal at one epoch means a fork. */
  epochHash: bytes(8, 8),
  /** HMAC-SHA256 of the content under a key that stands beside it inside the encryption. */
  frankingTag: bytes(32, 32),
  /** Heads of the device logs the sender knows, of accounts in the conversation: what is told of what it was shown. */
  deviceLogHeads: v.pipe(v.array(deviceLogHead), v.maxLength(8)),
});
export type AuthenticatedData = v.InferOutput<typeof authenticatedData>;
