import * as v from "valibot";
import { rowId } from "./ids.ts";
import { route } from "./route.ts";
import { bytes, count, sequence } from "./values.ts";

/**
 * What an account's devices share: drafts, settings, contacts, keys of the archive. Rows are sealed under a key that
 * the server never has; their ids tell nothing to whoever lacks it.
 */
export const STORE = {
  rowBytes: 66 * 1024,
  /** Of one account. */
  bytes: 32 * 1024 * 1024,
  rows: 50_000,
  /** In one request. */
  together: 100,
  page: 200,
} as const;

const version = v.pipe(count, v.minValue(1));
/** Null: the row is gone. */
const sealed = v.nullable(bytes(STORE.rowBytes, 1));

/** Each row's `version` is one above the one it replaces, or it is not taken: then fetch, merge and try again. */
export const putRows = route({
  method: "POST",
  path: "/api/account-store",
  who: "device",
  codec: "binary",
  input: v.object({
    rows: v.pipe(
      v.array(v.object({ id: rowId, version, sealed })),
      v.minLength(1),
      v.maxLength(STORE.together),
      v.check((rows) => new Set(rows.map(({ id }) => id)).size === rows.length, "named twice"),
    ),
  }),
  output: v.object({
    /** Those that were not taken. */
    outdated: v.pipe(v.array(rowId), v.maxLength(STORE.together)),
    head: sequence,
  }),
});

/** Rows changed after a place, oldest change first; set the place to `upTo` until it is `head`. */
export const syncStore = route({
  method: "GET",
  path: "/api/account-store",
  who: "device",
  codec: "binary",
  input: v.object({ after: sequence }),
  output: v.object({
    rows: v.pipe(v.array(v.object({ id: rowId, version, sealed })), v.maxLength(STORE.page)),
    upTo: sequence,
    head: sequence,
  }),
});
