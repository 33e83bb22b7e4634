import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../src/protocol/codec.ts";
import { decodeCredential } from "../../src/protocol/credential.ts";
import type { LinkId } from "../../src/protocol/ids.ts";
import { type JoinPreview, joinPreview } from "../../src/protocol/join-preview.ts";
import { encodeJoinProof, type Joining, joinBytes } from "../../src/protocol/join-proof.ts";
import { type Ask, askBytes, linkIdOf } from "../../src/protocol/link-key.ts";
import type { Device } from "./device.ts";
import { CryptoFailure } from "./failure.ts";
import { pad, unpad } from "./padding.ts";
import { makeSignatureKey, sign } from "./signature-key.ts";
import { unwrapState, wrapState } from "./wrap-state.ts";

/** All that follows from a link's secret of 32 bytes. */
export interface JoinLink {
  readonly linkId: LinkId;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly secret: Uint8Array<ArrayBuffer>;
}

/** The link of a secret; a fresh one without. */
export async function openJoinLink(secret?: Uint8Array<ArrayBuffer>): Promise<JoinLink> {
  const { publicKey, privateKey } = await makeSignatureKey(secret);
  return { linkId: await linkIdOf(publicKey), publicKey, secret: privateKey };
}

/** The authenticated data of the external commit by which this device joins. */
export async function proveJoin(
  link: JoinLink,
  joining: Joining,
  at: number,
): Promise<Uint8Array<ArrayBuffer>> {
  return encodeJoinProof(link.publicKey, at, await sign(link.secret, joinBytes(joining, at)));
}

/** To be shown the group, or to be added where the link asks for approval. `at`: by the server's clock. */
export async function signAsk(link: JoinLink, device: Device, at: number): Promise<Ask> {
  const rootPublicKey = decodeCredential(device.credential)?.rootPublicKey;
  if (!rootPublicKey) throw new CryptoFailure("malformed", "a device without a credential of ours");
  const { accountId, deviceId } = device;
  const asked = { accountId, deviceId, rootPublicKey: Uint8Array.from(rootPublicKey), at };
  return { ...asked, signature: await sign(link.secret, askBytes(link.linkId, asked)) };
}

/** Padded, and bound to the link, so that one preview cannot stand in for another. */
export async function sealPreview(link: JoinLink, preview: JoinPreview): Promise<Uint8Array<ArrayBuffer>> {
  return wrapState(await previewKey(link), labelOf(link), pad(encodeBinary(preview)));
}

/** Throws `malformed` when nobody who holds the secret has sealed it. */
export async function openPreview(link: JoinLink, sealed: Uint8Array<ArrayBuffer>): Promise<JoinPreview> {
  const plain = unpad(await unwrapState(await previewKey(link), labelOf(link), sealed));
  try {
    return v.parse(joinPreview, decodeBinary(plain));
  } catch (cause) {
    throw new CryptoFailure("malformed", "not a preview", cause);
  }
}

function labelOf({ linkId }: JoinLink): string {
  return `elahe-join-preview-v1/${linkId}`;
}

/** HKDF (RFC 5869) under a label of its own: who has this key can still sign nothing. */
async function previewKey({ secret }: JoinLink): Promise<CryptoKey> {
  const seed = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("elahe-join-preview-v1");
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info };
  return crypto.subtle.deriveKey(how, seed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
