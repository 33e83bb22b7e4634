import * as v from "valibot";
import { encodeBinary } from "./codec.ts";
import type { AccountId, DeviceId } from "./ids.ts";
import { decodeCanonical, signedBytes, verifyEd25519 } from "./signing.ts";
import { bytes, time } from "./values.ts";

/** A proof's largest size in bytes. */
export const JOIN_PROOF_SIZE = 256;

const joinShape = v.strictTuple([v.literal("link"), bytes(32, 32), time, bytes(64, 64)]);

export interface Joining {
  readonly groupId: Uint8Array;
  readonly epoch: number;
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
}

/**
 * What a link's key signs for whoever joins by external commit: for this group at this epoch, this account and this
 * device, so that it is worth nothing to anybody else or a second time.
 */
export function joinBytes(joining: Joining, at: number): Uint8Array<ArrayBuffer> {
  const { groupId, epoch } = joining;
  return signedBytes("elahe-join-v1", [groupId, epoch, joining.accountId, joining.deviceId, at]);
}

/** In its one encoding: the authenticated data of the external commit. */
export function encodeJoinProof(
  publicKey: Uint8Array,
  at: number,
  signature: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return encodeBinary(["link", publicKey, at, signature]);
}

/** The link's key by which this joiner comes in, if its signature verifies; whether it may is judged by the role list. */
export async function verifyJoinProof(
  authenticatedData: Uint8Array,
  joining: Joining,
): Promise<Uint8Array | undefined> {
  if (authenticatedData.byteLength === 0 || authenticatedData.byteLength > JOIN_PROOF_SIZE) return undefined;
  const fields = decodeCanonical(joinShape, authenticatedData);
  if (!fields) return undefined;
  const [, publicKey, at, signature] = fields;
  return (await verifyEd25519(publicKey, signature, joinBytes(joining, at))) ? publicKey : undefined;
}
