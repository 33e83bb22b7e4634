import * as v from "valibot";
import { accountId, deviceId, type LinkId } from "./ids.ts";
import { sha256, signedBytes, verifyEd25519 } from "./signing.ts";
import { bytes, time } from "./values.ts";

/** So far from its own time the server still takes a link's signature for fresh. */
export const ASK_FRESH = 5 * 60 * 1000;

/** What stands in a link's address: it finds the link, and tells neither the group nor the secret. */
export async function linkIdOf(publicKey: Uint8Array): Promise<LinkId> {
  const hash = await sha256(signedBytes("elahe-link-id-v1", [publicKey]));
  return hash.slice(0, 16).toBase64({ alphabet: "base64url", omitPadding: true }) as LinkId;
}

/** By whoever holds a link: that this account asks, from this device, under this root key. */
export const ask = v.object({
  accountId,
  deviceId,
  rootPublicKey: bytes(32, 32),
  /** By the server's clock. */
  at: time,
  signature: bytes(64, 64),
});
export type Ask = v.InferOutput<typeof ask>;

export function askBytes(link: LinkId, asked: Omit<Ask, "signature">): Uint8Array<ArrayBuffer> {
  const { accountId, deviceId, rootPublicKey, at } = asked;
  return signedBytes("elahe-ask-v1", [link, accountId, deviceId, rootPublicKey, at]);
}

/** Whether somebody who holds this link's secret asks: a server cannot make it up. */
export function verifyAsk(link: LinkId, publicKey: Uint8Array, asked: Ask): Promise<boolean> {
  return verifyEd25519(Uint8Array.from(publicKey), asked.signature, askBytes(link, asked));
}
