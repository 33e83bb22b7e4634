import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { SearchWish } from "../delivery/commands.ts";
import { commandsOf, findBarriers, PATIENCE, pushPatch, tellInBrowser } from "../testing/browser-story.ts";
import { SCENES } from "../testing/scenes.ts";
import { CONVERSATION, GROUP } from "../testing/test-ids.ts";

const story = tellInBrowser();

test(
  "what is typed is found in all conversations, marked, and shown in its place",
  story("/chat", { scene: "many" }, async ({ page }) => {
    await page.getByRole("button", { name: "Search" }).click();
    const box = page.getByRole("searchbox");
    await box.waitFor();
    await page.waitForFunction(() => document.activeElement?.classList.contains("search-box"));
    expect(await findBarriers(page)).toEqual([]);
    await box.fill("fuse");
    const hit = page.locator(".search .row").filter({ hasText: "Fuse box" });
    await hit.waitFor();
    expect(await hit.locator("mark").textContent()).toBe("Fuse");
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/chat/${CONVERSATION.saved}`);
    const message = page.locator(".message", { hasText: "Fuse box" });
    await message.waitFor();
    await page.waitForFunction(() => document.activeElement?.classList.contains("message"));
    await box.focus();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "New conversation" }).waitFor();
  }),
  PATIENCE,
);

test(
  "a message far back is shown in the middle, and the way to the end leads back",
  story(`/chat/${CONVERSATION.darius}`, { scene: "many" }, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    await page.getByRole("button", { name: "Search" }).click();
    const oldest = await page.evaluate(() =>
      Math.min(
        ...[...document.querySelectorAll("[data-sequence]")].map((one) =>
          Number(one.getAttribute("data-sequence")),
        ),
      ),
    );
    await page.getByRole("searchbox").fill("number 70001");
    await page.getByLabel("Where").selectOption("darius");
    await page
      .locator(".search .row")
      .filter({ hasText: /number 70001/ })
      .last()
      .click();
    const found = page.locator(".message-found");
    await found.waitFor();
    expect(Number(await found.getAttribute("data-sequence"))).toBeLessThan(oldest);
    const where = await found.evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top > 0 && bottom < innerHeight;
    });
    expect(where).toBe(true);
    expect(
      (await commandsOf(page)).some((command) => command.kind === "more" && command.downTo !== undefined),
    ).toBe(true);
    await page.getByRole("button", { name: "Go to the newest message" }).click();
    await page.waitForFunction(() => {
      const list = document.querySelector(".timeline");
      return list !== null && list.scrollHeight - list.scrollTop - list.clientHeight < 48;
    });
  }),
  PATIENCE,
);

test(
  "nothing found is said, and the search can be narrowed",
  story("/chat", {}, async ({ page }) => {
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("Words are looked for in everything this device keeps").waitFor();
    await page.getByRole("searchbox").fill("xyzzy");
    await page.getByText("Nothing found").waitFor();
    await page.getByLabel("When").selectOption("Last week");
    await page.getByLabel("Written by").selectOption("By you");
    const asked = (await commandsOf(page)).findLast(({ kind }) => kind === "search");
    expect(asked).toMatchObject({ text: "xyzzy", sender: expect.any(String), from: expect.any(Number) });
  }),
  PATIENCE,
);

const SCREENS = ["phone", "desktop"] as const;
const find = (page: Page) => page.getByRole("button", { name: "Find in this conversation" });

async function wished(page: Page): Promise<SearchWish | undefined> {
  return (await commandsOf(page)).findLast((one) => one.kind === "search");
}

for (const screen of SCREENS) {
  test(
    `a search begun in a conversation keeps to it, can be widened, and leads back to it: ${screen}`,
    story(`/chat/${CONVERSATION.darius}`, { screen }, async ({ page }) => {
      await find(page).click();
      const box = page.getByRole("searchbox");
      await page.waitForFunction(() => document.activeElement?.classList.contains("search-box"));
      expect(await page.getByLabel("Where").inputValue()).toBe("darius");
      await box.fill("the");
      const rows = page.locator(".search .row-said");
      await rows.first().waitFor();
      expect(await wished(page)).toMatchObject({ text: "the", conversationId: CONVERSATION.darius });
      const within = await rows.count();
      expect(await findBarriers(page)).toEqual([]);
      await page.getByLabel("Where").selectOption("Everywhere");
      await page.waitForFunction(
        (before) => document.querySelectorAll(".search .row-said").length > before,
        within,
      );
      expect((await wished(page))?.conversationId).toBeUndefined();
      await box.press("Escape");
      await page.getByRole("searchbox").waitFor({ state: "detached" });
      await page.getByRole("textbox", { name: "Message to darius" }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/chat/${CONVERSATION.darius}`);
    }),
    PATIENCE,
  );

  test(
    `what was written between two days is found, without a word as well: ${screen}`,
    story("/chat", { screen }, async ({ page }) => {
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByLabel("When").selectOption("Between dates");
      expect(await wished(page)).toBeUndefined();
      const [from, until] = [page.getByLabel("From"), page.getByLabel("Until")];
      await from.fill("2020-02-01");
      await until.fill("2020-02-29");
      await page.getByText("Nothing found").waitFor();
      const local = (day: string) => page.evaluate((at) => new Date(`${at}T00:00`).getTime(), day);
      expect(await wished(page)).toMatchObject({
        text: "",
        from: await local("2020-02-01"),
        until: await local("2020-03-01"),
      });
      expect(await findBarriers(page)).toEqual([]);
      await until.fill("");
      await page.locator(".search .row").first().waitFor();
      expect((await wished(page))?.until).toBeUndefined();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
    }),
    PATIENCE,
  );
}

test(
  "conversations that were put away, and the people in them, are there to choose",
  story("/chat", { scene: "group" }, async ({ page }) => {
    const views = SCENES.group(Date.now()).conversations;
    const group = views.find(({ id }) => id === GROUP);
    if (!group) throw new Error("scene without the group");
    await page.locator(".row", { hasText: "Garden on Sunday" }).waitFor();
    await pushPatch(page, {
      kind: "conversations",
      conversations: [{ ...group, shelf: { archived: true } }],
      complete: true,
    });
    await page.locator(".row-archived").waitFor();
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByLabel("Where").selectOption("Garden on Sunday");
    await page.getByRole("searchbox").fill("ladder");
    await page.locator(".search .row-said", { hasText: "ladder" }).first().waitFor();
    const names = await page.getByLabel("Written by").locator("option").allTextContents();
    const others = views.flatMap((view) => [view.peer, ...(view.group?.people ?? [])]);
    const people = new Set(others.flatMap((one) => one?.accountId ?? []));
    expect(names.slice(0, 2)).toEqual(["By anyone", "By you"]);
    expect(names.slice(2)).toHaveLength(people.size - 1);
  }),
  PATIENCE,
);

test(
  "what was found in the midst of a sentence is seen in its line",
  story("/chat", { scene: "group" }, async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("searchbox").fill("please");
    await page.locator(".search mark").first().waitFor();
    const hidden = await page.locator(".search mark").evaluateAll((marks) =>
      marks.flatMap((mark) => {
        const line = mark.closest(".row-text")?.getBoundingClientRect();
        const said = mark.closest(".row-said")?.getBoundingClientRect();
        const end = mark.getBoundingClientRect().right;
        return line && said && end <= Math.min(line.right, said.right)
          ? []
          : [mark.closest(".row-text")?.textContent];
      }),
    );
    expect(hidden).toEqual([]);
  }),
  PATIENCE,
);
