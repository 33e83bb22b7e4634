import { expect, test } from "bun:test";
import { join } from "node:path";
import { DIRECTIONS, type Language } from "../languages/tongues.ts";
import { makeEmoji } from "../testing/write-emoji.ts";
import { findEmoji } from "./find-emoji.ts";
import { GROUPS, readEmoji } from "./read-emoji.ts";
import { TONES, withTone } from "./with-tone.ts";

const LANGUAGES = Object.keys(DIRECTIONS) as Language[];
const ONE_EMOJI = /^\p{RGI_Emoji}$/v;

const fileOf = (language: Language) => Bun.file(join(import.meta.dir, `emoji-${language}.txt`)).text();
const readAll = async (language: Language) =>
  readEmoji(await fileOf(language), new Intl.DisplayNames(language, { type: "region" }));
const found = async (language: Language, typed: string) =>
  findEmoji(await readAll(language), typed).map(({ emoji }) => emoji);

test.each(LANGUAGES)("the names in %s are those of Unicode's data", async (language) => {
  expect(await fileOf(language)).toBe(await makeEmoji(language));
});

test.each(LANGUAGES)("every emoji in %s is one, has a name and belongs to a group", async (language) => {
  const all = await readAll(language);
  expect(all.length).toBeGreaterThan(1800);
  expect(all.filter(({ emoji }) => !ONE_EMOJI.test(emoji))).toEqual([]);
  expect(all.filter(({ name }) => name === "")).toEqual([]);
  expect(new Set(all.map(({ group }) => group))).toEqual(new Set(GROUPS));
});

test("whoever is shown in a tone of skin is still one emoji, in every tone", async () => {
  const toned = (await readAll("en")).filter((one) => one.toned);
  expect(toned.length).toBeGreaterThan(300);
  for (const tone of TONES)
    expect(toned.filter(({ emoji }) => !ONE_EMOJI.test(withTone(emoji, tone)))).toEqual([]);
  expect(withTone("🧑‍🤝‍🧑", "🏽")).toBe("🧑🏽‍🤝‍🧑🏽");
  expect(withTone("☝️", "🏿")).toBe("☝🏿");
});

test("one is found by how it begins, its name before its other words, in the person's language", async () => {
  expect((await found("en", "teap"))[0]).toBe("🫖");
  expect(await found("en", "crying fa")).toContain("😢");
  expect(await found("en", "iran")).toEqual(["🇮🇷"]);
  expect((await found("fa", "قوری"))[0]).toBe("🫖");
  expect(await found("fa", "ايران")).toEqual(["🇮🇷"]);
  expect(await found("en", "🫖")).toEqual(["🫖"]);
  expect(await found("en", "  ")).toEqual([]);
  expect(await found("en", "zzzz")).toEqual([]);
});
