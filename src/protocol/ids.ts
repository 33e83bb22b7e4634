import * as v from "valibot";

/** Sixteen bytes as 22 characters of base64url, without padding. */
const ID = /^[A-Za-z0-9_-]{21}[AQgw]$/;

const id = <const Name extends string>(name: Name) =>
  v.pipe(v.string(), v.regex(ID, "must be 16 bytes as base64url"), v.brand(name));

export const accountId = id("AccountId");
export const sessionId = id("SessionId");
export const deviceId = id("DeviceId");
export const inviteId = id("InviteId");
export const conversationId = id("ConversationId");
export const messageId = id("MessageId");
export const attachmentId = id("AttachmentId");
export const linkId = id("LinkId");
export const reportId = id("ReportId");
/** Of a row of the account store: made of its name by a key, so that it tells nothing. */
export const rowId = id("RowId");
/** Changes when the server was restored from a backup: cursors of another incarnation mean nothing. */
export const incarnation = id("Incarnation");

export type AccountId = v.InferOutput<typeof accountId>;
export type SessionId = v.InferOutput<typeof sessionId>;
export type DeviceId = v.InferOutput<typeof deviceId>;
export type InviteId = v.InferOutput<typeof inviteId>;
export type ConversationId = v.InferOutput<typeof conversationId>;
export type MessageId = v.InferOutput<typeof messageId>;
export type AttachmentId = v.InferOutput<typeof attachmentId>;
export type LinkId = v.InferOutput<typeof linkId>;
export type ReportId = v.InferOutput<typeof reportId>;
export type RowId = v.InferOutput<typeof rowId>;
export type Incarnation = v.InferOutput<typeof incarnation>;

/** A new id of any of the kinds above, from the platform's secure random source. */
export function newId<Id extends string>(): Id {
  return asText(crypto.getRandomValues(new Uint8Array(16))) as Id;
}

let madeLast = new DataView(crypto.getRandomValues(new Uint8Array(8)).buffer).getBigUint64(0);

/**
 * A new message's id: eight bytes that rise by one from a random start, then eight random ones. What is
 * written one after the other lies side by side in the database's index, which halves what a write costs;
 * yet an id tells no time, and nobody can take another's next one.
 */
export function newMessageId(): MessageId {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  madeLast = BigInt.asUintN(64, madeLast + 1n);
  new DataView(bytes.buffer).setBigUint64(0, madeLast);
  return asText(bytes) as MessageId;
}

function asText(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
