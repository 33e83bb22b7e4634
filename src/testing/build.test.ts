import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const copies: string[] = [];

afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});

test("the same sources give the same executable, wherever they lie", async () => {
  const [one, other] = [await buildCopy(), await buildCopy()];
  expect(one).toBe(other);
});

/** The SHA-256 of what a copy of the sources builds to. */
async function buildCopy(): Promise<string> {
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
  const built = Bun.spawnSync([process.execPath, "build.ts"], { cwd: copy, stderr: "pipe" });
  if (built.exitCode !== 0) throw new Error(built.stderr.toString());
  const bytes = await Bun.file(join(copy, "dist/elahe")).arrayBuffer();
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}
