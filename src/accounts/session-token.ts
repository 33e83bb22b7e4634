import type { Config } from "../config/config.ts";

const FORM = /^[A-Za-z0-9_-]{43}$/;
/** The most that browsers keep; the server decides when a session ends. */
const COOKIE_SECONDS = 400 * 24 * 60 * 60;

/** 32 random bytes as base64url: session tokens, invite codes, the set-up link. */
export function newSecret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** All that the database keeps of a secret. The secrets are random, so a plain SHA-256 suffices. */
export function hashSecret(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Bun.CryptoHasher("sha256").update(secret).digest());
}

/** To be signed by a device's key; another for every session, and nothing its token could be learnt from. */
export function deviceChallenge(tokenHash: Uint8Array): string {
  const hasher = new Bun.CryptoHasher("sha256").update("elahe-device-challenge-v1").update(tokenHash);
  return new Uint8Array(hasher.digest()).toBase64({ alphabet: "base64url", omitPadding: true });
}

export function readSessionToken(config: Config, cookieHeader: string | null): string | undefined {
  if (cookieHeader === null) return undefined;
  const prefix = `${cookieName(config)}=`;
  for (const cookie of cookieHeader.split(";")) {
    const pair = cookie.trim();
    if (pair.startsWith(prefix) && FORM.test(pair.slice(prefix.length))) return pair.slice(prefix.length);
  }
  return undefined;
}

/** The whole Set-Cookie value. */
export function sessionCookie(config: Config, token: string): string {
  return cookie(config, token, COOKIE_SECONDS);
}

export function endedSessionCookie(config: Config): string {
  return cookie(config, "", 0);
}

function cookie(config: Config, value: string, seconds: number): string {
  const secure = config.secureCookies ? "; Secure" : "";
  return `${cookieName(config)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** With `__Host-` a browser takes the cookie only over HTTPS, from this very host. */
function cookieName(config: Config): string {
  return config.secureCookies ? "__Host-elahe" : "elahe";
}
