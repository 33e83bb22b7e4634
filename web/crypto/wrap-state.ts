import { CryptoFailure } from "./failure.ts";

const NONCE = 12;

/** AES-256-GCM; cannot be exported, so a copied database file tells nothing without the browser's own key store. */
export function makeWrappingKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** From the 32 bytes of a key file, where there is no key store. */
export function importWrappingKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Encrypts for storage. `label` names the place, so that one record cannot stand in for another. */
export async function wrapState(
  key: CryptoKey,
  label: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt(parametersOf(iv, label), key, bytes);
  const wrapped = new Uint8Array(NONCE + sealed.byteLength);
  wrapped.set(iv);
  wrapped.set(new Uint8Array(sealed), NONCE);
  return wrapped;
}

/** Throws `malformed` when the bytes were not wrapped by this key under this label. */
export async function unwrapState(
  key: CryptoKey,
  label: string,
  wrapped: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const parameters = parametersOf(wrapped.slice(0, NONCE), label);
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, wrapped.slice(NONCE)));
  } catch (error) {
    throw new CryptoFailure("malformed", "not wrapped by this key for this place", error);
  }
}

function parametersOf(iv: Uint8Array<ArrayBuffer>, label: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(label) };
}
