import { expect, test } from "bun:test";
import { dirname, join, relative } from "node:path";

const WEB = join(import.meta.dir, "..");
const imports = new Bun.Transpiler({ loader: "ts" });

/** What a module brings with it when it is fetched. */
async function brings(entry: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(entry) || !entry.endsWith(".ts")) return found;
  found.add(entry);
  for (const { kind, path } of imports.scanImports(await Bun.file(entry).text()))
    if (kind === "import-statement" && path.startsWith(".")) await brings(join(dirname(entry), path), found);
  return found;
}

/** Which words each key belongs to; "" for those that are there from the first. */
async function readKeys(): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  for await (const path of new Bun.Glob("**/english.ts").scan({ cwd: import.meta.dir })) {
    const { english } = await import(join(import.meta.dir, path));
    for (const key of Object.keys(english)) keys.set(key, path.includes("/") ? dirname(path) : "");
  }
  return keys;
}

const LATER = /import\("([^"]+)"\)\)\.\w+\s*(?:,([\s"\w,]*))?\)/g;

/** Every part that is fetched later, with the words that are fetched with it. */
async function readParts(): Promise<Map<string, Set<string>>> {
  const parts = new Map<string, Set<string>>();
  for await (const path of new Bun.Glob("**/*.ts").scan({ cwd: WEB })) {
    if (/^(crypto|delivery|storage|languages|testing)\/|\.test\.ts$/.test(path)) continue;
    const source = await Bun.file(join(WEB, path)).text();
    for (const [, to = "", words = ""] of source.matchAll(LATER)) {
      const entry = join(WEB, dirname(path), to);
      const own = (await Bun.file(entry).text()).matchAll(/learnWords\("(\w+)"\)/g);
      const named = [...words.matchAll(/"(\w+)"/g), ...own].map(([, word = ""]) => word);
      const before = parts.get(entry);
      // Fetched from two places, it has the words that both fetch.
      parts.set(entry, before ? before.intersection(new Set(named)) : new Set(named));
    }
  }
  return parts;
}

test("whatever is fetched later comes with all the words that it says", async () => {
  const keys = await readKeys();
  expect(new Set(keys.values()).size).toBeGreaterThan(5);
  const doors = await brings(join(WEB, "main.ts"));
  const chat = await brings(join(WEB, "conversations/chat.ts"));
  const parts = await readParts();
  expect(parts.size).toBeGreaterThan(10);
  const places = [
    { entry: "main.ts", modules: doors, words: new Set([""]) },
    { entry: "conversations/chat.ts", modules: chat.difference(doors), words: new Set(["", "chat"]) },
    ...(await Promise.all(
      [...parts].map(async ([entry, words]) => ({
        entry: relative(WEB, entry),
        modules: (await brings(entry)).difference(chat).difference(doors),
        words: new Set(["", "chat", ...words]),
      })),
    )),
  ];
  for (const { entry, modules, words } of places)
    for (const module of modules) {
      if (module.includes("/languages/")) continue;
      const said = [...(await Bun.file(module).text()).matchAll(/"([a-z_]+\.[a-z_.]+)"/g)];
      for (const [, key = ""] of said) {
        const missing = keys.has(key) && !words.has(keys.get(key) ?? "");
        expect([entry, relative(WEB, module), key, missing]).toEqual([
          entry,
          relative(WEB, module),
          key,
          false,
        ]);
      }
    }
});
