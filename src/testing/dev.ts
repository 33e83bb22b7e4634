/** Serves from source and starts again on every change: `bun run dev`. */
import { watch } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const QUIET_MS = 150;

let server: Bun.Subprocess | undefined;
let waiting: Timer | undefined;

await restart();
for (const folder of ["src", "web", "migrations"]) {
  watch(join(ROOT, folder), { recursive: true }, () => {
    clearTimeout(waiting);
    waiting = setTimeout(restart, QUIET_MS);
  });
}

async function restart() {
  const built = Bun.spawnSync(["bun", "build.ts", "--web-only"], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (built.exitCode !== 0) return;
  server?.kill("SIGTERM");
  await server?.exited;
  server = Bun.spawn(["bun", "src/main.ts", "serve", "--data", "data", ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: ["inherit", "inherit", "inherit"],
  });
}
