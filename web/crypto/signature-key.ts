/** An Ed25519 key pair as raw bytes; the private half is the 32-byte seed. */
export interface SignatureKey {
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly privateKey: Uint8Array<ArrayBuffer>;
}

/** PKCS #8 of an Ed25519 seed (RFC 8410 §7) without the seed. */
const PKCS8 = Uint8Array.fromHex("302e020100300506032b657004220420");

/** The key pair of a seed of 32 bytes; a fresh random one without. */
export async function makeSignatureKey(
  seed: Uint8Array = crypto.getRandomValues(new Uint8Array(32)),
): Promise<SignatureKey> {
  const { x } = await crypto.subtle.exportKey("jwk", await importSeed(seed, true));
  if (x === undefined) throw new Error("an Ed25519 key without a public half");
  const publicKey = Uint8Array.fromBase64(x, { alphabet: "base64url" });
  return { publicKey, privateKey: Uint8Array.from(seed) };
}

/** Ed25519 by Web Crypto; 64 bytes. */
export async function sign(
  privateKey: Uint8Array,
  message: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await importSeed(privateKey, false);
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, message));
}

function importSeed(seed: Uint8Array, extractable: boolean): Promise<CryptoKey> {
  const encoded = new Uint8Array([...PKCS8, ...seed]);
  return crypto.subtle.importKey("pkcs8", encoded, "Ed25519", extractable, ["sign"]);
}
