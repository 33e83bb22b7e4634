import { XWing } from "@hpke/hybridkem-x-wing";
import { deriveKey } from "./derive-key.ts";
import { makeSignatureKey, type SignatureKey } from "./signature-key.ts";

/** The account's root key, Ed25519, from the entropy that the 24 words write down. */
export async function deriveRoot(entropy: Uint8Array<ArrayBuffer>): Promise<SignatureKey> {
  return makeSignatureKey(await deriveKey(entropy, "elahe-root-v1"));
}

/** The key pair that the vault is sealed to, X-Wing (32 bytes of seed, 1,216 bytes of public key). */
export async function deriveRecoveryKey(entropy: Uint8Array<ArrayBuffer>): Promise<{
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly seed: Uint8Array<ArrayBuffer>;
}> {
  const seed = await deriveKey(entropy, "elahe-recovery-v1");
  return { seed, publicKey: await publicKeyOf(seed) };
}

/** The public half of an X-Wing seed of 32 bytes. */
export async function publicKeyOf(seed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const kem = new XWing();
  const { publicKey } = await kem.generateKeyPairDerand(seed);
  return new Uint8Array(await kem.serializePublicKey(publicKey));
}
