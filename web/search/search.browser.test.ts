import { expect, test } from "bun:test";
import { commandsOf, findBarriers, PATIENCE, tellInBrowser } from "../testing/browser-story.ts";
import { CONVERSATION } from "../testing/scenes.ts";

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
    await page.getByLabel("Only in darius").check();
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
