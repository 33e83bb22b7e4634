import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

const EXECUTABLE = join(import.meta.dir, "../../dist/elahe");
const LINK = /http:\/\/\S+\/setup\/\S+/;

/** The compiled executable, started as an operator starts it. */
export interface Executable {
  readonly origin: string;
  readonly folder: string;
  /** Printed at start while nobody administers the server. */
  setupLink(): Promise<string>;
  /** All it has printed since the last start. */
  printed(): string;
  /** SIGKILL, as a power cut is to a process. */
  kill(): Promise<void>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number>;
  /** Again with the same data, at the same address. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function startExecutable(environment: Record<string, string> = {}): Promise<Executable> {
  const folder = mkdtempSync(join(tmpdir(), "elahe-executable-"));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  let child: Bun.Subprocess<"ignore", "pipe", "pipe"> | undefined;
  let printed = "";

  async function start() {
    printed = "";
    child = Bun.spawn([EXECUTABLE, "serve", "--data", folder, "--port", String(port)], {
      env: { PATH: process.env["PATH"], HOME: folder, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    void collect(child.stdout);
    void collect(child.stderr);
    await untilReady(origin, () => printed);
  }
  async function collect(stream: ReadableStream<Uint8Array>) {
    const decoder = new TextDecoder();
    for await (const chunk of stream) printed += decoder.decode(chunk, { stream: true });
  }
  async function end(signal: "SIGTERM" | "SIGKILL"): Promise<number> {
    child?.kill(signal);
    return (await child?.exited) ?? 0;
  }

  await start();
  return {
    origin,
    folder,
    printed: () => printed,
    start,
    stop: () => end("SIGTERM"),
    async kill() {
      await end("SIGKILL");
    },
    async setupLink() {
      for (let attempt = 0; attempt < 100; attempt += 1) {
        const link = LINK.exec(printed)?.[0];
        if (link !== undefined) return link;
        await Bun.sleep(20);
      }
      throw new Error("no set-up link was printed");
    },
    async remove() {
      await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(origin: string, printed: () => string) {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const answered = await fetch(`${origin}/api/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await Bun.sleep(20);
  }
  throw new Error(`the executable did not become ready: ${printed()}`);
}
