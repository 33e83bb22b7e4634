import * as v from "valibot";
import { encodeBinary } from "./codec.ts";
import type { AccountId } from "./ids.ts";
import { route } from "./route.ts";
import { sha256, signedBytes, verifyEd25519 } from "./signing.ts";
import { bytes, SIZE } from "./values.ts";

/** X-Wing public key (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519. */
export const XWING_PUBLIC_KEY = 1216;

/** What the recovery words open: the keys of an account, sealed to a key that comes from the words. */
export const vault = v.object({
  /** X-Wing. */
  recoveryPublicKey: bytes(XWING_PUBLIC_KEY, XWING_PUBLIC_KEY),
  /** By the root key over `recoveryKeyBytes`. */
  rootSignature: bytes(64, 64),
  /** HPKE (RFC 9180), base mode. */
  sealed: bytes(64 * 1024, 1),
});
export type Vault = v.InferOutput<typeof vault>;

/** What the root key signs to vouch for a recovery key. */
export function recoveryKeyBytes(of: {
  origin: string;
  accountId: AccountId;
  recoveryPublicKey: Uint8Array<ArrayBuffer>;
}): Uint8Array<ArrayBuffer> {
  return signedBytes("elahe-recovery-key-v1", [of.origin, of.accountId, of.recoveryPublicKey]);
}

/** Whether the root vouches for this recovery key. */
export function verifyRecoveryKey(of: {
  origin: string;
  accountId: AccountId;
  rootPublicKey: Uint8Array<ArrayBuffer>;
  recoveryPublicKey: Uint8Array<ArrayBuffer>;
  rootSignature: Uint8Array<ArrayBuffer>;
}): Promise<boolean> {
  return verifyEd25519(of.rootPublicKey, of.rootSignature, recoveryKeyBytes(of));
}

/** SHA-256. The device log's entry of the kind `vault` names it, so that an older vault is found out. */
export function hashVault({
  recoveryPublicKey,
  rootSignature,
  sealed,
}: Vault): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(encodeBinary(["elahe-vault-v1", recoveryPublicKey, rootSignature, sealed]));
}

/** In the place of the one before, with the log's entry that names it. Refuses as `registerDevice`. */
export const putVault = route({
  method: "POST",
  path: "/api/vault",
  who: "device",
  codec: "binary",
  input: v.object({ vault, logEntry: bytes(SIZE.deviceLogEntry, 1) }),
  output: v.object({}),
});

/** For a browser that is signed in and has no keys yet, too. */
export const showVault = route({
  method: "GET",
  path: "/api/vault",
  who: "account",
  codec: "binary",
  input: v.object({}),
  output: v.object({ vault: v.nullable(vault) }),
});
