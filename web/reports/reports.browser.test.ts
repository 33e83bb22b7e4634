import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { commandsOf, findBarriers, PATIENCE, pushPatch, tellInBrowser } from "../testing/browser-story.ts";
import { CONVERSATION, ME } from "../testing/test-ids.ts";

const story = tellInBrowser();
const darius = `/chat/${CONVERSATION.darius}`;
const REPORTS = "/chat/settings?reports";

async function reportMessage(page: Page, text: string): Promise<void> {
  await page.locator(".message", { hasText: text }).last().locator(".message-more").dispatchEvent("click");
  await page.getByRole("button", { name: "Report", exact: true }).click();
  await page.getByRole("checkbox", { name: text }).waitFor();
}

async function reportsOf(page: Page) {
  return (await commandsOf(page)).flatMap((command) => (command.kind === "report" ? [command] : []));
}

test(
  "a message is reported with others beside it, after it was said what leaves the device, and its writer blocked",
  story(darius, {}, async ({ page }) => {
    await reportMessage(page, "Seven is perfect");
    expect(await page.getByRole("checkbox", { name: "Seven is perfect" }).isChecked()).toBe(true);
    await page.getByRole("checkbox", { name: "Are you coming on Friday?" }).check();
    await page.getByText("darius is not told").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("radio", { name: "Threats" }).check();
    await page.getByLabel("What they should know").fill("since Monday");
    await page.getByLabel("Also block darius").check();
    await page.getByRole("button", { name: "Send the report" }).click();
    await page.getByText("The moderators have your report.").waitFor();
    const [sent] = await reportsOf(page);
    expect(sent).toMatchObject({ reason: "threats", comment: "since Monday", block: true });
    expect(sent?.messageIds).toHaveLength(2);
  }),
  PATIENCE,
);

test(
  "what cannot be proven cannot be chosen, and it is said why; nothing at all is not sent",
  story(`${darius}/details`, {}, async ({ page }) => {
    await page.getByRole("button", { name: "Report darius" }).click();
    const old = page.getByRole("checkbox", { name: "Did the router parts arrive?" });
    await old.waitFor();
    expect(await old.isDisabled()).toBe(true);
    await page.getByText("the server could not check it").waitFor();
    await page.getByText("What you write goes to this server’s moderators").waitFor();
    await page.getByRole("button", { name: "Send the report" }).click();
    await page.getByText("Choose a message, or write what happened.").waitFor();
    expect(await reportsOf(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a report that did not go out says so and can be tried again as the same one",
  story(darius, { scene: "reporting" }, async ({ page }) => {
    await reportMessage(page, "Seven is perfect");
    for (const _ of [1, 2]) {
      await page.getByRole("button", { name: "Send the report" }).click();
      await page.getByText("The server could not be reached.").waitFor();
    }
    const sent = await reportsOf(page);
    expect(sent).toHaveLength(2);
    expect(new Set(sent.map(({ reportId }) => reportId)).size).toBe(1);
  }),
  PATIENCE,
);

test(
  "one's own messages are not reported",
  story(darius, {}, async ({ page }) => {
    await page
      .locator(".message", { hasText: "Seven o’clock?" })
      .locator(".message-more")
      .dispatchEvent("click");
    await page.getByRole("button", { name: "Delete on this device" }).waitFor();
    expect(await page.getByRole("button", { name: "Report", exact: true }).count()).toBe(0);
  }),
  PATIENCE,
);

test(
  "a moderator reads a report with what proves it, decides, and finds it among the decided ones",
  story("/chat/settings", {}, async ({ page, server }) => {
    await page.getByRole("link", { name: "Read reports" }).click();
    await page.getByRole("button", { name: "leyla about tomas" }).click();
    await page.getByText("I know where you live.").waitFor();
    await page.getByText("Changed an earlier message to:").waitFor();
    await page.getByText(/your-house\.jpg/).waitFor();
    await page.getByText("It began after I left the reading group.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    const form = page.locator("form");
    await form.getByRole("radio", { name: "Acted on" }).check();
    await form.getByLabel("Note for moderators").fill("Warned tomas.");
    await form.getByRole("button", { name: "Keep" }).click();
    await page.getByText("Kept.").waitFor();
    const decided = server.posted.find(({ path }) => path.endsWith("/decision"));
    expect(decided?.body).toEqual({ state: "acted", note: "Warned tomas." });
    await page.getByRole("radio", { name: "Acted on" }).first().check();
    await page.getByRole("button", { name: "leyla about tomas" }).click();
    await page.getByText("Last changed by amina").waitFor();
    await page.getByRole("radio", { name: "Open" }).first().check();
    await page.getByRole("button", { name: "farhad about a deleted account" }).click();
    await page.getByText("No message is attached: nothing here is proven.").waitFor();
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
  }),
  PATIENCE,
);

test(
  "who does not moderate sees no reports, by no address",
  story(REPORTS, {}, async ({ page }) => {
    await page.getByRole("heading", { name: "Reports" }).waitFor();
    await pushPatch(page, { kind: "signed_in", accountId: ME, username: "amina", role: "member" });
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    expect(await page.getByRole("link", { name: "Read reports" }).count()).toBe(0);
  }),
  PATIENCE,
);

test(
  "reports that cannot be fetched are not drawn as none",
  story(
    REPORTS,
    {
      script: { refusing: { "/api/reports": [503, "server.busy"] } },
    },
    async ({ page }) => {
      await page.getByText("The server is very busy.").waitFor();
      expect(await page.getByText("Nothing here.").count()).toBe(0);
    },
  ),
  PATIENCE,
);
