import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQL } from "bun";
import type { Database } from "../src/db/database.ts";
import { openPostgres } from "../src/db/open-postgres.ts";
import { openSqlite } from "../src/db/open-sqlite.ts";

const EXECUTABLE = join(import.meta.dir, "../dist/elahe");

/** What is measured is the server, not the limits that it sets to people. */
const UNLIMITED = Object.fromEntries(
  [
    "MESSAGES_AT_ONCE",
    "MESSAGES_PER_SECOND",
    "SOCKETS_PER_ACCOUNT",
    "SOCKETS_PER_ADDRESS",
    "UNDELIVERED_BYTES",
  ].map((name) => [`LIMITS_${name}`, String(Number.MAX_SAFE_INTEGER)]),
);

export interface ElaheProcess {
  readonly port: number;
  readonly origin: string;
  /** From exec to the first answer of the readiness check. */
  readonly startedInMs: number;
  /** Resident memory in bytes. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** What the executable serves: a data folder, and the PostgreSQL database beside it where that is measured. */
export interface Data {
  readonly folder: string;
  readonly databaseUrl: string | undefined;
}

/** A migrated database, for `prepare` to fill before the executable serves it. */
export async function makeData(
  prepare: (db: Database) => Promise<void>,
  postgresUrl?: string,
): Promise<Data> {
  const folder = await mkdtemp(join(tmpdir(), "elahe-bench-"));
  const databaseUrl = postgresUrl && (await makeDatabase(postgresUrl));
  const db =
    databaseUrl === undefined
      ? openSqlite(join(folder, "elahe.db"))
      : await openPostgres({ url: databaseUrl });
  await prepare(db);
  await db.close();
  return { folder, databaseUrl };
}

async function makeDatabase(postgresUrl: string): Promise<string> {
  const name = `bench_${crypto.randomUUID().replaceAll("-", "")}`;
  const sql = new SQL(postgresUrl, { max: 1 });
  await sql.unsafe(`CREATE DATABASE ${name}`);
  await sql.close();
  return new URL(`/${name}`, postgresUrl).href;
}

export async function startElahe({ folder, databaseUrl }: Data): Promise<ElaheProcess> {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const origin = `http://localhost:${port}`;
  const startedAt = performance.now();
  const child = Bun.spawn([EXECUTABLE, "serve", "--data", folder, "--port", String(port)], {
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      ...UNLIMITED,
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await untilReady(port);
  const startedInMs = performance.now() - startedAt;
  return {
    port,
    origin,
    startedInMs,
    memory: () => residentMemory(child.pid),
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(port: number) {
  for (let attempt = 0; attempt < 10_000; attempt += 1) {
    const answered = await fetch(`http://127.0.0.1:${port}/api/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await Bun.sleep(1);
  }
  throw new Error("the executable did not become ready");
}

export async function residentMemory(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`process ${pid} tells no memory`);
  return Number(kibibytes) * 1024;
}
