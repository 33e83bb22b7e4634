import * as v from "valibot";
import { encodeBinary } from "../../src/protocol/codec.ts";
import type { DeviceLogEntry } from "../../src/protocol/device-log.ts";
import type { AccountId, DeviceId } from "../../src/protocol/ids.ts";
import { decodeCanonical, equalBytes, signedBytes } from "../../src/protocol/signing.ts";
import { hashVault, recoveryKeyBytes, type Vault, verifyRecoveryKey } from "../../src/protocol/vault.ts";
import { appendToLog } from "./device.ts";
import { CryptoFailure } from "./failure.ts";
import type { Identity } from "./identity.ts";
import { deriveRecoveryKey, deriveRoot } from "./recovery-key.ts";
import { openSealed, sealTo } from "./seal-to.ts";
import { sign } from "./signature-key.ts";
import { decodeStoreKeys, encodeStoreKeys, type StoreKeys, storeKeysShape } from "./store-keys.ts";

/** A key that the vault is sealed to, vouched for by the root. */
export type RecoveryKey = Pick<Vault, "recoveryPublicKey" | "rootSignature">;

/** Of the words: asked for once, when they are made or typed. */
export async function makeRecoveryKey(of: {
  readonly accountId: AccountId;
  readonly origin: string;
  readonly entropy: Uint8Array<ArrayBuffer>;
}): Promise<RecoveryKey> {
  const { publicKey: recoveryPublicKey } = await deriveRecoveryKey(of.entropy);
  const { privateKey } = await deriveRoot(of.entropy);
  const rootSignature = await sign(privateKey, recoveryKeyBytes({ ...of, recoveryPublicKey }));
  return { recoveryPublicKey, rootSignature };
}

const inside = v.strictTuple([v.literal(1), storeKeysShape]);

/**
 * What whoever loses every device needs beside the words: the keys of the account store. Sealed without the words, to
 * the recovery key, which must be the root's; and the log's entry that makes every vault before out of date.
 */
export async function sealVault(
  identity: Identity,
  of: {
    readonly recoveryKey: RecoveryKey;
    readonly deviceId: DeviceId;
    readonly log: readonly Uint8Array[];
    readonly now: number;
  },
): Promise<{ readonly vault: Vault; readonly logEntry: Uint8Array<ArrayBuffer> }> {
  if (!(await verifyRecoveryKey({ ...identity, ...of.recoveryKey })))
    throw new CryptoFailure("not_allowed", "the root does not vouch for this recovery key");
  const { recoveryPublicKey, rootSignature } = of.recoveryKey;
  const plain = encodeBinary([1, encodeStoreKeys(identity.storeKeys)]);
  const sealed = await sealTo(recoveryPublicKey, { info: infoOf(identity), plain });
  const vault = { recoveryPublicKey, rootSignature, sealed };
  const change = { change: "vault" as const, deviceId: of.deviceId, at: of.now };
  const logEntry = await appendToLog(identity, of.log, { ...change, names: await hashVault(vault) });
  return { vault, logEntry };
}

/**
 * With the words. Throws `unusable` when it is not sealed to them, and `not_allowed` when the account's log names
 * another one as its newest: then an old one is shown, or a wrong one.
 */
export async function openVault(of: {
  readonly accountId: AccountId;
  readonly origin: string;
  readonly entropy: Uint8Array<ArrayBuffer>;
  readonly vault: Vault;
  /** Verified. */
  readonly log: readonly DeviceLogEntry[];
}): Promise<StoreKeys> {
  const newest = of.log.findLast(({ change }) => change === "vault");
  if (!newest || !equalBytes(newest.names, await hashVault(of.vault)))
    throw new CryptoFailure("not_allowed", "the device log names another vault");
  const { seed, publicKey } = await deriveRecoveryKey(of.entropy);
  if (!equalBytes(publicKey, of.vault.recoveryPublicKey))
    throw new CryptoFailure("unusable", "the vault is sealed to other words");
  const plain = await openSealed(seed, { info: infoOf(of), sealed: of.vault.sealed });
  const fields = decodeCanonical(inside, plain);
  if (!fields) throw new CryptoFailure("malformed", "not what a vault holds");
  return decodeStoreKeys(fields[1]);
}

function infoOf({ origin, accountId }: { readonly origin: string; readonly accountId: AccountId }) {
  return signedBytes("elahe-vault-v1", [origin, accountId]);
}
