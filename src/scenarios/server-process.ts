import { join } from "node:path";
import { freePort } from "../testing/free-port.ts";

const MAIN = join(import.meta.dir, "../main.ts");
const READY_WITHIN = 20_000;

/** The server as a process of its own, which can be killed without warning and started again. */
export interface ServerProcess {
  readonly origin: string;
  /** From the set-up link that the first start prints. */
  readonly setupToken: string;
  /** As pulling the plug does to a process: it is told nothing and finishes nothing. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startServerProcess(folder: string, databaseUrl?: string): Promise<ServerProcess> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  let child = spawn(folder, origin, port, databaseUrl);
  const setupToken = await readSetupToken(child.stdout);
  await untilReady(origin);
  return {
    origin,
    setupToken,
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
    async start() {
      child = spawn(folder, origin, port, databaseUrl);
      await untilReady(origin);
    },
  };
}

function spawn(folder: string, origin: string, port: number, databaseUrl: string | undefined) {
  const command = [process.execPath, MAIN, "serve", "--data", folder, "--public-url", origin];
  return Bun.spawn([...command, "--host", "localhost", "--port", String(port)], {
    env: { ...process.env, ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }) },
    stdout: "pipe",
    stderr: "inherit",
  });
}

async function readSetupToken(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let said = "";
  for await (const part of output.pipeThrough(new TextDecoderStream())) {
    said += part;
    const token = /\/setup\/([A-Za-z0-9_-]+)\s/.exec(said)?.[1];
    if (token !== undefined) return token;
  }
  throw new Error(`the server ended without a set-up link: ${said}`);
}

async function untilReady(origin: string): Promise<void> {
  const end = Date.now() + READY_WITHIN;
  while (Date.now() < end) {
    const answer = await fetch(`${origin}/api/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await Bun.sleep(20);
  }
  throw new Error("the server never became ready");
}
