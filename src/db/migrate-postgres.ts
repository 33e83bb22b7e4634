import { SQL } from "bun";
import { judgePostgresFailure, unwrap } from "./judge-postgres-failure.ts";
import { type Applied, DatabaseUnusable, type MigrationStep, pendingMigrations } from "./migrate.ts";

/** Any number that no other program on the same database uses: "elahe" in ASCII. */
const MIGRATION_LOCK = 435_609_071_717;
const CONNECT_WITHIN = 5;
const INSUFFICIENT_PRIVILEGE = "42501";

/** Brings the schema up to this executable. Whoever starts at the same time waits, and finds it done. */
export async function migratePostgres(url: string): Promise<void> {
  const sql = new SQL(url, { max: 1, bigint: false, connectionTimeout: CONNECT_WITHIN });
  try {
    await sql`SELECT pg_advisory_lock(${MIGRATION_LOCK})`;
    for (const step of pendingMigrations("postgres", await readApplied(sql))) await apply(sql, step);
  } catch (error) {
    throw explained(error);
  } finally {
    // Ends the connection, and with it the lock.
    await sql.close();
  }
}

/** Asked for first: `IF NOT EXISTS` needs the right to create even where there is nothing to do. */
async function readApplied(sql: SQL): Promise<Applied[]> {
  const [found] = await sql`SELECT to_regclass('migrations') IS NOT NULL AS exists`;
  if (found.exists === true) return sql`SELECT number, name, checksum FROM migrations ORDER BY number`;
  await sql`CREATE TABLE migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)`;
  return [];
}

async function apply(sql: SQL, step: MigrationStep) {
  await sql.begin(async (tx) => {
    await tx.unsafe(step.sql);
    await tx`INSERT INTO migrations VALUES (${step.number}, ${step.name}, ${step.checksum})`;
  });
}

/**
 * Throws `DatabaseUnusable` when the role may not read and write every table, or its commits would not be
 * durable: better at the start than at somebody's first message.
 */
export async function checkRunningRole(pool: SQL): Promise<void> {
  const [found] = await pool`
    SELECT current_user AS role, current_setting('synchronous_commit') AS commits,
      (SELECT string_agg(tablename, ', ' ORDER BY tablename) FROM pg_tables
        WHERE schemaname = current_schema() AND tablename <> 'migrations' AND NOT (
          has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT') AND
          has_table_privilege(format('%I.%I', schemaname, tablename), 'INSERT') AND
          has_table_privilege(format('%I.%I', schemaname, tablename), 'UPDATE') AND
          has_table_privilege(format('%I.%I', schemaname, tablename), 'DELETE'))) AS closed`.catch(
    (error: unknown) => Promise.reject(explained(error)),
  );
  if (found.commits !== "on")
    throw new DatabaseUnusable(
      `PostgreSQL has synchronous_commit = ${found.commits} for this connection. Messages would be lost with it: set it to on.`,
    );
  if (found.closed !== null)
    throw new DatabaseUnusable(
      `The role ${found.role} may not read and write these tables: ${found.closed}. As their owner: ` +
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${found.role};`,
    );
}

function explained(error: unknown): unknown {
  const cause = unwrap(error);
  if (judgePostgresFailure(error) === "away")
    return new DatabaseUnusable(
      `PostgreSQL cannot be reached: ${messageOf(cause)}. Check DATABASE_URL and that it runs.`,
      true,
    );
  if (cause instanceof SQL.PostgresError && cause.errno === INSUFFICIENT_PRIVILEGE)
    return new DatabaseUnusable(
      `The database needs a migration that this role may not run: ${messageOf(cause)}. ` +
        "Set MIGRATION_DATABASE_URL to a role that owns the schema.",
    );
  return error;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
