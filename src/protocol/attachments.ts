import * as v from "valibot";
import { attachmentId, conversationId } from "./ids.ts";
import { route } from "./route.ts";
import { bytes, count, text, time } from "./values.ts";

/** Every chunk but the last has exactly this many bytes: small enough to pass on a slow line before patience ends. */
export const CHUNK = 256 * 1024;

/** As many as one message names. */
export const MOST_ATTACHMENTS = 10;

/** What an attachment may be, as the server's administrator set it. The server sees no names and no types. */
export const showAttachmentRules = route({
  method: "GET",
  path: "/api/attachments/rules",
  who: "device",
  codec: "binary",
  input: v.object({}),
  output: v.object({
    /** Bytes of ciphertext of one file. */
    largest: count,
    /** Bytes that one account may keep on the server, and keeps there now. */
    quota: count,
    used: count,
    /** `.pdf`, `image/png` or `image/*`; empty where everything is allowed. Clients keep to it. */
    allowed: v.pipe(v.array(text(100, 1)), v.maxLength(200)),
  }),
});

const upload = v.object({
  /** Durable on the server up to here: the next chunk begins there. */
  received: count,
  completed: v.boolean(),
});

/** Begins an upload for a conversation; asked again alike it is answered with where it stands. */
export const beginAttachment = route({
  method: "POST",
  path: "/api/attachments",
  who: "device",
  codec: "binary",
  input: v.object({ attachmentId, conversationId, size: v.pipe(count, v.minValue(1)) }),
  output: upload,
});

export const showAttachment = route({
  method: "GET",
  path: "/api/attachments/:attachmentId",
  who: "device",
  codec: "binary",
  input: v.object({ attachmentId }),
  output: upload,
});

/**
 * The bytes from `offset` on. What is durable already is answered alike; any other offset than the expected
 * one is refused, and `Upload-Offset` says which that is.
 */
export const putAttachmentChunk = route({
  method: "POST",
  path: "/api/attachments/:attachmentId/chunks",
  who: "device",
  codec: "binary",
  input: v.object({ attachmentId, offset: count, bytes: bytes(CHUNK, 1) }),
  output: upload,
});

/** From here on members can fetch it. A message has to name it within a day. */
export const completeAttachment = route({
  method: "POST",
  path: "/api/attachments/:attachmentId/complete",
  who: "device",
  codec: "binary",
  input: v.object({ attachmentId }),
  output: upload,
});

/** Removes the own upload, at whatever stage it is; nothing happens where there is none. */
export const dropAttachment = route({
  method: "POST",
  path: "/api/attachments/:attachmentId/drop",
  who: "device",
  codec: "binary",
  input: v.object({ attachmentId }),
  output: v.object({}),
});

/** Lets the members of one more conversation fetch it: for forwarding, by a member of both. */
export const grantAttachment = route({
  method: "POST",
  path: "/api/attachments/:attachmentId/grants",
  who: "device",
  codec: "binary",
  input: v.object({ attachmentId, conversationId }),
  output: v.object({}),
});

/** A ticket for the download's address, good for this account, this attachment and a few minutes. */
export const openAttachment = route({
  method: "POST",
  path: "/api/attachments/:attachmentId/ticket",
  who: "device",
  codec: "binary",
  input: v.object({ attachmentId }),
  output: v.object({ ticket: text(200, 1), expiresAt: time, size: count }),
});

/** The bytes themselves, as a whole or by `Range`; needs the session and a ticket. */
export const fetchAttachment = route({
  method: "GET",
  path: "/api/attachments/:attachmentId/content",
  who: "device",
  codec: "bytes",
  input: v.object({ attachmentId, ticket: text(200, 1) }),
  output: v.instance(Response),
});
