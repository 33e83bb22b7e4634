/**
 * The tag by which a moderator can trust a reported message: it binds the content under a key that only the
 * members learn. It passes in clear, so that the server keeps it beside what it knows itself: who sent the message,
 * from which device, where and when.
 */
export interface Franking {
  readonly key: Uint8Array<ArrayBuffer>;
  readonly tag: Uint8Array<ArrayBuffer>;
}

/** HMAC-SHA-256 of the content under a fresh key. */
export async function frank(content: Uint8Array<ArrayBuffer>): Promise<Franking> {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const tag = await crypto.subtle.sign("HMAC", await importKey(key), content);
  return { key, tag: new Uint8Array(tag) };
}

/** All keys have one length: to HMAC a shorter one and the same with zeros behind it are one key. */
export async function isFranked(content: Uint8Array<ArrayBuffer>, { key, tag }: Franking): Promise<boolean> {
  return key.byteLength === 32 && crypto.subtle.verify("HMAC", await importKey(key), tag, content);
}

function importKey(key: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}
