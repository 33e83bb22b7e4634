import { afterAll } from "bun:test";

/** Loaded before every test file by `bunfig.toml`: here, and not in a file's own scope, it runs after the last one. */
const endings: (() => Promise<unknown>)[] = [];

export function afterAllFiles(ending: () => Promise<unknown>) {
  endings.push(ending);
}

afterAll(async () => {
  for (const ending of endings) await ending();
});
