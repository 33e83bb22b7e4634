const NONCE = 12;

/** AES-GCM bound to the record's place, so that records cannot be exchanged for one another at rest. */
export async function seal(
  key: CryptoKey,
  plain: Uint8Array<ArrayBuffer>,
  place: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt(algorithm(iv, place), key, plain);
  const whole = new Uint8Array(NONCE + sealed.byteLength);
  whole.set(iv);
  whole.set(new Uint8Array(sealed), NONCE);
  return whole;
}

export async function unseal(
  key: CryptoKey,
  whole: Uint8Array<ArrayBuffer>,
  place: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = whole.subarray(0, NONCE);
  return new Uint8Array(await crypto.subtle.decrypt(algorithm(iv, place), key, whole.subarray(NONCE)));
}

function algorithm(iv: Uint8Array<ArrayBuffer>, place: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) };
}
