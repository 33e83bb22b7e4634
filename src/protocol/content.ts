import * as v from "valibot";
import { collapseKey } from "./delivery.ts";
import { accountId, conversationId, messageId } from "./ids.ts";
import { bytes, count, sequence, text, time } from "./values.ts";

export const TEXT_LIMIT = 16_000;

/** What stands inside the encryption of an application message, before padding. The server never sees it. */
export const content = v.variant("kind", [
  v.object({ version: v.literal(1), kind: v.literal("text"), text: text(TEXT_LIMIT, 1) }),
  /** Collapsible under the key `read`: the sender's account has seen everything up to here. */
  v.object({ version: v.literal(1), kind: v.literal("read"), upTo: sequence }),
]);
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
