import type { Level } from "../log/log.ts";

/** What one may take of the server. Generous for people; for a load test they are raised. */
export interface Limits {
  /** Messages of one device: so many at once, and so many a second for long. */
  readonly messagesAtOnce: number;
  readonly messagesPerSecond: number;
  readonly socketsPerAccount: number;
  readonly socketsPerAddress: number;
  /** Bytes of one account's messages and commits that others have not fetched yet. */
  readonly undeliveredBytes: number;
  /** Bytes of the archives of one account. */
  readonly archiveBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  messagesAtOnce: 200,
  messagesPerSecond: 20,
  socketsPerAccount: 64,
  socketsPerAddress: 2_000,
  undeliveredBytes: 256 * 1024 * 1024,
  archiveBytes: 1024 * 1024 * 1024,
};

/** An object store that speaks S3. */
export interface S3Config {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** Everything that is settled at start and stays. `docs/operate.md` says where each comes from. */
export interface Config {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** The exact origin that people open, without a trailing slash. */
  readonly publicOrigin: string;
  /** Origins besides the public one that may send changing requests. */
  readonly allowedOrigins: readonly string[];
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly limits: Limits;
  /** Session cookies carry `Secure` (and the name that browsers guard). */
  readonly secureCookies: boolean;
  /** postgres://…; undefined: SQLite in the data folder. */
  readonly databaseUrl: string | undefined;
  /** The role that owns the schema, where it is another than the one that runs. */
  readonly migrationDatabaseUrl: string | undefined;
  /** Where attachments are kept; undefined: in the data folder. */
  readonly s3: S3Config | undefined;
  readonly logLevel: Level;
  readonly logFormat: "json" | "text";
}
