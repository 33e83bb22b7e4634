import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSecrets } from "./open-secrets.ts";

const folder = mkdtempSync(join(tmpdir(), "elahe-secrets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("secrets are made once, for their owner's eyes only", async () => {
  const made = await openSecrets(folder);
  expect(await openSecrets(folder)).toEqual(made);
  for (const name of ["external-sender", "hmac-key"]) {
    expect(statSync(join(folder, "secrets", name)).mode & 0o777).toBe(0o600);
  }
  expect(statSync(join(folder, "secrets")).mode & 0o777).toBe(0o700);
});

test("the two halves of the signing key belong together", async () => {
  const { publicKey, privateKey } = (await openSecrets(folder)).externalSender;
  const base64 = (bytes: Uint8Array) => bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  const jwk = { kty: "OKP", crv: "Ed25519", d: base64(privateKey), x: base64(publicKey) };
  const signer = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["sign"]);
  const verifier = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  const signature = await crypto.subtle.sign("Ed25519", signer, new Uint8Array(3));
  expect(await crypto.subtle.verify("Ed25519", verifier, signature, new Uint8Array(3))).toBe(true);
});

test("a cut secret is refused and not replaced", async () => {
  writeFileSync(join(folder, "secrets", "hmac-key"), "short");
  expect(openSecrets(folder)).rejects.toThrow("has 5 bytes instead of 32");
});
