import { expect, test } from "bun:test";
import {
  commandsOf,
  failFrom,
  findBarriers,
  PATIENCE,
  pushPatch,
  tellInBrowser,
} from "../testing/browser-story.ts";
import { CODE, WORDS } from "../testing/fixture-devices.ts";

const story = tellInBrowser();

test(
  "a browser without keys shows a code to scan and to type until it is called off",
  story("/chat", { scene: "elsewhere" }, async ({ page }) => {
    await page.getByRole("button", { name: "Link this browser" }).click();
    await page.getByRole("img", { name: "The code for this browser, to scan" }).waitFor();
    const code = page.getByRole("status", { name: "The code for this browser" });
    expect((await code.textContent())?.trim().split(/\s+/)).toEqual(CODE.split("-"));
    await page.getByText("It works once, until").waitFor();
    await page.getByText("On your other device open Settings, Devices").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Link this browser" }).waitFor();
    await code.waitFor({ state: "detached" });
  }),
  PATIENCE,
);

for (const [failure, words] of [
  ["device_link.not_found", "The code has expired. Show a new one."],
  ["device_link_wrong", "What came for this code was not made by a device that was told it."],
  ["unreachable", "The server could not be reached."],
] as const)
  test(
    `a link that came to nothing is said to be so: ${failure}`,
    story("/chat", { scene: "elsewhere" }, async ({ page }) => {
      await page.getByRole("button", { name: "Link this browser" }).waitFor();
      await pushPatch(page, { kind: "device", device: { kind: "elsewhere", failure } });
      await page.getByRole("alert").filter({ hasText: words }).waitFor();
      await page.getByRole("button", { name: "Link this browser" }).click();
      await page.getByRole("status", { name: "The code for this browser" }).waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
    }),
    PATIENCE,
  );

test(
  "the words bring the account back, pasted with their numbers, and wrong ones are said plainly",
  story("/chat", { scene: "elsewhere" }, async ({ page }) => {
    await page.getByText("all your other devices are signed out").waitFor();
    await page.getByRole("button", { name: "Your recovery words" }).click();
    const box = page.getByRole("textbox", { name: "Your recovery words" });
    const recover = page.getByRole("button", { name: "Recover with these words" });
    await box.fill("abandon amount");
    await page.getByText("2 words of 24").waitFor();
    await recover.click();
    await page.getByRole("alert").filter({ hasText: "These are 2 words." }).waitFor();
    expect(await commandsOf(page)).not.toContainEqual(expect.objectContaining({ kind: "recover" }));
    await box.fill(WORDS.replace("liar", "rhythm"));
    await recover.click();
    await page.getByRole("alert").filter({ hasText: "not this account’s recovery words" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await failFrom(page, "recover", "vault_differs");
    await recover.click();
    await page.getByRole("alert").filter({ hasText: "does not show what was last sealed" }).waitFor();
    await failFrom(page, "recover");
    await box.fill(
      WORDS.split(" ")
        .map((word, place) => `${place + 1}. ${word.toUpperCase()}`)
        .join("\n"),
    );
    await recover.click();
    await page.getByRole("link", { name: /^darius/ }).waitFor();
  }),
  PATIENCE,
);

test(
  "whoever has neither signs out again",
  story("/chat", { scene: "elsewhere" }, async ({ page }) => {
    await page.getByRole("button", { name: "Sign out here" }).click();
    await page.getByLabel("Username").waitFor();
  }),
  PATIENCE,
);

test(
  "both ways are there in Persian",
  story("/chat", { scene: "elsewhere", language: "fa" }, async ({ page }) => {
    await page.getByRole("button", { name: "پیوند دادن این مرورگر" }).click();
    await page.getByText("یک بار و تا").waitFor();
    expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);
