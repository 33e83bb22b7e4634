/**
 * Everything that must hold before a change lands, in one command that ends with one plain line:
 * `N passed, N failed` (`, N skipped` may follow).
 *
 *   bun run verify           the short form
 *   bun run verify --full    all seeds and the long stories
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installPackages } from "./install-packages.ts";
import { startPostgres } from "./postgres.ts";

const ROOT = join(import.meta.dir, "../..");
const BROWSER = "**/*.browser.test.ts";
/** A test waits for real browsers and servers on a busy machine; what hangs for longer is wrong. */
const TIMEOUT = 60_000;

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const { values } = parseArgs({ options: { full: { type: "boolean", default: false } } });
const inCi = process.env["CI"] === "true";
const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
process.exitCode = (await verify()) ? 0 : 1;

async function verify(): Promise<boolean> {
  await installPackages();
  await check("build", ["bun", "build.ts"]);
  await check("types", ["bun", "x", "tsc", "-p", "."]);
  await check("lint", ["bun", "x", "biome", "check", "--error-on-warnings", "."]);
  const postgres = process.env["TEST_DATABASE_URL"] === undefined ? await startPostgres() : undefined;
  const environment = testEnvironment(postgres?.url);
  try {
    await runTests("tests", ["--parallel=2", `--path-ignore-patterns=${BROWSER}`], environment);
    await runTests("browser tests", ["--parallel=2", ...(await browserTests())], environment);
  } finally {
    await postgres?.stop();
  }
  const skipped = counts.skipped === 0 ? "" : `, ${counts.skipped} skipped`;
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  return counts.failed === 0 && counts.passed > 0;
}

function testEnvironment(postgresUrl: string | undefined): Record<string, string | undefined> {
  return {
    ...process.env,
    ...(postgresUrl === undefined ? {} : { TEST_DATABASE_URL: postgresUrl }),
    ...(values.full ? { ELAHE_FULL: "1" } : {}),
    // Tests of a run share one server; where there is none in CI, that is a failure and not a skip.
    ...(inCi ? { ELAHE_NEEDS_SERVICES: "1" } : {}),
  };
}

/** One command that is right or wrong as a whole. */
async function check(name: string, command: string[]) {
  const { code, output } = await run(command, process.env);
  if (code === 0) {
    counts.passed += 1;
    console.log(`✓ ${name}${name === "build" ? `\n${output.trimEnd()}` : ""}`);
    return;
  }
  counts.failed += 1;
  console.log(`✗ ${name}\n${output}`);
}

async function browserTests(): Promise<string[]> {
  const found = await Array.fromAsync(new Bun.Glob(`{src,web}/${BROWSER}`).scan({ cwd: ROOT }));
  return found.sort().map((path) => `./${path}`);
}

/** A run without a summary, or one whose exit code is not 0, has failed whatever it counted. */
async function runTests(name: string, parameters: string[], environment: Record<string, string | undefined>) {
  const command = ["bun", "test", `--timeout=${TIMEOUT}`, "--only-failures", ...parameters];
  const { code, output } = await run(command, environment);
  const found = readSummary(output);
  counts.passed += found?.passed ?? 0;
  counts.failed += found?.failed ?? 0;
  counts.skipped += found?.skipped ?? 0;
  if (found === undefined || (code !== 0 && found.failed === 0)) counts.failed += 1;
  console.log(`${code === 0 && found !== undefined ? "✓" : "✗"} ${name}\n${output.trimEnd()}`);
}

function readSummary(output: string): Counts | undefined {
  const read = (word: string) => Number(new RegExp(`^\\s*(\\d+) ${word}$`, "m").exec(output)?.[1] ?? "0");
  if (!/^Ran \d+ tests? across/m.test(output)) return undefined;
  return { passed: read("pass"), failed: read("fail"), skipped: read("skip") };
}

async function run(command: string[], environment: Record<string, string | undefined>) {
  const child = Bun.spawn(command, {
    cwd: ROOT,
    env: { ...environment, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, output: `${out}${errors}` };
}
