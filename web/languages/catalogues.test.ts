import { expect, test } from "bun:test";
import { english as englishAtFirst } from "./english.ts";
import { persian as persianAtFirst } from "./persian.ts";

const WEB = `${import.meta.dir}/..`;
/* With the parts that are fetched later. */
const english: typeof englishAtFirst = { ...englishAtFirst, ...(await readParts("english")) };
const persian: typeof persianAtFirst = { ...persianAtFirst, ...(await readParts("persian")) };

async function readParts(language: string): Promise<object> {
  const paths = await Array.fromAsync(new Bun.Glob(`*/${language}.ts`).scan({ cwd: import.meta.dir }));
  expect(paths.length).toBeGreaterThan(0);
  const parts = await Promise.all(paths.map((path) => import(`./${path}`)));
  return Object.assign({}, ...parts.map((part) => part[language]));
}

/** Keys made from a code or a choice at run time, and where. */
const MADE = [
  /^failure\./,
  /^settings\.theme_/,
  /^group\.give_(owner|admin|moderator|member)$/,
  /^group\.(added|removed|ranked_(owner|admin|moderator|member))(_by_you)?$/,
  /^group\.meanwhile_(added|removed|owner|admin|moderator|member)$/,
  /^community\.(un)?listed(_by_you)?$/,
  /^connection\.(connecting|catching_up|offline|unreachable|wrong)$/,
  /^role\./,
  /^group\.silent_(moderators|admins)$/,
  /^rights\.(members|moderators|admins|owner|to_\w+)$/,
  /^report\.(spam|threats|illegal|other)$/,
  /^report\.in_(post|comment)$/,
  /^reports\.(open|dismissed|acted)$/,
  /^server\.(open|invite|closed)(_text)?$/,
  /^writing\.(bold|italic|strike|code|spoiler)$/,
  /^field\.\w+_missing$/,
  /^search\.when_(any|week|month|year|dates)$/,
  /^search\.holds_(links|pictures|films|sounds|files)$/,
  /^message\.(waiting|sent|delivered|read|failed)$/,
];

async function sources(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const path of new Bun.Glob("**/*.ts").scan({ cwd: WEB })) {
    if (/^(crypto|delivery|storage|languages|testing)\/|\.test\.ts$/.test(path)) continue;
    found.set(path, await Bun.file(`${WEB}/${path}`).text());
  }
  return found;
}

const places = (entry: string | object) =>
  [
    ...new Set(
      Object.values(typeof entry === "string" ? [entry] : entry).flatMap(
        (text) => String(text).match(/\{\w+\}/g) ?? [],
      ),
    ),
  ].sort();

test("every language says every key, and fills the same places", () => {
  expect(Object.keys(persian).sort()).toEqual(Object.keys(english).sort());
  for (const [key, entry] of Object.entries(english))
    expect([key, places(persian[key as keyof typeof english])]).toEqual([key, places(entry)]);
});

test("no sentence is missing, empty or left in English", () => {
  for (const [key, entry] of Object.entries(persian)) {
    for (const text of Object.values(typeof entry === "string" ? [entry] : entry)) {
      expect([key, /[\u0600-\u06ff]/.test(text) || /^[{}\w: ]+$/.test(text)]).toEqual([key, true]);
      expect([key, text.trim()]).toEqual([key, text]);
    }
  }
});

test("Persian writes its own letters and digits", () => {
  for (const text of Object.values(persian).map((entry) => JSON.stringify(entry))) {
    expect(text).not.toMatch(/[يك٠-٩]/);
    expect(text.replace(/https|localhost|MLS|\{\w+\}/g, "")).not.toMatch(/[0-9]/);
  }
});

test("no sentence shouts", () => {
  for (const entry of [...Object.values(english), ...Object.values(persian)])
    expect(JSON.stringify(entry)).not.toContain("!");
});

test("every key is used by a view", async () => {
  const all = [
    ...(await sources()).values(),
    await Bun.file(`${import.meta.dir}/language.ts`).text(),
    await Bun.file(`${import.meta.dir}/say-failure.ts`).text(),
  ].join("\n");
  const unused = Object.keys(english).filter(
    (key) => !all.includes(`"${key}"`) && !MADE.some((rule) => rule.test(key)),
  );
  expect(unused).toEqual([]);
});

test("no view holds a sentence of its own", async () => {
  const found: string[] = [];
  for (const [path, source] of await sources()) {
    for (const [, markup] of source.matchAll(/html`((?:[^`\\]|\\.)*)`/g)) {
      const words = (markup ?? "")
        .replace(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, "")
        .matchAll(/>([^<>]*[A-Za-z]{2,}\s+[A-Za-z]+[^<>]*)</g);
      for (const [, sentence] of words)
        if (!/=>|\?|&&|\(/.test(sentence ?? "")) found.push(`${path}: ${sentence?.trim()}`);
    }
    for (const [, text] of source.matchAll(/(?:label|title|placeholder|aria-label|alt)="([^"$]+)"/g))
      found.push(`${path}: ${text}`);
  }
  expect(found).toEqual([]);
});
