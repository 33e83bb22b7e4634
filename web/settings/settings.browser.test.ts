import { expect, test } from "bun:test";
import { commandsOf, failFrom, findBarriers, PATIENCE, tellInBrowser } from "../testing/browser-story.ts";
import { FINGERPRINT } from "../testing/fixture-people.ts";

const story = tellInBrowser();

test(
  "an invite link is made, shown with a code to scan, and can be copied",
  story("/chat/settings", {}, async ({ page, origin }) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Create invite link" }).click();
    const link = `${origin}/invite/k3Jx0s9QmZr7Vb2LhTn5WcYd#amina.${FINGERPRINT}`;
    await page.getByText(link).waitFor();
    await page.getByRole("img", { name: "The invite link as a code to scan" }).waitFor();
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    await page.getByRole("status").filter({ hasText: "The link was copied." }).waitFor({ state: "attached" });
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a browser that forbids copying leaves the link selected and says what to do",
  story("/chat/settings", {}, async ({ page, origin }) => {
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    await page.getByRole("button", { name: "Create invite link" }).click();
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("alert").filter({ hasText: "did not allow copying" }).waitFor();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(
      `${origin}/invite/k3Jx0s9QmZr7Vb2LhTn5WcYd#amina.${FINGERPRINT}`,
    );
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "one's own link is shown with a code to scan, and can be copied",
  story("/chat/settings", {}, async ({ page, origin }) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Show my link" }).click();
    await page.getByRole("img", { name: "Your link as a code to scan" }).waitFor();
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `${origin}/to/amina#${FINGERPRINT}`,
    );
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "invites are looked up again when one comes back to the page",
  story("/chat/settings", {}, async ({ page }) => {
    await page.getByRole("button", { name: "Take back" }).waitFor();
    await page.route("**/api/invites", (route) => route.fulfill({ json: { invites: [] } }));
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await page.getByText("No invites yet").waitFor();
  }),
  PATIENCE,
);

test(
  "Enter sends, or begins a new line if that is wanted, and it is remembered",
  story("/chat/settings", {}, async ({ page }) => {
    await page.getByLabel("Enter sends").uncheck();
    await page.getByText("Ctrl or ⌘ and Enter send.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.reload();
    await page.getByRole("link", { name: /^darius/ }).click();
    const box = page.getByLabel("Message to darius");
    await box.fill("one");
    await page.keyboard.press("Enter");
    await page.keyboard.type("two");
    expect(await box.inputValue()).toBe("one\ntwo");
    await page.keyboard.press("Control+Enter");
    await page
      .locator(".message")
      .filter({ hasText: "one" })
      .last()
      .getByRole("img", { name: "Sent" })
      .waitFor();
    expect(await box.inputValue()).toBe("");
  }),
  PATIENCE,
);

test(
  "taking an invite back is asked first, and Cancel leaves it",
  story("/chat/settings", {}, async ({ page, server }) => {
    await page.getByRole("button", { name: "Take back" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(server.posted).toEqual([]);
    await page.getByRole("button", { name: "Take back" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(server.posted[0]?.path).toStartWith("/api/invites/");
  }),
  PATIENCE,
);

test(
  "invites that could not be loaded are not drawn as none",
  story(
    "/chat/settings",
    { script: { refusing: { "/api/invites": [403, "session.not_allowed"] } } },
    async ({ page }) => {
      await page.getByText("The invites could not be loaded.").waitFor();
      expect(await page.getByText("No invites yet").count()).toBe(0);
    },
  ),
  PATIENCE,
);

test(
  "a link that could not be made is said beside the button, whatever else did not arrive",
  story("/chat/settings", {}, async ({ page }) => {
    await page.route("**/api/invites", (route) => route.abort());
    await page.reload();
    await page.getByText("The invites could not be loaded.").waitFor();
    await page.getByRole("button", { name: "Create invite link" }).click();
    await page.getByRole("alert").filter({ hasText: "The server could not be reached." }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await page.getByRole("dialog").getByRole("alert").count()).toBe(0);
  }),
  PATIENCE,
);

test(
  "whoever invites from localhost is told that nobody else can follow the link",
  story("/chat/settings", {}, async ({ page }) => {
    await page.getByText("works on this machine only").waitFor();
  }),
  PATIENCE,
);

test(
  "the theme and the language change at once and are remembered",
  story("/chat/settings", {}, async ({ page }) => {
    await page.getByLabel("Dark").check();
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await ground();
    await page.getByLabel("فارسی").check();
    await page.getByRole("heading", { name: "تنظیمات" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "تنظیمات" }).waitFor();
    expect(await ground()).toBe(dark);
    expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "signing out is asked first and leads to sign-in",
  story("/chat/settings", {}, async ({ page }) => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Username").waitFor();
    expect(new URL(page.url()).pathname).toBe("/auth/sign-in");
  }),
  PATIENCE,
);

test(
  "what others learn is switched off and stays so",
  story("/chat/settings", {}, async ({ page }) => {
    const marks = page.getByLabel("Tell others that I have read");
    await marks.uncheck();
    await page.waitForFunction(() => document.querySelectorAll(".setting input:not(:checked)").length === 1);
    expect(await commandsOf(page)).toContainEqual({ kind: "choose_privacy", readMarks: false });
    await page.getByRole("link", { name: /^darius/ }).click();
    await page.getByRole("button", { name: "Settings" }).click();
    await marks.waitFor();
    expect([
      await marks.isChecked(),
      await page.getByLabel("Tell others that I am typing").isChecked(),
    ]).toEqual([false, true]);
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "what was chosen and who is blocked is not drawn as nothing where it could not be read",
  story("/chat", {}, async ({ page }) => {
    await failFrom(page, "read_privacy", "storage");
    await failFrom(page, "list_blocked", "storage");
    await page.getByRole("button", { name: "Settings" }).click();
    const choices = page.getByRole("alert").filter({ hasText: "What you chose here could not be read" });
    const blocked = page.getByRole("alert").filter({ hasText: "The list could not be read" });
    const archive = page.getByRole("alert").filter({ hasText: "What you chose for the archive" });
    await Promise.all([choices.waitFor(), blocked.waitFor(), archive.waitFor()]);
    expect(await page.getByLabel("Keep my messages for my next devices").count()).toBe(0);
    expect(await page.getByText("Nobody is blocked.").count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    await failFrom(page, "read_privacy");
    await failFrom(page, "list_blocked");
    await choices.getByRole("button", { name: "Try again" }).click();
    await page.getByLabel("Tell others that I have read").waitFor();
    await blocked.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Nobody is blocked.").waitFor();
    await archive.getByRole("button", { name: "Try again" }).click();
    await page.getByLabel("Keep my messages for my next devices").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  }),
  PATIENCE,
);

test(
  "the archive says what it costs, and switched off it is offered to be deleted",
  story("/chat/settings", {}, async ({ page }) => {
    const keeping = page.getByLabel("Keep my messages for my next devices");
    expect(await keeping.isChecked()).toBe(true);
    await page.getByText("whoever gets your recovery key reads the past too").waitFor();
    await page.getByText("Kept now: 3.4 MB").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await keeping.uncheck();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("shows nothing from before it").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Delete what is archived" }).click();
    await page.getByText("Deleted from the server.").waitFor();
    const asked = (await commandsOf(page)).filter(({ kind }) => kind.endsWith("_archive"));
    expect(asked).toContainEqual({ kind: "keep_archive", conversationId: null, on: false });
    expect(asked).toContainEqual({ kind: "drop_archive", conversationId: null });
  }),
  PATIENCE,
);

test(
  "an archive that could not be deleted is said where it was wanted",
  story("/chat/settings", {}, async ({ page }) => {
    await failFrom(page, "drop_archive", "unreachable");
    await page.getByRole("button", { name: "Delete what is archived" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Delete what is archived" }).click();
    await dialog.getByRole("alert").filter({ hasText: "The server could not be reached." }).waitFor();
    await dialog.getByRole("button", { name: "Leave it" }).click();
    expect(await page.getByText("Deleted from the server.").count()).toBe(0);
  }),
  PATIENCE,
);
