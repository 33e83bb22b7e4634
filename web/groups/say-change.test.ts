import { afterEach, beforeEach, expect, test } from "bun:test";
import { chooseLanguage, learnWords } from "../languages/language.ts";
import { SCENES, type SceneName } from "../testing/scenes.ts";
import { CONVERSATION, GROUP } from "../testing/test-ids.ts";
import { sayChanges } from "./say-change.ts";

beforeEach(() => learnWords("chat", "changes"));
afterEach(() => chooseLanguage("en"));

function said(scene: SceneName, id: typeof GROUP): string[] {
  const { conversations, messages } = SCENES[scene](Date.now());
  const conversation = conversations.find((one) => one.id === id);
  if (!conversation) throw new Error("there is no such conversation");
  const lines = (messages.get(id) ?? []).flatMap((message) => sayChanges(conversation, message));
  return lines.map((line) => line.replace(/[\u2066-\u2069]/g, ""));
}

test("that the server took somebody out is said as its own deed, in a group and between two", async () => {
  await chooseLanguage("en");
  expect(said("expelled", GROUP).slice(-2)).toEqual(["The server removed darius", "The server removed you"]);
  expect(said("alone", CONVERSATION.darius)).toEqual(["The server removed darius"]);
  await chooseLanguage("fa");
  expect(said("expelledPersian", GROUP).at(-1)).toBe("کارساز شما را بیرون کرد");
});
