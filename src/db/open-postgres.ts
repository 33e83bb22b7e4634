import type { ReservedSQL, SQL } from "bun";
import { drizzle } from "drizzle-orm/pg-proxy";
import type { RefusalCode } from "../protocol/refusals.ts";
import { Refusal } from "../refusal.ts";
import { connectPostgres, onConnection } from "./connect-postgres.ts";
import type { Database, Isolation, Parameter, PlainStatement, Queries, Writing } from "./database.ts";
import { inOneStatement } from "./in-one-statement.ts";
import { judgePostgresFailure, NotCommitted, unwrap } from "./judge-postgres-failure.ts";
import { checkRunningRole, migratePostgres } from "./migrate-postgres.ts";

/** Apart, so that a write never waits for a connection that waits for it. */
const READERS = 6;
const WRITERS = 6;
const LANES = 2;
const ATTEMPTS = 12;
/** A key that is still taken after this many attempts is not a race. */
const ATTEMPTS_IF_TAKEN = 4;
const LONGEST_PAUSE = 200;

export interface PostgresOptions {
  readonly url: string;
  /** Owns the schema where the running role may only read and write rows. */
  readonly migrationUrl?: string | undefined;
}

/**
 * Connects to PostgreSQL and migrates it, one node at a time. Throws `DatabaseUnusable` when it cannot be
 * reached or used, or is newer than this executable.
 */
export async function openPostgres({ url, migrationUrl }: PostgresOptions): Promise<Database> {
  await migratePostgres(migrationUrl ?? url);
  const readers = connectPostgres(url, READERS);
  const writers = connectPostgres(url, WRITERS);
  await checkRunningRole(readers);
  return {
    dialect: "postgres",
    lanes: LANES,
    read: queriesOn((run) => onConnection(readers, run).catch(refuse)),
    write: (work, isolation = "serializable") =>
      withRetries(() => onConnection(writers, (connection) => inTransaction(connection, isolation, work))),
    async close() {
      await Promise.all([readers.close(), writers.close()]);
    },
  };
}

type Run = <Answer>(query: (connection: ReservedSQL) => Promise<Answer>) => Promise<Answer>;

function queriesOn(run: Run): Queries {
  const ask = async (sql: string, parameters: unknown[], method: string) => ({
    rows: await run(async (connection) => {
      const query = connection.unsafe(sql, parameters);
      return method === "all" ? await query.values() : await query;
    }),
  });
  return drizzle(ask, { casing: "snake_case" }) as unknown as Queries;
}

/** By the statement for one row. */
const written = new Map<string, string>();

function eachOn(connection: SQL): Writing["each"] {
  return async <Row>(statement: PlainStatement, rows: readonly (readonly Parameter[])[]) => {
    const answers: Row[][] = rows.map(() => []);
    if (rows.length === 0) return answers;
    const text = written.get(statement.sql) ?? inOneStatement(statement);
    written.set(statement.sql, text);
    const columns = statement.takes.map((type, index) =>
      connection.array(
        rows.map((row) => row[index]),
        type,
      ),
    );
    const found: (Row & { place: string })[] = await connection.unsafe(text, columns);
    for (const row of found) answers[Number(row.place) - 1]?.push(row);
    return answers;
  };
}

const BEGIN: Record<Isolation, string> = {
  serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE",
  read_committed: "BEGIN ISOLATION LEVEL READ COMMITTED",
};

async function inTransaction<Answer>(
  connection: ReservedSQL,
  isolation: Isolation,
  work: (tx: Writing) => Promise<Answer>,
): Promise<Answer> {
  await connection.unsafe(BEGIN[isolation]);
  try {
    const locks = { forUpdate: "FOR UPDATE", forNoKeyUpdate: "FOR NO KEY UPDATE" } as const;
    const extras = { each: eachOn(connection), ...locks };
    const answer = await work(
      Object.assign(
        queriesOn((run) => run(connection)),
        extras,
      ),
    );
    const { command } = await connection.unsafe("COMMIT");
    if (command !== "COMMIT") throw new NotCommitted(`COMMIT was answered with ${command}`);
    return answer;
  } catch (error) {
    // A connection that is gone has rolled back by itself.
    await connection.unsafe("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function withRetries<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isWorthAnother(error, count)) return refuse(error);
      await Bun.sleep(Math.random() * Math.min(2 ** count, LONGEST_PAUSE));
    }
  }
}

function isWorthAnother(error: unknown, count: number): boolean {
  const failure = judgePostgresFailure(error);
  return (failure === "conflict" && count < ATTEMPTS) || (failure === "taken" && count < ATTEMPTS_IF_TAKEN);
}

/** Never again by ourselves when it is away: a COMMIT whose answer was lost may have happened. */
const REFUSED: Partial<Record<ReturnType<typeof judgePostgresFailure>, RefusalCode>> = {
  conflict: "server.busy",
  busy: "server.busy",
  away: "server.database_away",
};

function refuse(error: unknown): never {
  const code = REFUSED[judgePostgresFailure(error)];
  throw code === undefined ? error : new Refusal(code, unwrap(error));
}
