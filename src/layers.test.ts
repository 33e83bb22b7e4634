import { expect, test } from "bun:test";
import { dirname, join, relative } from "node:path";

/**
 * Imports point one way. A place may import from the places listed behind it and from its own folder;
 * whatever is not listed is forbidden, `import type` included. Tests may import `src/testing` besides.
 */
const ROOT = join(import.meta.dir, "..");

const WORDS = ["src/protocol"];
const MEANS = ["src/db", "src/live", "src/config", "src/log", "src/metrics", ...WORDS];
const APP = ["src/app.ts", "src/answer.ts", "src/facts.ts", "src/refusal.ts", ...MEANS];

/** Each may import those before it. */
const DOMAINS = [
  ["src/settings", "src/audit", "src/limits", "src/challenges", "src/mls"],
  ["src/accounts"],
  ["src/devices", "src/account-store"],
  ["src/contacts"],
  ["src/conversations", "src/channels"],
  ["src/attachments", "src/archive", "src/push"],
  ["src/delivery"],
  ["src/reports", "src/moderation", "src/webhooks", "src/bots"],
];
const ALL_DOMAINS = DOMAINS.flat();
const EDGES = ["src/http", "src/admin", "src/jobs", "src/operations"];

const ALLOWED: Record<string, readonly string[]> = {
  "src/protocol": [],
  "src/refusal.ts": WORDS,
  "src/db": ["migrations", "src/config", "src/log", "src/refusal.ts", ...WORDS],
  "src/live": ["src/log", "src/metrics", ...WORDS],
  "src/config": ["src/log", ...WORDS],
  "src/log": WORDS,
  "src/metrics": WORDS,
  "src/facts.ts": WORDS,
  "src/app.ts": ["src/facts.ts", "src/refusal.ts", ...MEANS],
  "src/answer.ts": ["src/app.ts", "src/refusal.ts", ...MEANS],
  ...Object.fromEntries(
    DOMAINS.flatMap((row, index) =>
      row.map((domain) => [domain, [...APP, ...row, ...DOMAINS.slice(0, index).flat()]]),
    ),
  ),
  "src/http": [...APP, ...ALL_DOMAINS],
  "src/admin": [...APP, ...ALL_DOMAINS],
  "src/jobs": [...APP, ...ALL_DOMAINS],
  "src/operations": [...APP, ...ALL_DOMAINS],
  "src/commands": [...APP, "src/open-app.ts", ...ALL_DOMAINS, ...EDGES],
  "src/open-app.ts": APP,
  "src/main.ts": ["src/commands", ...APP],
  "src/testing": [
    ...APP,
    "src/open-app.ts",
    ...ALL_DOMAINS,
    ...EDGES,
    "src/commands",
    "web/headless.ts",
    "web/delivery",
    "web/crypto",
  ],
  "src/scenarios": [
    ...APP,
    "src/open-app.ts",
    ...ALL_DOMAINS,
    ...EDGES,
    "src/testing",
    "web/headless.ts",
    "web/delivery",
    "web/storage",
    "web/crypto",
    "web/testing",
  ],
  web: WORDS,
  tui: WORDS,
  bench: [
    "src/protocol",
    "src/db",
    "src/testing",
    "web/headless.ts",
    "web/delivery",
    "web/storage",
    "web/testing",
    "build.ts",
  ],
};

/** The terminal console is started by a command-line verb; nothing else of src knows of it. */
const EXCEPTIONS: readonly (readonly [string, string])[] = [["src/commands/tui.ts", "tui"]];

test("imports point one way", async () => {
  const wrong: string[] = [];
  for (const file of await sources()) {
    for (const imported of await importsOf(file)) {
      if (!isAllowed(file, imported)) wrong.push(`${file} imports ${imported}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("the browser's share of the code imports neither Bun nor Node", async () => {
  const allowed =
    /^web\/(headless|join-style-sheets|testing\/|storage\/open-sqlite|storage\/key-file)|\.test\.ts$/;
  const wrong: string[] = [];
  for (const file of await sources()) {
    if (!file.startsWith("web/") || allowed.test(file)) continue;
    for (const name of await packagesOf(file))
      if (/^(bun|node)(:|$)/.test(name)) wrong.push(`${file} imports ${name}`);
  }
  expect(wrong).toEqual([]);
});

test("only web/crypto and src/mls know the MLS library", async () => {
  const wrong: string[] = [];
  for (const file of await sources()) {
    if (/^(web\/crypto|src\/mls)\/|^src\/testing\/seed\.ts$/.test(file)) continue;
    for (const name of await packagesOf(file))
      if (/^ts-mls/.test(name)) wrong.push(`${file} imports ${name}`);
  }
  expect(wrong).toEqual([]);
});

test("the wire imports the schema library and the codec alone", async () => {
  const wrong: string[] = [];
  for (const file of await sources()) {
    if (!file.startsWith("src/protocol/") || isTest(file)) continue;
    for (const name of await packagesOf(file)) {
      if (name !== "valibot" && name !== "@msgpack/msgpack") wrong.push(`${file} imports ${name}`);
    }
  }
  expect(wrong).toEqual([]);
});

function isAllowed(file: string, imported: string): boolean {
  const from = placeOf(file);
  const to = placeOf(imported);
  if (from === to || EXCEPTIONS.some(([a, b]) => a === file && imported.startsWith(b))) return true;
  const allowed = ALLOWED[from];
  if (allowed === undefined) throw new Error(`${file} lies in a place that this test does not know`);
  if (isTest(file) && (to === "src/testing" || imported.startsWith("web/testing/"))) return true;
  return allowed.some((place) => imported === place || imported.startsWith(`${place}/`));
}

/** The first two parts of the path under src, the first elsewhere. */
function placeOf(file: string): string {
  const parts = file.split("/");
  return parts[0] === "src" ? parts.slice(0, 2).join("/") : (parts[0] ?? file);
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file);
}

let found: string[] | undefined;

async function sources(): Promise<string[]> {
  found ??= await Array.fromAsync(new Bun.Glob("{src,web,tui,bench}/**/*.{ts,tsx}").scan({ cwd: ROOT }));
  return found;
}

/** Relative imports, as paths from the root. Types count: a transpiler would drop them, so the text is read. */
async function importsOf(file: string): Promise<string[]> {
  const named = (await specifiersOf(file)).filter((name) => name.startsWith("."));
  return named.map((name) => relative(ROOT, join(ROOT, dirname(file), name)));
}

async function packagesOf(file: string): Promise<string[]> {
  return (await specifiersOf(file)).filter((name) => !name.startsWith("."));
}

async function specifiersOf(file: string): Promise<string[]> {
  const source = await Bun.file(join(ROOT, file)).text();
  const statements = source.matchAll(/^(?:import|export)\s(?:[\w$*{},\s]+?\sfrom\s)?["']([^"']+)["']/gm);
  const dynamic = source.matchAll(/\bimport\(\s*["']([^"']+)["']/g);
  return [...statements, ...dynamic].flatMap(([, name]) => (name === undefined ? [] : [name]));
}
