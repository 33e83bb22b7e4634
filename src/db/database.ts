import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";

/**
 * The query builder, typed as SQLite's on both dialects. Every query is awaited; what a change did is
 * learnt through `.returning()`. `.get()`, `.all()`, `.run()` and raw statements stay inside `db/`.
 */
export type Queries = Pick<
  BaseSQLiteDatabase<"async", unknown, Record<string, never>>,
  "select" | "selectDistinct" | "insert" | "update" | "delete" | "with" | "$with" | "$count"
>;

/** A value of a column as the drivers take it. */
export type Parameter = string | number | boolean | null | Uint8Array<ArrayBuffer>;

/**
 * One plain statement over parameters `$1` to `$n`: `SELECT …`, `INSERT INTO … VALUES (…)` or
 * `UPDATE … SET … WHERE …`, without a second `VALUES (` or `WHERE` inside.
 */
export interface PlainStatement {
  readonly sql: string;
  /** The type of each parameter, as PostgreSQL calls it. */
  readonly takes: readonly ("text" | "bigint" | "bytea")[];
}

/**
 * Inside a write: the query builder, and `each` for the few statements that run for every message, where
 * building a query costs more than running it.
 */
export interface Writing extends Queries {
  /**
   * Runs the statement for each of `rows` in order; on PostgreSQL in one round trip for all, therefore no
   * two rows may change the same one. Answers what each returned, by column name as in the database; a
   * BIGINT is text on PostgreSQL.
   */
  each<Row = never>(statement: PlainStatement, rows: readonly (readonly Parameter[])[]): Promise<Row[][]>;
  /** Ends a SELECT whose rows nobody else may change before this write ends. SQLite writes alone anyway. */
  readonly forUpdate: "" | "FOR UPDATE";
  /** The same, while others may still insert rows that refer to them. */
  readonly forNoKeyUpdate: "" | "FOR NO KEY UPDATE";
}

/**
 * How a write sees others on PostgreSQL. `serializable`: as if it were alone. `read_committed`: each
 * statement sees what is committed by then; for work that locks what it judges by, first thing.
 */
export type Isolation = "serializable" | "read_committed";

export interface Database {
  readonly dialect: "sqlite" | "postgres";
  /** How many streams of writes, each one after the other, are worth running side by side. */
  readonly lanes: number;
  /** Committed data only; cannot write on SQLite. */
  readonly read: Queries;
  /**
   * Runs `work` in one transaction and answers after its commit is durable. A thrown error rolls back and
   * is thrown on. On SQLite one runs at a time; on PostgreSQL `work` may run again after a conflict, so
   * `work` changes nothing but the database and never calls `write` itself. Throws the refusals
   * `server.busy` and `server.database_away`; after the latter it may or may not have been committed.
   */
  write<Answer>(work: (tx: Writing) => Promise<Answer>, isolation?: Isolation): Promise<Answer>;
  close(): Promise<void>;
}
