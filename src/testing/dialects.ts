import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQL } from "bun";
import type { Database } from "../db/database.ts";
import { openPostgres } from "../db/open-postgres.ts";
import { openSqlite } from "../db/open-sqlite.ts";
import { afterAllFiles } from "./after-all-files.ts";
import { startPostgres } from "./postgres.ts";

export type Dialect = Database["dialect"];

/** Of a maintenance database on a real server: the run's own one, or one started for this process. */
const server = await findServer();

/** Every store test runs on each of these. Where a server must be there (CI) its absence is a failure. */
export const dialects: readonly Dialect[] = server === undefined ? ["sqlite"] : ["sqlite", "postgres"];

async function findServer(): Promise<string | undefined> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined) return given;
  const started = await startPostgres();
  if (started === undefined && process.env["ELAHE_NEEDS_SERVICES"] === "1") {
    throw new Error("PostgreSQL is not installed, and these tests need it");
  }
  if (started === undefined) console.warn("PostgreSQL is not installed: tried on SQLite only");
  else afterAllFiles(() => started.stop());
  return started?.url;
}

export interface TestDatabase {
  /** For a configuration; undefined for SQLite, whose file lies in `folder`. */
  readonly url: string | undefined;
  readonly folder: string;
  /** Open it once more, as after a restart. */
  open(): Promise<Database>;
  remove(): Promise<void>;
}

/** An empty database of its own: a file in a new folder, or a new database on the server. */
export async function makeTestDatabase(dialect: Dialect): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "elahe-test-"));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (dialect === "sqlite") {
    const open = async () => openSqlite(join(folder, "elahe.db"));
    return { url: undefined, folder, open, remove: async () => removeFolder() };
  }
  const name = `elahe_${crypto.randomUUID().replaceAll("-", "")}`;
  await onServer((sql) => sql.unsafe(`CREATE DATABASE ${name}`));
  const url = new URL(server ?? "");
  url.pathname = `/${name}`;
  return {
    url: url.href,
    folder,
    open: () => openPostgres({ url: url.href }),
    async remove() {
      removeFolder();
      await onServer((sql) => sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

async function onServer(work: (sql: SQL) => Promise<unknown>) {
  if (server === undefined) throw new Error("there is no PostgreSQL server");
  const sql = new SQL(server, { max: 1 });
  await work(sql);
  await sql.close();
}
