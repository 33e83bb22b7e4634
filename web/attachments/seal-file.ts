import { sha256 } from "@noble/hashes/sha2.js";
import { Encrypter, type Recipient, Stanza } from "age-encryption";

type Bytes = Uint8Array<ArrayBuffer>;

/** The header says that the file key travels elsewhere: inside the encrypted message. */
export const CARRIED = "elahe.invalid/carried";

export interface Sealed {
  readonly key: Bytes;
  readonly hash: Bytes;
  readonly sealedSize: number;
}

/**
 * Encrypts a file under a fresh key of its own, as an age file (age-encryption.org/v1) whose only recipient
 * carries the file key to the caller. `keep` is handed the ciphertext in order, in pieces of `pieceSize` bytes
 * and a shorter last one. Throws what the stream or `keep` throws.
 */
export async function sealFile(
  plain: ReadableStream<Uint8Array>,
  pieceSize: number,
  keep: (piece: Bytes, index: number) => Promise<void>,
): Promise<Sealed> {
  const carrier = carryKey();
  const encrypter = new Encrypter();
  encrypter.addRecipient(carrier);
  const hash = sha256.create();
  let [piece, filled, index] = [new Uint8Array(pieceSize), 0, 0];
  for await (const part of parts(await encrypter.encrypt(plain))) {
    hash.update(part);
    for (let at = 0; at < part.byteLength; ) {
      const some = part.subarray(at, at + pieceSize - filled);
      piece.set(some, filled);
      filled += some.byteLength;
      at += some.byteLength;
      if (filled < pieceSize) continue;
      await keep(piece, index);
      [piece, filled, index] = [new Uint8Array(pieceSize), 0, index + 1];
    }
  }
  if (filled > 0) await keep(piece.slice(0, filled), index);
  return { key: carrier.key(), hash: Uint8Array.from(hash.digest()), sealedSize: index * pieceSize + filled };
}

function carryKey(): Recipient & { readonly key: () => Bytes } {
  let carried: Bytes | undefined;
  return {
    wrapFileKey(fileKey) {
      carried = Uint8Array.from(fileKey);
      return [new Stanza([CARRIED], new Uint8Array())];
    },
    key() {
      if (carried === undefined) throw new Error("nothing was encrypted yet");
      return carried;
    },
  };
}

/** A stream's parts; not every browser lets one walk a stream itself. */
export async function* parts(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    // Whoever stops early wants no more of it.
    reader.cancel().catch(() => undefined);
  }
}
