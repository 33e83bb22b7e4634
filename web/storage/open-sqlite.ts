import { Database } from "bun:sqlite";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { importWrappingKey } from "../crypto/wrap-state.ts";
import { type Range, type Storage, StorageFailed, type StoredRecord, type Write } from "./storage.ts";

interface Row {
  key: string;
  version: number;
  sealed: Uint8Array<ArrayBuffer>;
}

/**
 * Storage under Bun. Without a file it lives as long as the process. Beside the file `FILE.key` holds
 * the key that seals it, readable by the owner alone.
 */
export async function openSqliteStorage(folder: string, file?: string): Promise<Storage> {
  const database = new Database(file ?? ":memory:", { create: true, strict: true });
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = FULL");
  database.run("PRAGMA busy_timeout = 5000");
  database.run(`CREATE TABLE IF NOT EXISTS records (
    folder TEXT NOT NULL, store TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (folder, store, key)
  ) STRICT, WITHOUT ROWID`);
  const key = await sealingKey(file);
  return { key, ...records(database, folder), close: () => database.close() };
}

function records(database: Database, folder: string): Pick<Storage, "read" | "list" | "write"> {
  const one = database.query<Row, [string, string, string]>(
    "SELECT key, version, sealed FROM records WHERE folder = ? AND store = ? AND key = ?",
  );
  const page = (order: string) =>
    database.query<Row, [string, string, string, string, number]>(
      `SELECT key, version, sealed FROM records
       WHERE folder = ? AND store = ? AND key BETWEEN ? AND ? ORDER BY key ${order} LIMIT ?`,
    );
  const pages = { newest: page("DESC"), oldest: page("ASC") };
  const write = writer(database, folder);
  return {
    read: async (store, key) => failing(() => one.get(folder, store, key) ?? undefined),
    list: async (store, range: Range) =>
      failing((): readonly StoredRecord[] =>
        pages[range.newestFirst ? "newest" : "oldest"].all(folder, store, range.from, range.to, range.limit),
      ),
    write: async (change) => failing(() => write(change)),
  };
}

function writer(database: Database, folder: string) {
  const versionOf = database.query<{ version: number }, [string, string, string]>(
    "SELECT version FROM records WHERE folder = ? AND store = ? AND key = ?",
  );
  const put = database.query(
    `INSERT INTO records (folder, store, key, version, sealed) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (folder, store, key) DO UPDATE SET version = excluded.version, sealed = excluded.sealed`,
  );
  const remove = database.query("DELETE FROM records WHERE folder = ? AND store = ? AND key = ?");
  return database.transaction((change: Write): "written" | "changed" => {
    for (const expected of change.expect) {
      const version = versionOf.get(folder, expected.store, expected.key)?.version ?? 0;
      if (version !== expected.version) return "changed";
    }
    for (const record of change.put) put.run(folder, record.store, record.key, record.version, record.sealed);
    for (const gone of change.remove) remove.run(folder, gone.store, gone.key);
    return "written";
  }).immediate;
}

function failing<Answer>(work: () => Answer): Answer {
  try {
    return work();
  } catch (cause) {
    throw new StorageFailed(cause);
  }
}

async function sealingKey(file: string | undefined): Promise<CryptoKey> {
  const raw = file === undefined ? crypto.getRandomValues(new Uint8Array(32)) : keyFile(`${file}.key`);
  return importWrappingKey(raw);
}

function keyFile(path: string): Uint8Array<ArrayBuffer> {
  if (!existsSync(path)) writeFileSync(path, crypto.getRandomValues(new Uint8Array(32)), { mode: 0o600 });
  return new Uint8Array(readFileSync(path));
}
