import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";

/**
 * The query builder, typed as SQLite's on both dialects. Every query is awaited; what a change did is
 * learnt through `.returning()`. `.get()`, `.all()`, `.run()` and raw statements stay inside `db/`.
 */
export type Queries = Pick<
  BaseSQLiteDatabase<"async", unknown, Record<string, never>>,
  "select" | "selectDistinct" | "insert" | "update" | "delete" | "with" | "$with" | "$count"
>;

export interface Database {
  readonly dialect: "sqlite" | "postgres";
  /** Committed data only; cannot write on SQLite. */
  readonly read: Queries;
  /**
   * Runs `work` in one transaction and answers after its commit is durable. A thrown error rolls back and
   * is thrown on. On SQLite one runs at a time; on PostgreSQL it is serializable and `work` may run again
   * after a conflict, so `work` changes nothing but the database and never calls `write` itself.
   */
  write<Answer>(work: (tx: Queries) => Promise<Answer>): Promise<Answer>;
  close(): Promise<void>;
}
