import { decode, Encoder } from "@msgpack/msgpack";
import { demandBounded } from "./demand-bounded.ts";

const MEBIBYTE = 1024 * 1024;

const makeEncoder = () => new Encoder({ ignoreUndefined: true, maxDepth: 16 });
let encoder = makeEncoder();

/** One value as MessagePack. Object keys are written in insertion order and `undefined` members are left out. */
export function encodeBinary(value: unknown): Uint8Array<ArrayBuffer> {
  try {
    const encoded = encoder.encode(value);
    // Its room is kept for the next value, for nothing is as dear as growing it anew; a large one's is not.
    if (encoded.byteLength > MEBIBYTE) encoder = makeEncoder();
    return encoded;
  } catch (error) {
    encoder = makeEncoder();
    throw error;
  }
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
