import type { Level } from "../log/log.ts";

/** Everything that is settled at start and stays. See `elahe.toml` in the README for where each comes from. */
export interface Config {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** The exact origin that people open, without a trailing slash. */
  readonly publicOrigin: string;
  /** Origins besides the public one that may send changing requests. */
  readonly allowedOrigins: readonly string[];
  /** Session cookies carry `Secure` (and the name that browsers guard). */
  readonly secureCookies: boolean;
  /** postgres://…; undefined: SQLite in the data folder. */
  readonly databaseUrl: string | undefined;
  /** The role that owns the schema, where it is another than the one that runs. */
  readonly migrationDatabaseUrl: string | undefined;
  readonly logLevel: Level;
  readonly logFormat: "json" | "text";
}
