import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Made once, kept in the data folder with mode 0600, never in the database or its backups' clear part. */
export interface Secrets {
  /** Ed25519, raw 32 bytes each: signs the server's proposals as MLS external sender. */
  readonly externalSender: { readonly publicKey: Bytes; readonly privateKey: Bytes };
  readonly hmacKey: Bytes;
}

type Bytes = Uint8Array<ArrayBuffer>;

export async function openSecrets(dataFolder: string): Promise<Secrets> {
  const folder = join(dataFolder, "secrets");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const sender = await keepOrMake(join(folder, "external-sender"), 64, makeSigningKey);
  const hmacKey = await keepOrMake(join(folder, "hmac-key"), 32, async () =>
    crypto.getRandomValues(new Uint8Array(32)),
  );
  return { externalSender: { privateKey: sender.slice(0, 32), publicKey: sender.slice(32) }, hmacKey };
}

async function keepOrMake(file: string, length: number, make: () => Promise<Bytes>): Promise<Bytes> {
  if (!existsSync(file)) writeFileSync(file, await make(), { mode: 0o600, flag: "wx", flush: true });
  const kept = new Uint8Array(readFileSync(file));
  if (kept.length !== length)
    throw new Error(`The secret ${file} has ${kept.length} bytes instead of ${length}.`);
  return kept;
}

async function makeSigningKey(): Promise<Bytes> {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const jwk = await crypto.subtle.exportKey("jwk", pair.privateKey);
  const fromText = (text: string | undefined) => Uint8Array.fromBase64(text ?? "", { alphabet: "base64url" });
  const both = new Uint8Array(64);
  both.set(fromText(jwk.d), 0);
  both.set(fromText(jwk.x), 32);
  return both;
}
