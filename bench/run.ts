/**
 * Measures the executable in `dist/` over loopback, prints a table and writes `bench/results.json`.
 *
 *   bun run bench                   everything
 *   bun run bench --only accepts    one of: start, fan-out, accepts, post, group, browser, memory
 *   bun run bench --database postgres  accepts alone, on PostgreSQL (Debian's, started for it)
 *   bun run bench --compare main~3  this tree beside another commit, in turn; may be joined with --only
 */
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Suite } from "../src/protocol/devices.ts";
import { startPostgres } from "../src/testing/postgres.ts";
import { POST_QUANTUM } from "../web/testing/people-with-keys.ts";
import { compareWith } from "./compare-with.ts";
import { measureAccepts } from "./measure-accepts.ts";
import { measureBrowser } from "./measure-browser.ts";
import { measureFanOut } from "./measure-fan-out.ts";
import { measureGroup } from "./measure-group.ts";
import { measureMemory, measureStart } from "./measure-memory.ts";
import { measurePost } from "./measure-post.ts";

export interface Row {
  readonly what: string;
  /** In the unit that `measured` names; of a share, the share. */
  readonly value: number;
  readonly measured: string;
  readonly budget: string;
  /** Undefined where there is no budget. */
  readonly kept: boolean | undefined;
}

/** In words, and whether it was kept; nothing where there is none. */
type Budget = [budget?: string, kept?: boolean];

const MEBIBYTE = 1024 * 1024;

const SUITES: Record<string, () => Promise<Row[]>> = {
  start: async () => {
    const ms = await measureStart();
    return [row("start to ready, migrated database", ms, `${ms.toFixed(0)} ms`, "≤ 80 ms", ms <= 80)];
  },
  "fan-out": async () => {
    const rows: Row[] = [];
    for (const members of [10, 100, 1000]) {
      const { barePerSecond: bare, durablePerSecond: durable } = await measureFanOut(members);
      const share = durable / bare;
      const measured = `${whole(durable)}/s of bare ${whole(bare)}/s = ${(share * 100).toFixed(0)} %`;
      rows.push(row(`durable fan-out, 1 → ${members}, 400 bytes`, share, measured, "≥ 60 %", share >= 0.6));
    }
    return rows;
  },
  accepts: () => acceptRows(),
  post: async () => {
    const { durable, bare } = await measurePost(10_000);
    const beside = (mine: number, ceiling: number) => `${mine.toFixed(1)} ms, bare ${ceiling.toFixed(1)} ms`;
    const [half, most] = [beside(durable.p50, bare.p50), beside(durable.p99, bare.p99)];
    return [
      row("one post to 10,000 connected members, p50", durable.p50, half, "≤ 40 ms", durable.p50 <= 40),
      row("one post to 10,000 connected members, p99", durable.p99, most, "≤ 57 ms", durable.p99 <= 57),
    ];
  },
  group: async () => [
    ...(await groupRows(250, POST_QUANTUM)),
    ...(await groupRows(1000, "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519")),
  ],
  browser: async () => {
    const { opening, searching, firstSearch } = await measureBrowser(100_000);
    const ms = (value: number) => `${value.toFixed(0)} ms`;
    return [
      row(
        "opening a conversation of 100,000 local messages",
        opening,
        ms(opening),
        "≤ 150 ms",
        opening <= 150,
      ),
      row("searching 100,000 local messages", searching, ms(searching), "≤ 50 ms", searching <= 50),
      row("the first search, which opens them all", firstSearch, ms(firstSearch)),
    ];
  },
  memory: async () => {
    const { idle, connected, sockets } = await measureMemory(10_000);
    const each = (connected - idle) / sockets / 1024;
    return [
      row("resident, idle after start", idle / MEBIBYTE, mebibytes(idle), "≤ 64 MiB", idle <= 64 * MEBIBYTE),
      row(
        `resident, ${whole(sockets)} signed-in sockets`,
        connected / MEBIBYTE,
        mebibytes(connected),
        "≤ 110 MiB",
        connected <= 110 * MEBIBYTE,
      ),
      row("resident, each signed-in socket", each, `${each.toFixed(1)} KiB`, "≤ 4 KiB", each <= 4),
    ];
  },
};

