import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

const BINARIES = "/usr/lib/postgresql";
const USER = "postgres";

export interface PostgresServer {
  /** Of the maintenance database; replace the path to reach another. */
  readonly url: string;
  /** As a power cut is to it: SIGKILL to the server and whatever it has started. */
  kill(): Promise<void>;
  /** As an administrator restarts it: sessions are cut off, what is committed is kept. */
  shutDown(): Promise<void>;
  /** Again, with the same data at the same address. */
  start(): Promise<void>;
  /** Its sessions answer nothing more and keep their sockets, until the answer is called. */
  silence(): Promise<() => void>;
  stop(): Promise<void>;
}

/**
 * A private PostgreSQL server on a free loopback port, from the installed Debian binaries.
 * Answers undefined where they are not installed. Its data is gone with `stop`.
 */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  const binaries = await findBinaries();
  if (binaries === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "elahe-postgres-"));
  const data = join(folder, "data");
  const port = await freePort();
  if (process.getuid?.() === 0) await chown(folder, ...(await idsOf(USER)));
  await run([
    join(binaries, "initdb"),
    "-D",
    data,
    "-U",
    USER,
    "--auth=trust",
    "--encoding=UTF8",
    "--no-sync",
  ]);
  const options = [
    "-p",
    String(port),
    "-k",
    folder,
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    "max_connections=500",
  ];
  const spawn = () =>
    Bun.spawn(asUser([join(binaries, "postgres"), "-D", data, ...options]), {
      stdio: ["ignore", "ignore", "ignore"],
    });
  let server = spawn();
  const url = `postgres://${USER}@127.0.0.1:${port}/postgres`;
  await untilReady(url);
  const shutDown = async () => {
    server.kill("SIGINT");
    await server.exited;
  };
  return {
    url,
    shutDown,
    async kill() {
      const children = await childrenOf(server.pid);
      server.kill("SIGKILL");
      for (const pid of children) signal(pid, "SIGKILL");
      await server.exited;
    },
    async start() {
      server = spawn();
      await untilReady(url);
    },
    async silence() {
      const children = await childrenOf(server.pid);
      for (const pid of children) signal(pid, "SIGSTOP");
      return () => {
        for (const pid of children) signal(pid, "SIGCONT");
      };
    },
    stop: async () => {
      await shutDown();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function childrenOf(pid: number): Promise<number[]> {
  const listed = await Bun.file(`/proc/${pid}/task/${pid}/children`).text();
  return listed.split(" ").filter(Boolean).map(Number);
}

/** It may have ended meanwhile. */
function signal(pid: number, name: NodeJS.Signals) {
  try {
    process.kill(pid, name);
  } catch {}
}

/** The newest installed major version. */
async function findBinaries(): Promise<string | undefined> {
  const versions = await readdir(BINARIES).catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? undefined : join(BINARIES, newest, "bin");
}

/** PostgreSQL refuses to run as root. */
function asUser(command: string[]): string[] {
  if (process.getuid?.() !== 0) return command;
  return ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--init-groups", "--", ...command];
}

async function run(command: string[]) {
  const process = Bun.spawn(asUser(command), { stdout: "ignore", stderr: "pipe", cwd: tmpdir() });
  if ((await process.exited) === 0) return;
  throw new Error(`${command[0]} failed: ${await new Response(process.stderr).text()}`);
}

async function idsOf(user: string): Promise<[number, number]> {
  const line = (await Bun.file("/etc/passwd").text()).split("\n").find((row) => row.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`there is no user ${user}`);
  return [Number(uid), Number(gid)];
}

async function untilReady(url: string) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const sql = new Bun.SQL(url, { max: 1, connectionTimeout: 2 });
    const answered = await sql`SELECT 1`.then(
      () => true,
      () => false,
    );
    await sql.close();
    if (answered) return;
    await Bun.sleep(50);
  }
  throw new Error("the PostgreSQL server did not become ready");
}
