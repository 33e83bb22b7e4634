import * as v from "valibot";
import { MOST_ATTACHMENTS } from "./attachments.ts";
import { attachmentIds, collapseKey } from "./delivery.ts";
import { accountId, attachmentId, conversationId, messageId } from "./ids.ts";
import { profileKey } from "./profiles.ts";
import { bytes, count, sequence, text, time } from "./values.ts";

export const TEXT_LIMIT = 16_000;
export const NAME_LIMIT = 64;
export const DESCRIPTION_LIMIT = 500;

export const EMOJI_LIMIT = 32;

/** What somebody does about a message that stands already; it may come before the message itself. */
const edit = v.object({ kind: v.literal("edit"), target: messageId, text: text(TEXT_LIMIT, 1) });
const deletion = v.object({ kind: v.literal("delete"), target: messageId });
/** One of each account; null takes it back. */
const reaction = v.object({
  kind: v.literal("reaction"),
  target: messageId,
  emoji: v.nullable(text(EMOJI_LIMIT, 1)),
});
export const deed = v.variant("kind", [edit, deletion, reaction]);
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
  thumbhash: v.optional(bytes(64, 1)),
  /** A note spoken in: how long, and how loud along its way. */
  voice: v.optional(v.object({ milliseconds: count, peaks: bytes(128, 1) })),
});
export type Attachment = v.InferOutput<typeof attachment>;

export const attachmentList = v.pipe(v.array(attachment), v.minLength(1), v.maxLength(MOST_ATTACHMENTS));

/** What stands inside the encryption of an application message, before padding. The server never sees it. */
const kinds = v.variant("kind", [
  v.object({
    version: v.literal(1),
    kind: v.literal("text"),
    /** Empty only beside attachments. */
    text: text(TEXT_LIMIT),
    attachments: v.optional(attachmentList),
    /** The message in this conversation that it answers. */
    replyTo: v.optional(messageId),
    /** Somebody wrote it elsewhere; who is not told. */
    forwarded: v.optional(v.literal(true)),
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
    again: v.optional(v.boolean()),
  }),
  v.object({ version: v.literal(1), ...edit.entries }),
  v.object({ version: v.literal(1), ...deletion.entries }),
  v.object({ version: v.literal(1), ...reaction.entries }),
  /** Collapsible under the key `read`: the sender's account has seen everything up to here. */
  v.object({ version: v.literal(1), kind: v.literal("read"), upTo: sequence }),
]);
export const content = v.pipe(
  kinds,
  v.check(
    (said) => said.kind !== "text" || said.text !== "" || said.attachments !== undefined,
    "says nothing",
  ),
);
export type Content = v.InferOutput<typeof content>;

/** A content of a later version or kind, kept and shown as not understood. */
export const unknownContent = v.looseObject({ version: count, kind: text(64) });

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
  /** Heads of the device logs the sender knows, of the accounts in the conversation. */
  deviceLogHeads: v.pipe(v.array(v.object({ accountId, head: bytes(32, 32) })), v.maxLength(8)),
});
export type AuthenticatedData = v.InferOutput<typeof authenticatedData>;