async function groupRows(devices: number, suite: Suite): Promise<Row[]> {
  const of = `${whole(devices)} devices (${suite === POST_QUANTUM ? "X-Wing" : "X25519"})`;
  const costs = await measureGroup(devices, suite);
  return costs.map(({ what, ms, bytes }) => {
    const time = ms === undefined ? [] : [`${ms.toFixed(ms < 10 ? 1 : 0)} ms`];
    const size = bytes === undefined ? [] : [`${whole(bytes)} bytes = ${whole(bytes / devices)} a member`];
    return row(`${of}: ${what}`, ms ?? bytes ?? 0, [...time, ...size].join(", "));
  });
}

/** The budgets are SQLite's. */
async function acceptRows(postgresUrl?: string): Promise<Row[]> {
  const { perSecond, p50, p99 } = await measureAccepts(postgresUrl);
  const [on, isBound] = postgresUrl === undefined ? ["", true] : ["PostgreSQL: ", false];
  const least: Budget = isBound ? ["≥ 10,000/s", perSecond >= 10_000] : [];
  const most: Budget = isBound ? ["≤ 10 ms", p99 <= 10] : [];
  return [
    row(`${on}durable accepts, 1,000 conversations`, perSecond, `${whole(perSecond)}/s`, ...least),
    row(`${on}send → acknowledged at 500/s, p50`, p50, `${p50.toFixed(1)} ms`),
    row(`${on}send → acknowledged at 500/s, p99`, p99, `${p99.toFixed(1)} ms`, ...most),
  ];
}

async function onPostgres(): Promise<Row[]> {
  const server = await startPostgres();
  if (server === undefined) throw new Error("PostgreSQL is not installed");
  return acceptRows(server.url).finally(() => server.stop());
}

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    database: { type: "string" },
    compare: { type: "string" },
    json: { type: "boolean" },
  },
});
const suites = values.database === "postgres" ? { accepts: onPostgres } : SUITES;
const chosen = Object.entries(suites).filter(([name]) => values.only === undefined || values.only === name);
if (chosen.length === 0) throw new Error(`--only is one of: ${Object.keys(SUITES).join(", ")}`);

if (values.compare === undefined) await measureAll();
else
  await compareWith(
    values.compare,
    chosen.map(([name]) => name),
  );

async function measureAll() {
  const rows: Row[] = [];
  for (const [, measure] of chosen) {
    for (const measured of await measure()) {
      rows.push(measured);
      const { kept, what, measured: said, budget } = measured;
      if (values.json) console.log(JSON.stringify(measured));
      else console.log(`${kept === false ? "!" : " "} ${what.padEnd(42)} ${said.padEnd(50)} ${budget}`);
    }
  }
  if (values.only === undefined && values.database === undefined) await keep(rows);
}

/** The last whole run stands in the repository, with the day and the machine. */
async function keep(rows: readonly Row[]) {
  const machine = `${cpus().length} cores of ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const at = new Date().toISOString().slice(0, 10);
  const results = { at, machine, bun: Bun.version, rows };
  await Bun.write(join(import.meta.dir, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  const table = rows.map(
    ({ what, measured, budget, kept }) => `| ${what} | ${measured} | ${budget} | ${sayKept(kept)} |`,
  );
  const path = join(import.meta.dir, "README.md");
  const [text] = (await Bun.file(path).text()).split("## Last run");
  const head = "| what | measured | budget | kept |\n|---|---|---|---|";
  await Bun.write(
    path,
    `${text}## Last run\n\n${at}, ${machine}, Bun ${Bun.version}.\n\n${head}\n${table.join("\n")}\n`,
  );
}

function sayKept(kept: boolean | undefined): string {
  if (kept === undefined) return "";
  return kept ? "yes" : "**no**";
}

function row(what: string, value: number, measured: string, budget = "", kept?: boolean): Row {
  return { what, value, measured, budget, kept };
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function mebibytes(value: number): string {
  return `${(value / MEBIBYTE).toFixed(0)} MiB`;
}
