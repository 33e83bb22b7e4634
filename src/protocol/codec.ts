import { decode, encode } from "@msgpack/msgpack";
import { demandBounded } from "./demand-bounded.ts";

const MEBIBYTE = 1024 * 1024;

/** One value as MessagePack. Object keys are written in insertion order and `undefined` members are left out. */
export function encodeBinary(value: unknown): Uint8Array<ArrayBuffer> {
  return encode(value, { ignoreUndefined: true, maxDepth: 16 });
}

/**
 * The value in MessagePack bytes; a schema must judge it before anything uses it.
 * Throws an Error of the codec when the bytes are malformed or a member is beyond the wire's limits; never
 * takes memory out of proportion to the bytes.
 */
export function decodeBinary(bytes: Uint8Array): unknown {
  demandBounded(bytes);
  return decode(bytes, {
    maxStrLength: MEBIBYTE,
    maxBinLength: 4 * MEBIBYTE,
    maxArrayLength: 10_000,
    maxMapLength: 64,
    maxExtLength: 0,
  });
}
