import { CryptoFailure } from "./failure.ts";

const SMALLEST = 64;
const HEADER = 4;

/** Length, bytes, zeros, up to the next of 64, 128, 256, …: the ciphertext tells the size only that coarsely. */
export function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let size = SMALLEST;
  while (size < HEADER + bytes.byteLength) size *= 2;
  const padded = new Uint8Array(size);
  new DataView(padded.buffer).setUint32(0, bytes.byteLength);
  padded.set(bytes, HEADER);
  return padded;
}

/** The inverse. Throws `malformed`. */
export function unpad(padded: Uint8Array): Uint8Array<ArrayBuffer> {
  if (padded.byteLength < HEADER) throw new CryptoFailure("malformed", "padding is missing");
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  const end = HEADER + length;
  if (end > padded.byteLength || padded.subarray(end).some((byte) => byte !== 0))
    throw new CryptoFailure("malformed", "padding is not as made");
  return padded.slice(HEADER, end);
}
