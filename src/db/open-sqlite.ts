import { Database as Handle, SQLiteError, type Statement } from "bun:sqlite";
import { drizzle } from "drizzle-orm/bun-sqlite";
import type { Database, Parameter, PlainStatement, Queries, Writing } from "./database.ts";
import { type Applied, DatabaseUnusable, pendingMigrations } from "./migrate.ts";
import { oneAtATime } from "./one-at-a-time.ts";

const STATEMENTS_KEPT = 300;
/** Random inserts touch many pages; with SQLite's 2 MiB they are read again and again. */
const CACHE_KIBIBYTES = 8_000;
/** 16 MiB of log between checkpoints: a page that changes often is written back once. */
const CHECKPOINT_PAGES = 4_000;

/**
 * Opens, checks and migrates the SQLite database in this file (made if absent).
 * Throws `DatabaseUnusable` when it is damaged or newer than this executable.
 */
export function openSqlite(file: string): Database {
  const writer = new Handle(file, { create: true, readwrite: true });
  refusingDamage(file, () => {
    prepareWriter(writer);
    migrate(writer);
  });
  const reader = new Handle(file, { readonly: true });
  reader.run("PRAGMA busy_timeout = 5000");
  const locks = { forUpdate: "", forNoKeyUpdate: "" } as const;
  const tx: Writing = Object.assign(queriesOn(writer), { each: eachOn(writer), ...locks });
  const inTurn = oneAtATime();
  return {
    dialect: "sqlite",
    lanes: 1,
    read: queriesOn(reader),
    write: (work) => inTurn(() => inTransaction(writer, () => work(tx))),
    async close() {
      await inTurn(async () => {
        reader.close();
        writer.close();
      });
    },
  };
}

function prepareWriter(writer: Handle): void {
  writer.run("PRAGMA busy_timeout = 5000");
  writer.run("PRAGMA journal_mode = WAL");
  writer.run("PRAGMA synchronous = FULL");
  writer.run("PRAGMA foreign_keys = ON");
  writer.run(`PRAGMA cache_size = -${CACHE_KIBIBYTES}`);
  writer.run(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
}

/** A whole check would read the whole file at every start; what the first pages show must do. */
function refusingDamage(file: string, open: () => void): void {
  try {
    open();
  } catch (error) {
    if (!(error instanceof SQLiteError) || !/^SQLITE_(CORRUPT|NOTADB)/.test(error.code ?? "")) throw error;
    throw new DatabaseUnusable(`The database ${file} is damaged (${error.code}). Restore it from a backup.`);
  }
}

function migrate(writer: Handle): void {
  writer.run(
    "CREATE TABLE IF NOT EXISTS migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT",
  );
  const applied = writer.query<Applied, []>("SELECT number, name, checksum FROM migrations").all();
  for (const step of pendingMigrations("sqlite", applied))
    writer.transaction(() => {
      writer.run(step.sql);
      writer.run("INSERT INTO migrations VALUES (?, ?, ?)", [step.number, step.name, step.checksum]);
    })();
}

/** Statements are remembered by their text; parsing them again costs more than running them. */
function queriesOn(handle: Handle): Queries {
  const kept = new Map<string, Statement>();
  const prepare = handle.prepare.bind(handle);
  const remembering = (sql: string): Statement => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const made = prepare(sql);
    if (kept.size >= STATEMENTS_KEPT) forgetOldest(kept);
    kept.set(sql, made);
    return made;
  };
  handle.prepare = remembering as typeof handle.prepare;
  return drizzle(handle, { casing: "snake_case" }) as unknown as Queries;
}

function eachOn(handle: Handle): Writing["each"] {
  return async <Row>({ sql }: PlainStatement, rows: readonly (readonly Parameter[])[]) => {
    // SQLite takes `$1` for a name and counts names as they come; `?1` is the first in any place.
    const prepared = handle.prepare<Row, Parameter[]>(sql.replace(/\$(\d+)/g, "?$1"));
    return rows.map((row) => prepared.all(...row));
  };
}

function forgetOldest(kept: Map<string, Statement>): void {
  for (const [sql, statement] of kept) {
    statement.finalize();
    kept.delete(sql);
    return;
  }
}

async function inTransaction<Answer>(writer: Handle, work: () => Promise<Answer>): Promise<Answer> {
  writer.run("BEGIN IMMEDIATE");
  try {
    const answer = await work();
    writer.run("COMMIT");
    return answer;
  } catch (error) {
    if (writer.inTransaction) writer.run("ROLLBACK");
    throw error;
  }
}
