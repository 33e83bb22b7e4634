import { expect, test } from "bun:test";
import type { AttachmentId } from "../../src/protocol/ids.ts";
import {
  findBarriers,
  PATIENCE,
  pushPatch,
  tellInBrowser,
  type WithFixture,
} from "../testing/browser-story.ts";
import { GROUP } from "../testing/test-ids.ts";

const story = tellInBrowser();
const NOTE = "N".repeat(21).concat("A") as AttachmentId;

test(
  "what was being written when one was removed can be copied, and its files saved",
  story("/chat", { scene: "outOfGroup" }, async ({ page }) => {
    await page.locator(`.list a[href$="${GROUP}"]`).waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.evaluate(
      (conversationId) =>
        (globalThis as unknown as WithFixture).fixture.do({
          kind: "draft",
          conversationId,
          text: "and one more thing",
        }),
      GROUP,
    );
    const about = { id: NOTE, name: "note.txt", type: "text/plain", size: 99, messageId: undefined };
    const state = { conversationId: GROUP, phase: "paused", done: 0, failure: undefined } as const;
    await pushPatch(page, { kind: "uploads", uploads: [{ ...about, ...state }], gone: [] });
    await page.locator(`.list a[href$="${GROUP}"]`).click();
    const unsent = page.getByRole("region", { name: "You were writing this" });
    await unsent.getByText("and one more thing").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await unsent.getByRole("button", { name: "Copy the words" }).click();
    await unsent.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("and one more thing");
    await unsent.getByRole("button", { name: "Save note.txt" }).click();
    await unsent.getByText("This device does not have this file any more.").waitFor();
    const asked = await page.evaluate(() => (globalThis as unknown as WithFixture).fixture.asked);
    expect(asked.filter(({ kind }) => kind === "fetch_file")).toEqual([
      { kind: "fetch_file", messageId: undefined, attachmentId: NOTE },
    ]);
  }),
  PATIENCE,
);

test(
  "nothing is shown where nothing was being written",
  story(`/chat/${GROUP}`, { scene: "outOfGroup" }, async ({ page }) => {
    await page.getByText("You keep what you have read here.").waitFor();
    expect(await page.locator(".unsent").count()).toBe(0);
  }),
  PATIENCE,
);
