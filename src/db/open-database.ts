import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Database } from "./database.ts";
import { openPostgres } from "./open-postgres.ts";
import { openSqlite } from "./open-sqlite.ts";

/** The database that the configuration names: PostgreSQL, or SQLite in the data folder. */
export async function openDatabase(config: Config): Promise<Database> {
  if (config.databaseUrl === undefined) return openSqlite(join(config.dataFolder, "elahe.db"));
  return openPostgres({ url: config.databaseUrl, migrationUrl: config.migrationDatabaseUrl });
}
