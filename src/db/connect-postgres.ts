import { type ReservedSQL, SQL } from "bun";

/** Seconds that a server may take to answer a new connection. */
const CONNECT_WITHIN = 5;
/** Milliseconds; nobody who asks waits longer than the sum of the next two. */
const CONNECTION_FREE_WITHIN = 10_000;
const DONE_WITHIN = 20_000;

/** Sent when a connection is opened, which goes above what a database or role has as its own default. */
const SESSION = {
  application_name: "elahe",
  synchronous_commit: "on",
  statement_timeout: "15000",
  lock_timeout: "10000",
  idle_in_transaction_session_timeout: "15000",
};

export function connectPostgres(url: string, connections: number): SQL {
  return new SQL(url, {
    max: connections,
    bigint: false,
    connectionTimeout: CONNECT_WITHIN,
    connection: SESSION,
  });
}

/**
 * Lends one connection to `work` alone. A server that has gone silent would never end it: the connection is
 * then cut, whatever runs on it rejects, and the pool opens another.
 */
export async function onConnection<Answer>(
  pool: SQL,
  work: (connection: ReservedSQL) => Promise<Answer>,
): Promise<Answer> {
  const connection = await pool.reserve({ signal: AbortSignal.timeout(CONNECTION_FREE_WITHIN) });
  const late = setTimeout(() => void connection.close({ timeout: 0 }).catch(() => undefined), DONE_WITHIN);
  try {
    return await work(connection);
  } finally {
    clearTimeout(late);
    await connection.release().catch(() => undefined);
  }
}
