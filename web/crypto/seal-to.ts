import { Aes256Gcm, CipherSuite, HkdfSha512, type PreSharedKey } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import * as v from "valibot";
import { encodeBinary } from "../../src/protocol/codec.ts";
import { decodeCanonical } from "../../src/protocol/signing.ts";
import { bytes } from "../../src/protocol/values.ts";
import { XWING_PUBLIC_KEY } from "../../src/protocol/vault.ts";
import { CryptoFailure } from "./failure.ts";

/** HPKE (RFC 9180) with X-Wing, HKDF-SHA-512 and AES-256-GCM: the suite that groups use. */
function suite() {
  const kem = new XWing();
  return { kem, hpke: new CipherSuite({ kem, kdf: new HkdfSha512(), aead: new Aes256Gcm() }) };
}

/** X-Wing's ciphertext. */
const ENCAPSULATED = 1120;
const sealedShape = v.strictTuple([bytes(ENCAPSULATED, ENCAPSULATED), bytes(64 * 1024, 1)]);

interface Sealing {
  /** What it is for; both ends name the same. */
  readonly info: Uint8Array<ArrayBuffer>;
  /** mode_psk when there is one, mode_base otherwise. */
  readonly psk?: PreSharedKey;
}

/** Only whoever has the private half of this X-Wing key (and the pre-shared key, where there is one) opens it. */
export async function sealTo(
  publicKey: Uint8Array<ArrayBuffer>,
  of: Sealing & { readonly plain: Uint8Array<ArrayBuffer> },
): Promise<Uint8Array<ArrayBuffer>> {
  if (publicKey.byteLength !== XWING_PUBLIC_KEY) throw new CryptoFailure("unusable", "not an X-Wing key");
  const { kem, hpke } = suite();
  const { info, psk, plain } = of;
  const recipientPublicKey = await kem.deserializePublicKey(publicKey);
  const sender = await hpke.createSenderContext({ recipientPublicKey, info, ...(psk ? { psk } : {}) });
  return encodeBinary([new Uint8Array(sender.enc), new Uint8Array(await sender.seal(plain))]);
}

/** The inverse, by the seed of the key pair. Throws `malformed`. */
export async function openSealed(
  seed: Uint8Array<ArrayBuffer>,
  of: Sealing & { readonly sealed: Uint8Array<ArrayBuffer> },
): Promise<Uint8Array<ArrayBuffer>> {
  const fields = decodeCanonical(sealedShape, of.sealed);
  if (!fields) throw new CryptoFailure("malformed", "not sealed by HPKE");
  const [enc, ciphertext] = fields;
  const { kem, hpke } = suite();
  const { info, psk } = of;
  try {
    const { privateKey: recipientKey } = await kem.generateKeyPairDerand(seed);
    const recipient = await hpke.createRecipientContext({ recipientKey, enc, info, ...(psk ? { psk } : {}) });
    return new Uint8Array(await recipient.open(ciphertext));
  } catch (cause) {
    throw new CryptoFailure("malformed", "not sealed to this key", cause);
  }
}
