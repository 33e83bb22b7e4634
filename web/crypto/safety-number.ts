import type { AccountId } from "../../src/protocol/ids.ts";
import { signedBytes } from "../../src/protocol/signing.ts";

/** Somebody, by what stands for them whatever device they use. */
export interface Root {
  readonly accountId: AccountId;
  /** Ed25519. */
  readonly rootPublicKey: Uint8Array<ArrayBuffer>;
}

const GROUPS = 6;
const DIGITS = 5;
/** Makes trying out keys for a look-alike number that much dearer, as in Signal's numeric fingerprints. */
const ROUNDS = 5200;

/**
 * 60 digits for two people to compare, the same on both sides: thirty of each, the smaller ones first. They stay when a
 * device is added or the account key is renewed, and change with the root.
 */
export async function safetyNumber(one: Root, other: Root): Promise<string> {
  const halves = await Promise.all([digitsOf(one), digitsOf(other)]);
  return halves.toSorted().join("");
}

/** PBKDF2-HMAC-SHA-512 (RFC 8018) over the key, salted with the account; five digits from each 40 bits. */
async function digitsOf({ accountId, rootPublicKey }: Root): Promise<string> {
  const key = await crypto.subtle.importKey("raw", rootPublicKey, "PBKDF2", false, ["deriveBits"]);
  const salt = signedBytes("elahe-safety-v1", [accountId]);
  const how = { name: "PBKDF2", hash: "SHA-512", salt, iterations: ROUNDS };
  const bytes = new Uint8Array(await crypto.subtle.deriveBits(how, key, GROUPS * 40));
  const view = new DataView(bytes.buffer);
  return Array.from({ length: GROUPS }, (_, group) => {
    const at = group * 5;
    const value = view.getUint8(at) * 2 ** 32 + view.getUint32(at + 1);
    return String(value % 10 ** DIGITS).padStart(DIGITS, "0");
  }).join("");
}
