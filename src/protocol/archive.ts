import * as v from "valibot";
import { conversationId } from "./ids.ts";
import { route } from "./route.ts";
import { bytes, count, sequence } from "./values.ts";

/**
 * The past of an account's conversations, for its devices to come: each message sealed anew under a key of the
 * account (per conversation and month), by its place. A row is replaced by one of a later version only.
 */
export const ARCHIVE = {
  rowBytes: 96 * 1024,
  together: 100,
  page: 100,
  requestBytes: 1024 * 1024,
} as const;

const version = v.pipe(count, v.minValue(1));
/** Null: there is nothing of it any more, and never will be. */
const sealed = v.nullable(bytes(ARCHIVE.rowBytes, 1));
const row = v.object({ sequence, version, sealed });

/** `upTo`: everything up to and with this place is in the archive, or is not to be. It only rises. */
export const putArchive = route({
  method: "POST",
  path: "/api/archive/:conversationId",
  who: "device",
  codec: "binary",
  input: v.object({
    conversationId,
    rows: v.pipe(
      v.array(row),
      v.maxLength(ARCHIVE.together),
      v.check((rows) => new Set(rows.map((one) => one.sequence)).size === rows.length, "named twice"),
    ),
    upTo: sequence,
  }),
  output: v.object({ upTo: sequence }),
});

/** Rows before a place, newest first; fewer than a page: there are no more. */
export const readArchive = route({
  method: "GET",
  path: "/api/archive/:conversationId",
  who: "device",
  codec: "binary",
  input: v.object({ conversationId, before: sequence }),
  output: v.object({ rows: v.pipe(v.array(row), v.maxLength(ARCHIVE.page)), more: v.boolean() }),
});

/** How far the archive of each conversation goes, for a device that goes on where another stopped. */
export const listArchives = route({
  method: "GET",
  path: "/api/archive",
  who: "device",
  codec: "binary",
  input: v.object({ from: v.optional(conversationId) }),
  output: v.object({
    archives: v.pipe(v.array(v.object({ conversationId, upTo: sequence, rows: count })), v.maxLength(100)),
    next: v.nullable(conversationId),
    /** Of all of them together. */
    bytes: count,
  }),
});

/** Of one conversation, or of all: nothing of it is kept. */
export const dropArchive = route({
  method: "POST",
  path: "/api/archive/drop",
  who: "device",
  codec: "binary",
  input: v.object({ conversationId: v.nullable(conversationId) }),
  output: v.object({}),
});
