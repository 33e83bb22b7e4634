import { sha256 } from "../../src/protocol/signing.ts";

/** Before anything has been seen. */
export const EMPTY_CHAIN = new Uint8Array(32);

/** The chain over all ciphertexts and commits seen so far, in order, with the next. */
export async function extendSeenChain(
  chain: Uint8Array<ArrayBuffer>,
  seen: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return extendByHash(chain, await sha256(seen));
}

/** The same where only the hash is left of what stood there. */
export function extendByHash(
  chain: Uint8Array<ArrayBuffer>,
  hash: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(new Uint8Array([...chain, ...hash]));
}
