import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { commandsOf, findBarriers, PATIENCE, pushPatch, tellInBrowser } from "../testing/browser-story.ts";
import { SCENES } from "../testing/scenes.ts";
import { GROUP } from "../testing/test-ids.ts";

const story = tellInBrowser();
const group = `/chat/${GROUP}`;
const asked = async (page: Page) => (await commandsOf(page)).filter(({ kind }) => kind === "send");
const votes = async (page: Page) =>
  (await commandsOf(page)).flatMap((command) => (command.kind === "vote" ? [command.choices] : []));
const poll = (page: Page, question: string) => page.locator(".message", { hasText: question });

test(
  "a question is asked by keys alone: a line more appears as the last is written in, and what cannot be asked is said",
  story(group, { scene: "group" }, async ({ page }) => {
    await page.getByRole("button", { name: "Attach" }).click();
    await page.getByRole("button", { name: "Poll", exact: true }).click();
    await page.getByRole("dialog", { name: "Ask with a poll" }).waitFor();
    await page.keyboard.type("What do we cook?");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Rice");
    expect(await page.getByLabel("Answer 3", { exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByRole("alert").getByText("at least two answers").waitFor();
    await page.getByLabel("Answer 2", { exact: true }).focus();
    await page.keyboard.type("Rice");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("Two answers are the same").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("Soup");
    await page.getByLabel("More than one answer").check();
    await page.getByLabel("Answer 3", { exact: true }).press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await asked(page)).toMatchObject([
      { text: "What do we cook?", poll: { options: ["Rice", "Soup"], several: true } },
    ]);
    await poll(page, "What do we cook?").getByLabel(/^Soup/).waitFor();
  }),
  PATIENCE,
);

test(
  "what is being written stays in its box while a poll is asked, and Esc leaves the poll alone",
  story(group, { scene: "group" }, async ({ page }) => {
    const box = page.getByLabel(/^Message to/);
    await box.fill("half a thought");
    await page.getByRole("button", { name: "Attach" }).click();
    await page.getByRole("button", { name: "Poll", exact: true }).click();
    await page.getByLabel("Question").press("Enter");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(page.url()).toContain(group);
    expect(await box.inputValue()).toBe("half a thought");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Attach");
    expect(await asked(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "one press votes, another changes it, arrows choose nothing, and it is taken back",
  story(group, { scene: "polls" }, async ({ page }) => {
    const food = poll(page, "What do we cook on Friday?");
    await food.getByText("2 voted").waitFor();
    await food.getByRole("group", { name: /^Poll, one answer ?: What do we cook on Friday\?$/ }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await food.getByRole("radio", { name: "Rice with herbs 1 vote, 50%" }).check();
    await food.getByText("3 voted").waitFor();
    expect(await food.getByRole("radio", { name: "Rice with herbs 2 votes, 67%" }).isChecked()).toBe(true);
    await page.keyboard.press("ArrowDown");
    expect(await votes(page)).toEqual([[0]]);
    await page.keyboard.press("Space");
    await food.getByRole("radio", { name: "Rice with herbs 1 vote, 33%" }).waitFor();
    await food.getByRole("button", { name: "Take back my vote" }).click();
    await food.getByText("2 voted").waitFor();
    expect(await votes(page)).toEqual([[0], [1], []]);
    expect(await food.locator("input:focus").count()).toBe(1);
    expect(await food.locator("input:checked").count()).toBe(0);
  }),
  PATIENCE,
);

test(
  "of several answers each is pressed for itself, and who chose what is shown by name",
  story(group, { scene: "polls", screen: "phone", theme: "dark" }, async ({ page }) => {
    const days = poll(page, "Which days suit you?");
    await days.getByLabel(/^Friday/).check();
    await days.getByLabel(/^Saturday/).check();
    await days.getByLabel(/^Sunday/).uncheck();
    expect(await votes(page)).toEqual([
      [0, 2],
      [0, 1, 2],
      [0, 1],
    ]);
    await days.getByRole("button", { name: "See votes" }).click();
    const dialog = page.getByRole("dialog", { name: "Who chose what" });
    expect(await dialog.locator("section").first().getByRole("listitem").allTextContents()).toEqual([
      "leyla.moradi",
      "you",
    ]);
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a closed one takes no vote and says by whom it was closed, and whose vote came too late",
  story(group, { scene: "polls", screen: "phone" }, async ({ page }) => {
    const over = poll(page, "Do we buy a second ladder?");
    await over.getByText("Closed by leyla.moradi").waitFor();
    await over.getByText("Your vote came after it was closed and is not counted.").waitFor();
    expect(await over.locator("input:enabled").count()).toBe(0);
    const days = poll(page, "Which days suit you?");
    await days.locator(".message-more").dispatchEvent("click");
    expect(await page.getByRole("button", { name: "Change", exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "Close the poll" }).click();
    await page
      .getByRole("dialog", { name: "Close the poll?" })
      .getByRole("button", { name: "Close the poll" })
      .click();
    await days.getByText("Closed by you").waitFor();
    expect((await commandsOf(page)).filter(({ kind }) => kind === "close")).toHaveLength(1);
  }),
  PATIENCE,
);

test(
  "a poll is read out when it comes and shown in the list; a vote for it is not",
  story(group, { scene: "polls" }, async ({ page }) => {
    await page.getByRole("link", { name: /tomas: Poll: What do we cook on Friday\?/ }).waitFor();
    await poll(page, "What do we cook on Friday?").waitFor();
    const { messages } = SCENES.polls(Date.now());
    const newest = messages.get(GROUP)?.at(-1);
    if (!newest) throw new Error("no poll");
    const heard = page.locator("[role=status]", { hasText: "What do we cook" });
    await pushPatch(page, { kind: "messages", conversationId: GROUP, messages: [{ ...newest, votes: [] }] });
    await poll(page, "What do we cook on Friday?").getByText("Nobody has voted yet").waitFor();
    expect(await heard.count()).toBe(0);
    const another = { ...newest, id: `${newest.id.slice(0, -2)}9A` as typeof newest.id, sequence: 900 };
    await pushPatch(page, { kind: "messages", conversationId: GROUP, messages: [another] });
    await heard.getByText("tomas: Poll: What do we cook on Friday?").waitFor();
  }),
  PATIENCE,
);

test(
  "in Persian it runs from right to left and has no barriers",
  story(group, { scene: "pollsPersian", screen: "phone", language: "fa" }, async ({ page }) => {
    const food = poll(page, "جمعه چه بپزیم؟");
    await food.getByText("۲ نفر رأی داده‌اند").waitFor();
    const [sign, words] = [food.locator("input").first(), food.locator(".poll-words").first()];
    expect((await sign.boundingBox())?.x).toBeGreaterThan((await words.boundingBox())?.x ?? Infinity);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);
