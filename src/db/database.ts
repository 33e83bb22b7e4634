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
 * Inside a write: the query builder, and `each` for the few statements that run for every message, where
 * building a query costs more than running it.
 */
export interface Writing extends Queries {
  /**
   * Runs one plain statement, with parameters `$1` to `$n`, for each of `rows` in order. Answers what each
   * returned, by column name as in the database; a BIGINT is text on PostgreSQL.
   */
  each<Row = never>(statement: string, rows: readonly (readonly Parameter[])[]): Promise<Row[][]>;
}

export interface Database {
  readonly dialect: "sqlite" | "postgres";
  /** Committed data only; cannot write on SQLite. */
  readonly read: Queries;
  /**
   * Runs `work` in one transaction and answers after its commit is durable. A thrown error rolls back and
   * is thrown on. On SQLite one runs at a time; on PostgreSQL it is serializable and `work` may run again
   * after a conflict, so `work` changes nothing but the database and never calls `write` itself.
   */
  write<Answer>(work: (tx: Writing) => Promise<Answer>): Promise<Answer>;
  close(): Promise<void>;
}
