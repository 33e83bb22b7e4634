import { beforeEach, expect, test } from "bun:test";
import { REFUSALS } from "../../src/protocol/refusals.ts";
import { chooseLanguage, isKey, learnWords, runOf, say, sayNumber } from "./language.ts";
import { sayFailure } from "./say-failure.ts";
import { bestLanguage } from "./tongues.ts";

beforeEach(async () => {
  await chooseLanguage("en");
  await learnWords("chat");
});

test("plural forms follow the language's own rule", () => {
  expect(say("list.unread", { count: 1 })).toBe("1 unread message");
  expect(say("list.unread", { count: 12 })).toBe("12 unread messages");
});

test("Persian counts in Persian digits", async () => {
  await chooseLanguage("fa");
  expect(say("list.unread", { count: 12 })).toBe("۱۲ پیام نخوانده");
  expect(sayNumber(1405)).toBe("۱٬۴۰۵");
});

test("what a person wrote is never taken for a place to fill", () => {
  expect(say("chat.new_message", { name: "You", text: "{text} {count}" })).toBe("You: {text} {count}");
});

test("what a person wrote cannot turn the sentence around it", async () => {
  const turning = "\u202enimda\u2066\u200f";
  expect(say("composer.label", { name: turning })).toBe("Message to \u2068nimda\u2069");
  expect(say("composer.label", { name: "سارا" })).toBe("Message to \u2068سارا\u2069");
  await chooseLanguage("fa");
  expect(say("composer.label", { name: "sara." })).toContain("\u2068sara.\u2069");
});

test("the first language there is a catalogue for is taken", () => {
  expect(bestLanguage(["de-AT", "fa-IR", "en"])).toBe("fa");
  expect(bestLanguage(["de", "fr"])).toBe("en");
});

test("a failure nobody has words for is said with its code", () => {
  expect(sayFailure("username.taken")).toContain("is taken");
  expect(sayFailure("never.heard")).toContain("never.heard");
  expect(isKey("toString")).toBe(false);
});

test.each(["en", "fa"] as const)(
  "every refusal of the server is said in words of its own: %s",
  async (tongue) => {
    await chooseLanguage(tongue);
    await learnWords("groups");
    await learnWords("links");
    await learnWords("channels");
    await learnWords("reports");
    await learnWords("attachments");
    for (const code of Object.keys(REFUSALS)) {
      expect([code, sayFailure(code)]).not.toEqual([code, say("failure.other", { code })]);
      expect([code, /[.。؟]$/.test(sayFailure(code))]).toEqual([code, true]);
    }
  },
);

test("words run by their first letter, whatever stands before it, and without one as the interface", () => {
  expect(runOf("1. سلام Darius")).toBe("rtl");
  expect(runOf("https://example.org سلام")).toBe("rtl");
  expect(runOf("🙂 Hello سلام")).toBe("ltr");
  expect(runOf("12:30 👍")).toBeUndefined();
});
