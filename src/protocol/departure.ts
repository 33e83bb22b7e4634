import * as v from "valibot";
import { encodeBinary } from "./codec.ts";
import { type AccountId, type DeviceId, deviceId } from "./ids.ts";
import type { LeafFacts } from "./judge-commit.ts";
import { decodeCanonical, signedBytes, verifyEd25519 } from "./signing.ts";
import { bytes } from "./values.ts";

/** A statement's largest size in bytes. */
export const DEPARTURE_SIZE = 512;

const shape = v.strictTuple([v.literal(1), deviceId, bytes(64, 64)]);

/**
 * What a device signs whose account leaves a group: bound to its leaf's encryption key as it stands, which nobody
 * else can renew and a later return replaces. So it counts for this stay, whatever others commit meanwhile.
 */
export function departureBytes(groupId: Uint8Array, leaf: LeafFacts): Uint8Array<ArrayBuffer> {
  return signedBytes("elahe-leave-v1", [groupId, leaf.accountId, leaf.deviceId, leaf.encryptionKey]);
}

/** The statement in its one encoding, from the signature over `departureBytes`. */
export function encodeDeparture(device: DeviceId, signature: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeBinary([1, device, signature]);
}

/** Whose account the statement takes out of the group with these leaves; undefined when it does not verify. */
export async function verifyDeparture(
  statement: Uint8Array,
  group: { readonly groupId: Uint8Array; readonly leaves: readonly LeafFacts[] },
): Promise<AccountId | undefined> {
  if (statement.byteLength === 0 || statement.byteLength > DEPARTURE_SIZE) return undefined;
  const fields = decodeCanonical(shape, statement);
  const leaf = fields && group.leaves.find((one) => one.deviceId === fields[1]);
  if (!leaf) return undefined;
  const publicKey = Uint8Array.from(leaf.signaturePublicKey);
  const isSigned = await verifyEd25519(publicKey, fields[2], departureBytes(group.groupId, leaf));
  return isSigned ? leaf.accountId : undefined;
}
