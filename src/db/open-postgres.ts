import { type ReservedSQL, SQL } from "bun";
import { drizzle } from "drizzle-orm/bun-sql";
import type { Database, Queries, Writing } from "./database.ts";
import { type Applied, pendingMigrations } from "./migrate.ts";
import { oneAtATime } from "./one-at-a-time.ts";

/** Any number that no other program on the same database uses: "elahe" in ASCII. */
const MIGRATION_LOCK = 435_609_071_717;
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK = "40P01";
const ATTEMPTS = 10;
const CONNECTIONS = 10;

export interface PostgresOptions {
  readonly url: string;
  /** Owns the schema where the running role may only read and write rows. */
  readonly migrationUrl?: string | undefined;
}

/**
 * Connects to PostgreSQL and migrates it, one node at a time.
 * Throws `DatabaseUnusable` when the database is newer than this executable.
 */
export async function openPostgres({ url, migrationUrl }: PostgresOptions): Promise<Database> {
  await migrate(migrationUrl ?? url);
  const pool = new SQL(url, { max: CONNECTIONS, bigint: false });
  const inTurn = oneAtATime();
  return {
    dialect: "postgres",
    read: queriesOn(pool),
    // Writes of one node would mostly meet at the same rows; in turn they need no retries among themselves.
    write: (work) => inTurn(() => withRetries(() => inTransaction(pool, work))),
    close: () => pool.close(),
  };
}

function queriesOn(client: SQL): Queries {
  return drizzle({ client, casing: "snake_case" }) as unknown as Queries;
}

/** One after the other: with several under way at once an error of one was seen to be lost (Bun 1.4.5). */
function eachOn(client: SQL): Writing["each"] {
  return async (statement, rows) => {
    const answers = [];
    for (const row of rows) answers.push(await client.unsafe(statement, [...row]));
    return answers;
  };
}

async function inTransaction<Answer>(pool: SQL, work: (tx: Writing) => Promise<Answer>): Promise<Answer> {
  const connection = await pool.reserve();
  try {
    await connection.unsafe("BEGIN ISOLATION LEVEL SERIALIZABLE");
    await connection.unsafe("SET LOCAL synchronous_commit = on");
    const answer = await work(Object.assign(queriesOn(connection), { each: eachOn(connection) }));
    await commit(connection);
    return answer;
  } catch (error) {
    await rollBack(connection);
    throw error;
  } finally {
    connection.release();
  }
}

/** PostgreSQL answers the COMMIT of a failed transaction without an error, but with another word. */
async function commit(connection: ReservedSQL) {
  const { command } = await connection.unsafe("COMMIT");
  if (command !== "COMMIT") throw new NotCommitted(`COMMIT was answered with ${command}`);
}

class NotCommitted extends Error {}

/** A connection that is gone has rolled back by itself. */
async function rollBack(connection: ReservedSQL) {
  await connection.unsafe("ROLLBACK").catch(() => undefined);
}

async function withRetries<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (count === ATTEMPTS || !isConflict(error)) throw error;
      await Bun.sleep(Math.random() * 2 ** count);
    }
  }
}

/** Drizzle wraps what the driver threw. */
function isConflict(error: unknown): boolean {
  if (error instanceof NotCommitted) return true;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof SQL.PostgresError ? cause.errno : undefined;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK;
}

async function migrate(url: string) {
  const sql = new SQL(url, { max: 1, bigint: false });
  try {
    await sql`SELECT pg_advisory_lock(${MIGRATION_LOCK})`;
    await sql`CREATE TABLE IF NOT EXISTS migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)`;
    const applied: Applied[] = await sql`SELECT number, name, checksum FROM migrations ORDER BY number`;
    for (const step of pendingMigrations("postgres", applied))
      await sql.begin(async (tx) => {
        await tx.unsafe(step.sql);
        await tx`INSERT INTO migrations VALUES (${step.number}, ${step.name}, ${step.checksum})`;
      });
  } finally {
    // Ends the connection, and with it the lock.
    await sql.close();
  }
}
