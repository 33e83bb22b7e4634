import type { App } from "../app.ts";
import type { AccountId, AttachmentId } from "../protocol/ids.ts";
import { signedBytes } from "../protocol/signing.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Says that this account may fetch this attachment until then; only this server can write it. */
export async function writeTicket(
  { secrets }: Pick<App, "secrets">,
  attachmentId: AttachmentId,
  accountId: AccountId,
  expiresAt: number,
): Promise<string> {
  const bytes = signedBytes(LABEL, [attachmentId, accountId, expiresAt]);
  const tag = await crypto.subtle.sign("HMAC", await keyFrom(secrets.hmacKey), bytes);
  return `${expiresAt}.${new Uint8Array(tag).toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

export async function isTicketFor(
  { secrets, clock }: Pick<App, "secrets" | "clock">,
  ticket: string,
  attachmentId: AttachmentId,
  accountId: AccountId,
): Promise<boolean> {
  const [, until = "", text = ""] = /^(\d{1,15})\.([\w-]{43})$/.exec(ticket) ?? [];
  const tag = fromText(text);
  if (tag === undefined || Number(until) <= clock.now()) return false;
  const bytes = signedBytes(LABEL, [attachmentId, accountId, Number(until)]);
  return crypto.subtle.verify("HMAC", await keyFrom(secrets.hmacKey), tag, bytes);
}

const LABEL = "elahe-attachment-ticket-v1";

function fromText(text: string): Bytes | undefined {
  try {
    return text === "" ? undefined : Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    return undefined;
  }
}

function keyFrom(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}
