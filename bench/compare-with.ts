import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "./run.ts";

const HERE = join(import.meta.dir, "..");
const ROUNDS = 3;

/**
 * Measures this tree and another commit in turn, so that what else the machine does falls on both, and
 * prints the median of each with their ratio. Each side is driven by its own load generator, which speaks
 * its own version of the wire.
 */
export async function compareWith(commit: string, suites: readonly string[]): Promise<void> {
  const other = await mkdtemp(join(tmpdir(), "elahe-compare-"));
  await Bun.$`git worktree add --detach ${other} ${commit}`.cwd(HERE).quiet();
  try {
    for (const tree of [HERE, other])
      await Bun.$`bun install --frozen-lockfile && bun run build`.cwd(tree).quiet();
    for (const suite of suites) await compareSuite(suite, commit, other);
  } finally {
    await Bun.$`git worktree remove --force ${other}`.cwd(HERE).quiet();
    await rm(other, { recursive: true, force: true });
  }
}

async function compareSuite(suite: string, commit: string, other: string) {
  const [here, there] = [new Map<string, number[]>(), new Map<string, number[]>()];
  for (let round = 0; round < ROUNDS; round += 1) {
    collect(here, await measure(HERE, suite));
    collect(there, await measure(other, suite));
  }
  for (const [what, values] of here) {
    const [mine, theirs] = [median(values), median(there.get(what) ?? [])];
    const ratio = (mine / theirs).toFixed(2);
    console.log(`${what.padEnd(42)} here ${round3(mine)}   ${commit} ${round3(theirs)}   ratio ${ratio}`);
  }
}

async function measure(tree: string, suite: string): Promise<Row[]> {
  const lines = await Bun.$`bun bench/run.ts --only ${suite} --json`.cwd(tree).text();
  const rows = lines.split("\n").filter((line) => line.startsWith("{"));
  if (rows.length === 0)
    throw new Error(`the commit in ${tree} cannot measure "${suite}" as JSON: it is too old`);
  return rows.map((line) => JSON.parse(line) as Row);
}

function collect(into: Map<string, number[]>, rows: readonly Row[]) {
  for (const { what, value } of rows) into.set(what, [...(into.get(what) ?? []), value]);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round3(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en");
}
