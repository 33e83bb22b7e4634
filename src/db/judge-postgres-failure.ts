import { SQL } from "bun";

/**
 * What a failure asks for. `conflict`: run the transaction again. `taken`: a key that was free in this
 * transaction's eyes is there, which is a conflict if another transaction has just written it and a
 * mistake of ours if not. `busy`: it takes too long or has no room. `away`: there is no connection, and a
 * COMMIT that was under way may have happened. `other`: no fault of the database.
 */
export type PostgresFailure = "conflict" | "taken" | "busy" | "away" | "other";

/** PostgreSQL answers the COMMIT of a failed transaction without an error, but with another word. */
export class NotCommitted extends Error {}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, by code or class. */
const MEANINGS: readonly (readonly [string, PostgresFailure])[] = [
  ["40001", "conflict"],
  ["40P01", "conflict"],
  ["23505", "taken"],
  ["55P03", "busy"],
  ["57014", "busy"],
  ["53", "busy"],
  ["08", "away"],
  ["57P", "away"],
  ["25P03", "away"],
  ["25006", "away"],
];

export function judgePostgresFailure(error: unknown): PostgresFailure {
  const cause = unwrap(error);
  if (cause instanceof NotCommitted) return "conflict";
  // Nobody handed a connection back in time.
  if (cause instanceof DOMException && cause.name === "TimeoutError") return "busy";
  if (!(cause instanceof SQL.PostgresError)) return "other";
  const state = String(cause.errno ?? "");
  const known = MEANINGS.find(([start]) => state.startsWith(start));
  if (known !== undefined) return known[1];
  return cause.code.startsWith("ERR_POSTGRES_CONNECTION") || cause.code.endsWith("_TIMEOUT")
    ? "away"
    : "other";
}

/** Drizzle wraps what the driver threw. */
export function unwrap(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}
