import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { AccountId } from "../../src/protocol/ids.ts";
import { commandsOf, findBarriers, PATIENCE, tellInBrowser } from "../testing/browser-story.ts";
import { CHANNEL, testId } from "../testing/test-ids.ts";

const story = tellInBrowser();
const path = `/chat/${CHANNEL}`;
const TOMAS = testId<AccountId>(202);

const reports = async (page: Page) => (await commandsOf(page)).filter((one) => one.kind === "report");

test(
  "a post is reported with its words and its place, and it is said that nothing of it is proven",
  story(path, { scene: "channelReader" }, async ({ page }) => {
    await page
      .locator(".message", { hasText: "Water is off" })
      .locator(".message-more")
      .dispatchEvent("click");
    await page.getByRole("button", { name: "Report", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Report leyla.moradi" });
    await dialog.getByText("Water is off in Mill Street").waitFor();
    await dialog.getByText("without proof").waitFor();
    expect(await dialog.getByText("Came too long ago").count()).toBe(0);
    await dialog.getByLabel("What they should know").fill("It is not true.");
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Send the report" }).click();
    await dialog.getByText("The moderators have your report.").waitFor();
    const [sent] = await reports(page);
    expect(sent).toMatchObject({ accountId: testId(201), messageIds: [], block: false });
    expect(sent?.comment).toMatch(/^Post in @town\.news, .*:\n“Water is off .*\n\nIt is not true\.$/s);
    expect((await commandsOf(page)).some(({ kind }) => kind === "reportable")).toBe(false);
  }),
  PATIENCE,
);

test(
  "whoever commented is blocked or reported from there, and is not read any more",
  story(path, { scene: "channelReader", screen: "phone" }, async ({ page }) => {
    await page.getByRole("button", { name: "3 comments" }).click();
    const plums = page.locator(".comment", { hasText: "I bring plums." });
    await plums.waitFor();
    expect(await page.getByRole("button", { name: "Report the comment of amina" }).count()).toBe(0);
    await page.getByRole("button", { name: "Report the comment of darius" }).click();
    await page.getByRole("dialog", { name: "Report darius" }).getByText("a great many jars").waitFor();
    await page.getByRole("button", { name: "Send the report" }).click();
    await page.getByText("The moderators have your report.").waitFor();
    expect((await reports(page))[0]?.comment).toMatch(/^Comment in @town\.news, .*:\n“Is there room .*”$/s);
    await page.keyboard.press("Escape");
    await plums.getByRole("button", { name: "tomas", exact: true }).click();
    const menu = page.getByRole("dialog", { name: "tomas" });
    await menu.getByRole("button", { name: "Block tomas" }).click();
    await page.getByRole("button", { name: "Block", exact: true }).click();
    await menu.getByRole("button", { name: "Unblock tomas" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await plums.waitFor({ state: "detached" });
    expect(await page.locator(".comment").count()).toBe(2);
    expect(await commandsOf(page)).toContainEqual({
      kind: "stand_to",
      accountId: TOMAS,
      standing: "blocked",
    });
  }),
  PATIENCE,
);
