import * as v from "valibot";
import { decodeBinary, encodeBinary } from "./codec.ts";

/** What a key of ours signs: MessagePack of the label and the fields, so no two meanings share bytes. */
export function signedBytes(label: string, fields: readonly unknown[]): Uint8Array<ArrayBuffer> {
  return encodeBinary([label, ...fields]);
}

/** Whether `signature` is Ed25519 (RFC 8032) by `publicKey` over `message`. False for malformed keys too. */
export async function verifyEd25519(
  publicKey: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (publicKey.byteLength !== 32 || signature.byteLength !== 64) return false;
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch {
    return false;
  }
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && left.every((byte, index) => byte === right[index]);
}

/**
 * Bytes of a declared shape, accepted only in the one encoding that `encode` gives: what two parties
 * hash or sign must not exist in two spellings. Undefined when malformed.
 */
export function decodeCanonical<Shape extends v.GenericSchema>(
  shape: Shape,
  bytes: Uint8Array,
): v.InferOutput<Shape> | undefined {
  try {
    const decoded = decodeBinary(bytes);
    const parsed = v.safeParse(shape, ownBuffers(decoded));
    if (!parsed.success || !equalBytes(encodeBinary(decoded), bytes)) return undefined;
    return parsed.output;
  } catch {
    return undefined;
  }
}

/** The decoder gives views into the whole message; keys and signatures live on, so they get bytes of their own. */
function ownBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(ownBuffers);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, ownBuffers(member)]));
  return value;
}
