import { expect, test } from "bun:test";
import { findBarriers, PATIENCE, pushPatch, tellInBrowser } from "../testing/browser-story.ts";
import { ME } from "../testing/test-ids.ts";

const story = tellInBrowser();
const SERVER = "/chat/settings?server";

test(
  "an administrator finds the server's settings and closes registration at once",
  story("/chat/settings", {}, async ({ page, server }) => {
    await page.getByRole("link", { name: "Server settings" }).click();
    const invited = page.getByRole("radio", { name: "Whoever has an invite" });
    await invited.waitFor();
    expect(await invited.isChecked()).toBe(true);
    await page.getByText("Each lets one person in.").waitFor();
    await page.getByRole("radio", { name: "Nobody" }).click();
    await page.getByText("Invites that were made let nobody in either.").waitFor();
    expect(server.posted).toEqual([{ path: "/api/settings", body: { registration: "closed" } }]);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByRole("link", { name: "Server settings" }).click();
    await page.locator("input[name=registration]:checked").waitFor();
    expect(await page.getByRole("radio", { name: "Nobody" }).isChecked()).toBe(true);
  }),
  PATIENCE,
);

test(
  "what is written is kept only once it can be read",
  story(SERVER, {}, async ({ page, server }) => {
    const largest = page.getByLabel("Largest file, in megabytes");
    await largest.fill("many");
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("alert").filter({ hasText: "such as 100" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(server.posted).toEqual([]);
    await largest.fill("25");
    await page.keyboard.press("Enter");
    await page.getByText("Kept. It holds from now on.").waitFor();
    const kinds = page.getByLabel("Kinds of files that may be sent");
    await kinds.fill("pictures");
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("alert").filter({ hasText: "image/*" }).waitFor();
    await kinds.fill(".pdf, image/*");
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("button", { name: "Keep" }).waitFor({ state: "detached" });
    expect(await kinds.inputValue()).toBe(".pdf image/*");
    expect(server.posted.map(({ body }) => body)).toEqual([
      { attachmentLargest: 25 * 1024 ** 2 },
      { attachmentsAllowed: [".pdf", "image/*"] },
    ]);
  }),
  PATIENCE,
);

test(
  "a choice that could not be kept is said, and what holds stays chosen",
  story(SERVER, {}, async ({ page }) => {
    await page.getByRole("radio", { name: "Anyone" }).waitFor();
    await page.route("**/api/settings", (route) => route.abort());
    await page.getByRole("radio", { name: "Anyone" }).click();
    await page.getByRole("alert").filter({ hasText: "could not be reached" }).waitFor();
    expect(await page.getByRole("radio", { name: "Whoever has an invite" }).isChecked()).toBe(true);
  }),
  PATIENCE,
);

test(
  "settings that could not be loaded are asked for again",
  story(SERVER, {}, async ({ page }) => {
    await page.route("**/api/settings", (route) => route.abort());
    await page.reload();
    await page.getByRole("alert").filter({ hasText: "could not be loaded" }).waitFor();
    await page.unroute("**/api/settings");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("radio", { name: "Nobody" }).waitFor();
  }),
  PATIENCE,
);

test(
  "who does not administer the server finds none of its settings, by no address",
  story(SERVER, {}, async ({ page }) => {
    await page.getByRole("heading", { name: "This server" }).waitFor();
    await pushPatch(page, { kind: "signed_in", accountId: ME, username: "amina", role: "moderator" });
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.getByRole("link", { name: "Read reports" }).waitFor();
    expect(await page.getByRole("link", { name: "Server settings" }).count()).toBe(0);
  }),
  PATIENCE,
);
