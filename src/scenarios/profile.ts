import type { Browser, BrowserContext, Page } from "playwright-core";
import { openPage } from "../../web/testing/open-browser.ts";

/** One person's browser, driven by what stands on the screen. */
export interface Profile extends Tab {
  readonly context: BrowserContext;
  /** Errors of scripts and of the content security policy. */
  readonly problems: readonly string[];
  /** The same person in another tab. */
  on(page: Page): Tab;
}

/** What a person does and sees in one tab. */
export interface Tab {
  readonly page: Page;
  fillAccount(username: string, password: string, submit: string): Promise<void>;
  /** In the settings; the link as it stands there. */
  makeInvite(): Promise<string>;
  /** By an invite, past whoever made it, to the list. */
  enter(link: string, username: string, password: string): Promise<void>;
  /** By exact name; leaves the conversation open. */
  writeTo(username: string): Promise<void>;
  /** Typed into the composer as a person does, and sent with Enter. */
  type(to: string, text: string): Promise<void>;
  /** One bubble with this text is on the screen. */
  sees(text: string): Promise<void>;
  /** The own message with this text carries this mark, by its spoken name. */
  seesMark(text: string, mark: "Waiting to be sent" | "Sent" | "Delivered" | "Read"): Promise<void>;
  countOf(text: string): Promise<number>;
}

export async function openProfile(
  browser: Browser,
  looks: Parameters<typeof openPage>[1] = {},
): Promise<Profile> {
  const { page, context, problems } = await openPage(browser, looks);
  return { context, problems, on: tabOn, ...tabOn(page) };
}

function tabOn(page: Page): Tab {
  page.setDefaultTimeout(20_000);
  const bubbles = (text: string) => page.locator(".message", { hasText: text });
  const fillAccount: Tab["fillAccount"] = async (username, password, submit) => {
    await page.getByLabel("Username").fill(username);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: submit }).click();
    await page.waitForURL(/\/(chat|to\/)/);
  };
  return {
    page,
    fillAccount,
    async makeInvite() {
      await page.goto(new URL("/chat/settings", page.url()).href);
      await page.getByRole("button", { name: "Create invite link" }).click();
      return (await page.locator(".invite-link").first().textContent())?.trim() ?? "";
    },
    async enter(link, username, password) {
      await page.goto(link);
      await fillAccount(username, password, "Create account");
      await page.getByText("who made the link you opened").waitFor();
      await page.goto(new URL("/chat", link).href);
      await page.getByText("No conversations yet").first().waitFor();
    },
    async writeTo(username) {
      await page.getByRole("button", { name: "New conversation" }).first().click();
      await page.getByLabel("Username").fill(username);
      await page.getByRole("button", { name: "Start writing" }).click();
      await page.getByRole("textbox", { name: `Message to ${username}` }).waitFor();
    },
    async type(to, text) {
      const composer = page.getByRole("textbox", { name: `Message to ${to}` });
      await composer.pressSequentially(text);
      await composer.press("Enter");
    },
    sees: (text) => bubbles(text).first().waitFor(),
    seesMark: (text, mark) => bubbles(text).getByRole("img", { name: mark, exact: true }).waitFor(),
    countOf: (text) => bubbles(text).count(),
  };
}
