import type { AccountId } from "../../src/protocol/ids.ts";
import { sha256, signedBytes } from "../../src/protocol/signing.ts";

const LABEL = "elahe-root-v1";

/**
 * What a contact link carries to say who made it: SHA-256 over the account's id and its root key (Ed25519, 32 bytes),
 * 43 characters of base64url (RFC 4648, section 5).
 */
export async function fingerprintRoot(accountId: AccountId, root: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await sha256(signedBytes(LABEL, [accountId, root]));
  return hash.toBase64({ alphabet: "base64url", omitPadding: true });
}
