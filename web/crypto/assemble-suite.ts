import { Aes128Gcm, Aes256Gcm, CipherSuite, type KemInterface } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import type { CiphersuiteImpl } from "ts-mls";
import type { Aead } from "ts-mls/crypto/aead.js";
import { getCiphersuiteFromName } from "ts-mls/crypto/ciphersuite.js";
import { makeHashImpl } from "ts-mls/crypto/implementation/default/makeHashImpl.js";
import { makeKdf, makeKdfImpl } from "ts-mls/crypto/implementation/default/makeKdfImpl.js";
import { defaultRng } from "ts-mls/crypto/implementation/default/rng.js";
import { makeGenericHpke } from "ts-mls/crypto/implementation/hpke.js";
import type { Signature } from "ts-mls/crypto/signature.js";
import type { Suite } from "../../src/protocol/devices.ts";
import { verifyEd25519 } from "../../src/protocol/signing.ts";
import { makeSignatureKey, sign } from "./signature-key.ts";

/** What sets our suites apart; what they share is in `assembleSuite`. */
const PARTS: Record<Suite, { kem: () => Promise<KemInterface>; aead: () => Aes128Gcm | Aes256Gcm }> = {
  MLS_256_XWING_AES256GCM_SHA512_Ed25519: { kem: async () => new XWing(), aead: () => new Aes256Gcm() },
  MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519: {
    kem: async () => (await import("./channel-kem.ts")).channelKem(),
    aead: () => new Aes128Gcm(),
  },
};

/**
 * The primitives of one of our suites. The library's own assembly names every suite it knows, and with them
 * curves and ciphers that no page of ours can use but every page would carry.
 */
export async function assembleSuite(name: Suite): Promise<CiphersuiteImpl> {
  const { hash, hpke } = getCiphersuiteFromName(name);
  const kdf = makeKdf(hpke.kdf);
  const cipher = new CipherSuite({ kem: await PARTS[name].kem(), kdf, aead: PARTS[name].aead() });
  return {
    name,
    hash: makeHashImpl(crypto.subtle, hash),
    kdf: makeKdfImpl(kdf),
    hpke: await makeGenericHpke(hpke, aesGcm, cipher),
    signature: ed25519,
    rng: defaultRng,
  };
}

/** The length of the key decides between AES-128 and AES-256. */
const aesGcm: Aead = {
  async encrypt(key, nonce, aad, plaintext) {
    const parameters = { name: "AES-GCM", iv: Uint8Array.from(nonce), additionalData: Uint8Array.from(aad) };
    const cipherKey = await importAesKey(key, "encrypt");
    return new Uint8Array(await crypto.subtle.encrypt(parameters, cipherKey, Uint8Array.from(plaintext)));
  },
  async decrypt(key, nonce, aad, ciphertext) {
    const parameters = { name: "AES-GCM", iv: Uint8Array.from(nonce), additionalData: Uint8Array.from(aad) };
    const cipherKey = await importAesKey(key, "decrypt");
    return new Uint8Array(await crypto.subtle.decrypt(parameters, cipherKey, Uint8Array.from(ciphertext)));
  },
};

function importAesKey(key: Uint8Array, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", Uint8Array.from(key), "AES-GCM", false, [use]);
}

const ed25519: Signature = {
  sign: (signKey, message) => sign(signKey, Uint8Array.from(message)),
  verify: (publicKey, message, signature) =>
    verifyEd25519(Uint8Array.from(publicKey), Uint8Array.from(signature), Uint8Array.from(message)),
  async keygen() {
    const { publicKey, privateKey } = await makeSignatureKey();
    return { publicKey, signKey: privateKey };
  },
};
