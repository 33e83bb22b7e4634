import { expect, test } from "bun:test";
import type { Config } from "../config/config.ts";
import { endedSessionCookie, newSecret, readSessionToken, sessionCookie } from "./session-token.ts";

const plain = { secureCookies: false } as Config;
const secure = { secureCookies: true } as Config;

test("a session's cookie cannot be read by scripts, sent by other sites, or set by a neighbour host", () => {
  expect(sessionCookie(secure, "T")).toBe(
    "__Host-elahe=T; Path=/; Max-Age=34560000; HttpOnly; SameSite=Strict; Secure",
  );
  expect(sessionCookie(plain, "T")).toBe("elahe=T; Path=/; Max-Age=34560000; HttpOnly; SameSite=Strict");
  expect(endedSessionCookie(plain)).toContain("elahe=; Path=/; Max-Age=0;");
});

test("the token is found among other cookies, and only under the name that this server sets", () => {
  const token = newSecret();
  expect(token).toHaveLength(43);
  expect(readSessionToken(plain, `a=b; elahe=${token}; c=d`)).toBe(token);
  expect(readSessionToken(secure, `elahe=${token}`)).toBeUndefined();
  expect(readSessionToken(secure, `__Host-elahe=${token}`)).toBe(token);
  expect(readSessionToken(plain, `xelahe=${token}`)).toBeUndefined();
  expect(readSessionToken(plain, `elahe=${token}x`)).toBeUndefined();
  expect(readSessionToken(plain, "elahe")).toBeUndefined();
  expect(readSessionToken(plain, null)).toBeUndefined();
});
