import { afterAll, expect, test } from "bun:test";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
/** ELF: 0x7F "ELF", and which machine it is for at byte 18; 183 is AArch64. */
const MAGIC = "7f454c46";
const MACHINE_AT = 18;
const AARCH64 = 183;
const copies: string[] = [];

afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});

test("the same sources give the same executable, wherever they lie", async () => {
  const [one, other] = [hashOf(build(copySources())), hashOf(build(copySources()))];
  expect(one).toBe(other);
});

test("the build's id is another when anything that browsers fetch is another, and else the same", () => {
  const copy = copySources();
  const ids = [idOf(copy)];
  for (const [path, more] of [
    ["web/index.html", "<!-- -->"],
    ["web/icon.svg", "<!-- -->"],
    ["web/service-worker.ts", "\nconsole.info(1);"],
  ] as const) {
    appendFileSync(join(copy, path), more);
    ids.push(idOf(copy));
  }
  expect(new Set(ids).size).toBe(ids.length);
  expect(idOf(copy)).toBe(ids.at(-1) ?? "");
}, 180_000);

test.if(process.env["ELAHE_FULL"] === "1")(
  "an executable for arm64 is one",
  () => {
    const bytes = readFileSync(build(copySources(), "--target", "arm64").replace(/elahe$/, "arm64/elahe"));
    expect(bytes.subarray(0, 4).toString("hex")).toBe(MAGIC);
    expect(bytes.readUInt16LE(MACHINE_AT)).toBe(AARCH64);
  },
  300_000,
);

function copySources(): string {
  const copy = mkdtempSync(join(tmpdir(), "elahe-build-"));
  copies.push(copy);
  const listed = Bun.spawnSync(["git", "ls-files", "-co", "--exclude-standard", "src", "web", "migrations"], {
    cwd: ROOT,
  });
  const files = listed.stdout.toString().trim().split("\n");
  for (const file of [...files, "build.ts", "package.json", "bunfig.toml", "tsconfig.json"]) {
    cpSync(join(ROOT, file), join(copy, file), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Where its executable is, if it makes one. */
function build(copy: string, ...how: string[]): string {
  const built = Bun.spawnSync([process.execPath, "build.ts", ...how], { cwd: copy, stderr: "pipe" });
  if (built.exitCode !== 0) throw new Error(built.stderr.toString());
  return join(copy, "dist/elahe");
}

/** As the page and the service worker of a new build say it. */
function idOf(copy: string): string {
  build(copy, "--web-only");
  const [page, worker] = ["index.html", "service-worker.js"].map((name) =>
    readFileSync(join(copy, "dist/web", name), "utf8"),
  );
  const id = /name="elahe-build" content="([0-9a-f]{12})"/.exec(page ?? "")?.[1];
  if (id === undefined || worker?.includes(id) !== true) throw new Error("the build does not say its id");
  return id;
}

function hashOf(path: string): string {
  return new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");
}
