import { expect, test } from "bun:test";
import { commandsOf, failFrom, findBarriers, PATIENCE, tellInBrowser } from "../testing/browser-story.ts";
import { DIGITS } from "../testing/fixture-people.ts";
import { CONVERSATION } from "../testing/test-ids.ts";

const story = tellInBrowser();

test(
  "a safety number is shown to be compared, marked as verified beside the name, and unmarked again",
  story(`/chat/${CONVERSATION.darius}/details`, {}, async ({ page }) => {
    const mark = page.getByRole("img", { name: "Verified: you compared safety numbers" });
    await page.getByRole("button", { name: "Safety number" }).click();
    const dialog = page.getByRole("dialog", { name: "Safety number with darius" });
    const digits = dialog.getByRole("group", { name: "The 60 digits" });
    await digits.waitFor();
    expect((await digits.textContent())?.trim().split(/\s+/)).toEqual(DIGITS.match(/\d{5}/g) ?? []);
    await dialog.getByRole("img", { name: "The same digits, to scan" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await mark.count()).toBe(0);
    await failFrom(page, "verify", "identity_changed_again");
    await dialog.getByRole("button", { name: "Mark as verified" }).click();
    await dialog.getByRole("alert").waitFor();
    await failFrom(page, "verify");
    await dialog.getByRole("button", { name: "Mark as verified" }).click();
    await dialog.getByText("You have marked darius as verified.").waitFor();
    expect(await commandsOf(page)).toContainEqual(
      expect.objectContaining({ kind: "verify", digits: DIGITS }),
    );
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page.waitForFunction(() => document.querySelectorAll(".verified").length === 2);
    expect(await mark.count()).toBe(2);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Safety number" }).click();
    await dialog.getByRole("button", { name: "Take the mark back" }).click();
    await dialog.getByRole("button", { name: "Mark as verified" }).waitFor();
    expect(await mark.count()).toBe(0);
  }),
  PATIENCE,
);

test(
  "it is there in Persian, with digits that both can compare",
  story(`/chat/${CONVERSATION.darius}/details`, { language: "fa" }, async ({ page }) => {
    await page.getByRole("button", { name: "شمارهٔ امنیتی" }).click();
    const digits = page.getByRole("group", { name: "۶۰ رقم" });
    await digits.waitFor();
    expect(await digits.textContent()).toContain(DIGITS.slice(0, 5));
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);
