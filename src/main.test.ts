import { Database as Handle } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "elahe-main-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(words: string[], environment: Record<string, string> = {}) {
  return Bun.spawn(["bun", join(import.meta.dir, "main.ts"), ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

async function run(words: string[], environment: Record<string, string> = {}) {
  const child = start(words, environment);
  const [out, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, out, errors };
}

async function untilSaid(child: ReturnType<typeof start>, wanted: string): Promise<string> {
  const decoder = new TextDecoder();
  let said = "";
  for await (const part of child.stdout) {
    said += decoder.decode(part);
    if (said.includes(wanted)) return said;
  }
  throw new Error(`the server ended without saying ${wanted}`);
}

test("no words, and --help, show what there is", async () => {
  for (const words of [[], ["--help"], ["serve", "--help"]]) {
    const { code, out } = await run(words);
    expect(code).toBe(0);
    expect(out).toContain("elahe serve");
    expect(out).toContain("Examples");
  }
});

test("the version can be read by a script", async () => {
  const { code, out } = await run(["version", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ version: expect.any(String), build: expect.any(String) });
});

test.each([[["dance"]], [["serve", "--loud"]], [["serve", "twice"]], [["--port"]]])(
  "%j is wrong use: exit code 2 and a way to the help",
  async (words) => {
    const { code, errors } = await run(words);
    expect(code).toBe(2);
    expect(errors).toContain("elahe --help");
  },
);

test.each([
  [["serve", "--loud"], "There is no --loud."],
  [["serve", "--port"], "--port needs a value behind it."],
  [["serve", "--port", "--json"], "--port needs a value behind it."],
  [["version", "--json=3"], "--json takes no value."],
])("%j is said in plain words", async (words, sentence) => {
  const { errors } = await run(words);
  expect(errors).toBe(`${sentence}\nSee: elahe --help\n`);
});

test("--version says the version", async () => {
  expect(await run(["--version"])).toEqual(await run(["version"]));
});

test("nobody else on the machine can read what a server keeps", async () => {
  const data = join(folder, "kept");
  const child = start(["serve", "--port", "0", "--data", data]);
  await untilSaid(child, "/setup/");
  const modes = readdirSync(data).map((name) => [name, statSync(join(data, name)).mode & 0o077]);
  child.kill("SIGTERM");
  await child.exited;
  expect(modes.length).toBeGreaterThan(1);
  expect(modes.filter(([, others]) => others !== 0)).toEqual([]);
});

test("a setting that cannot be used is named, without a stack", async () => {
  const { code, errors } = await run(["serve"], { PORT: "many" });
  expect([code, errors]).toEqual([1, "PORT: must be a whole number from 0 to 65535.\n"]);
});

test("a server prints its set-up link at every start, and stops when told to", async () => {
  for (let round = 0; round < 2; round += 1) {
    const child = start(["serve", "--port", "0"]);
    expect(await untilSaid(child, "/setup/")).toContain("Open this link once");
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  }
});

test("a request under way when the server is told to stop still gets its answer", async () => {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const child = start(["serve", "--port", String(port), "--data", join(folder, "drained")]);
  const [, token = ""] = /\/setup\/(\S+)/.exec(await untilSaid(child, "/setup/")) ?? [];
  const body = JSON.stringify({ token, username: "matilda", password: "a long password of hers" });
  const slow = await sendSlowly(port, [
    `POST /api/setup HTTP/1.1\r\nhost: localhost:${port}\r\norigin: ${origin}\r\nconnection: close\r\n`,
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
  ]);
  expect((await fetch(`${origin}/api/health/ready`)).status).toBe(200);
  child.kill("SIGTERM");
  while ((await fetch(`${origin}/api/health/ready`)).status !== 503) await Bun.sleep(5);
  expect((await fetch(`${origin}/api/health/live`)).status).toBe(200);
  expect(await slow.end(body.slice(10))).toStartWith("HTTP/1.1 200 OK");
  expect(await child.exited).toBe(0);
});

/** Over a bare connection, because a client would send all of it at once. */
async function sendSlowly(port: number, parts: readonly string[]) {
  const answered = Promise.withResolvers<string>();
  let heard = "";
  const socket = await Bun.connect({
    hostname: "localhost",
    port,
    socket: {
      data(_, bytes) {
        heard += bytes.toString();
      },
      close: () => answered.resolve(heard),
    },
  });
  for (const part of parts) socket.write(part);
  socket.flush();
  return {
    end(rest: string): Promise<string> {
      socket.write(rest);
      socket.flush();
      return answered.promise;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = probe;
  await probe.stop(true);
  return port ?? 0;
}

test("a port that is taken is said plainly", async () => {
  const holder = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { code, errors } = await run(["serve", "--port", String(holder.port)]);
  await holder.stop(true);
  expect(code).toBe(1);
  expect(errors).toStartWith("The port is taken.");
});

test("a database of a newer version is refused with what to do", async () => {
  const handle = new Handle(join(folder, "data/elahe.db"));
  handle.run("INSERT INTO migrations VALUES (999, 'future', 'x')");
  handle.close();
  const { code, errors } = await run(["serve", "--port", "0"]);
  expect(code).toBe(1);
  expect(errors).toContain("newer than this executable");
  expect(errors).not.toContain("    at ");
});
