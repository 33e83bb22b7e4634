import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { strFromU8, unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { findBarriers, PATIENCE, tellInBrowser } from "../testing/browser-story.ts";
import { CONVERSATION, GROUP } from "../testing/test-ids.ts";

const story = tellInBrowser();
const darius = `/chat/${CONVERSATION.darius}/details`;
const EVIL = `<img src=x onerror="globalThis.broken=1"></p><script>globalThis.broken=1</script>`;

async function exported(page: Page): Promise<Record<string, string>> {
  await page.getByRole("button", { name: "Make the file" }).click();
  const save = page.getByRole("link", { name: "Save the file" });
  await save.waitFor();
  expect(await findBarriers(page)).toEqual([]);
  const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
  expect(download.suggestedFilename()).toMatch(/^elahe-.*\d{4}-\d\d-\d\d\.zip$/);
  const files = unzipSync(readFileSync(await download.path()));
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

test(
  "a conversation becomes a page to read and data, in which nothing that was written runs",
  story(darius, {}, async ({ page }) => {
    const box = page.getByLabel("Message to darius");
    await box.fill(EVIL);
    await box.press("Enter");
    await page.locator(".message", { hasText: "onerror" }).getByRole("img", { name: "Sent" }).waitFor();
    await page.getByRole("button", { name: "Export this conversation" }).click();
    const files = await exported(page);
    expect(Object.keys(files).toSorted()).toEqual(["darius/index.html", "darius/messages.json", "style.css"]);
    const data = JSON.parse(files["darius/messages.json"] ?? "");
    expect(data).toMatchObject({
      format: "elahe-export-1",
      conversation: { kind: "direct", name: "darius" },
    });
    const told = data.messages.find(({ text }: { text?: string }) => text === EVIL);
    expect(told).toMatchObject({ kind: "text", sender: { name: "amina" } });
    expect(Math.abs(Date.parse(told.sentAt) - Date.now())).toBeLessThan(60_000);
    const html = files["darius/index.html"] ?? "";
    const reader = await page.context().newPage();
    await reader.setContent(html);
    expect(await reader.locator(`#m-${told.id} .said`).textContent()).toBe(EVIL);
    expect(await reader.evaluate(() => "broken" in globalThis)).toBe(false);
    expect(await reader.locator("li").count()).toBe(data.messages.length);
    await reader.close();
  }),
  PATIENCE,
);

test(
  "what a group is about, and who reacted with what, stand on the page and in the data",
  story(`/chat/${GROUP}/details`, { scene: "group" }, async ({ page }) => {
    const about = "Pruning, planting, and something to eat afterwards.";
    await page.getByRole("button", { name: "Export this conversation" }).click();
    const files = await exported(page);
    const data = JSON.parse(files["Garden on Sunday/messages.json"] ?? "");
    expect(data.conversation.description).toBe(about);
    const told = data.messages.find(({ reactions }: { reactions?: unknown }) => reactions);
    expect(told.reactions.map(({ name }: { name: string }) => name)).not.toContain(undefined);
    const reader = await page.context().newPage();
    await reader.setContent(files["Garden on Sunday/index.html"] ?? "");
    await reader.getByText(about).waitFor();
    const shown = await reader.locator(`#m-${told.id}`).textContent();
    for (const { emoji, name } of told.reactions) {
      expect(shown).toContain(emoji);
      expect(shown).toContain(name);
    }
    await reader.close();
  }),
  PATIENCE,
);

test(
  "a poll is exported with who chose what, on the page and in the data",
  story(`/chat/${GROUP}/details`, { scene: "polls" }, async ({ page }) => {
    await page.getByRole("button", { name: "Export this conversation" }).click();
    const files = await exported(page);
    const data = JSON.parse(files["Garden on Sunday/messages.json"] ?? "");
    const told = data.messages.find(({ text }: { text?: string }) => text === "Do we buy a second ladder?");
    expect(told.poll).toMatchObject({ options: ["Yes", "No"], several: false, closed: true });
    expect(told.poll.votes).toHaveLength(3);
    const reader = await page.context().newPage();
    await reader.setContent(files["Garden on Sunday/index.html"] ?? "");
    const shown = reader.locator(`#m-${told.id}`);
    expect(await shown.locator("ul li").allTextContents()).toEqual([
      "Yes: tomas and leyla.moradi",
      "No: darius",
    ]);
    await shown.getByText("The poll is closed.").waitFor();
    await reader.close();
  }),
  PATIENCE,
);

test(
  "everything becomes a folder for each conversation, files that are gone are counted, and it can be cancelled",
  story("/chat/settings", {}, async ({ page }) => {
    await page.getByRole("button", { name: "Export everything" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Export everything" }).click();
    const files = await exported(page);
    const folders = new Set(Object.keys(files).map((name) => name.split("/")[0]));
    expect(folders.size).toBeGreaterThan(4);
    expect(folders).toContain("Notes to yourself");
    folders.delete("style.css");
    for (const folder of folders)
      expect(JSON.parse(files[`${folder}/messages.json`] ?? "").messages).toBeArray();
  }),
  PATIENCE,
);
