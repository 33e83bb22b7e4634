import * as v from "valibot";
import { type ConversationId, conversationId } from "./ids.ts";

/** Stands in every GroupContext. Groups of another engine are re-founded as a new generation. */
export const ENGINE_VERSION = 4;

/** GroupContext extensions of ours, from the range for private use (RFC 9420 §17.3). */
export const EXTENSION = { roleList: 0xf0e1, engineVersion: 0xf0e2 } as const;

/** The MLS group id: the 16 bytes of the conversation's id and the generation, four bytes, big-endian. */
export function groupIdOf(conversation: ConversationId, generation: number): Uint8Array<ArrayBuffer> {
  const groupId = new Uint8Array(20);
  groupId.set(Uint8Array.fromBase64(conversation, { alphabet: "base64url" }));
  new DataView(groupId.buffer).setUint32(16, generation);
  return groupId;
}

/** The inverse; undefined when the bytes are no group id of ours. */
export function conversationOf(
  groupId: Uint8Array,
): { conversationId: ConversationId; generation: number } | undefined {
  if (groupId.byteLength !== 20) return undefined;
  const encoded = groupId.slice(0, 16).toBase64({ alphabet: "base64url", omitPadding: true });
  const parsed = v.safeParse(conversationId, encoded);
  if (!parsed.success) return undefined;
  const generation = new DataView(groupId.buffer, groupId.byteOffset).getUint32(16);
  return { conversationId: parsed.output, generation };
}

export function encodeEngineVersion(version: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(version >> 8, version & 0xff);
}

/** Undefined when the bytes are not two. */
export function decodeEngineVersion(encoded: Uint8Array): number | undefined {
  const [high, low] = encoded;
  return high === undefined || low === undefined || encoded.byteLength !== 2 ? undefined : high * 256 + low;
}
