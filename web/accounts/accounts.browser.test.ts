import { expect, test } from "bun:test";
import { findBarriers, PATIENCE, tellInBrowser } from "../testing/browser-story.ts";
import { FINGERPRINT } from "../testing/fixture-people.ts";

const story = tellInBrowser();
const CODE = "k3Jx0s9QmZr7Vb2LhTn5WcYd";

test(
  "signing in leads to where one wanted to go",
  story("/auth/sign-in?next=%2Fchat%2Fsettings", {}, async ({ page, server }) => {
    await page.getByLabel("Username").fill("amina");
    await page.getByLabel("Password", { exact: true }).fill("a long password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    expect(server.posted).toEqual([
      { path: "/api/sessions", body: { username: "amina", password: "a long password" } },
    ]);
  }),
  PATIENCE,
);

test(
  "whoever is signed in already is taken on without being asked",
  story("/auth/login?next=%2Fchat%2Fsettings", { script: { signedIn: true } }, async ({ page }) => {
    await page.getByRole("heading", { name: "Settings" }).waitFor();
  }),
  PATIENCE,
);

test(
  "whoever signed in and out again is asked again and not sent in circles",
  story("/auth/sign-in?next=%2Fchat%2Fsettings", {}, async ({ page }) => {
    await page.getByLabel("Username").fill("amina");
    await page.getByLabel("Password", { exact: true }).fill("a long password");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.evaluate(() => fetch("/api/sessions/current", { method: "DELETE" }));
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Username").waitFor();
    await page.waitForTimeout(500);
    expect(new URL(page.url()).pathname).toBe("/auth/sign-in");
    await page.getByLabel("Username").fill("amina");
    await page.getByLabel("Password", { exact: true }).fill("a long password");
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
  }),
  PATIENCE,
);

test(
  "a path to another site is not followed",
  story("/auth/sign-in?next=%2F%2Fevil.example", { script: { signedIn: true } }, async ({ page, origin }) => {
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    expect(new URL(page.url()).origin).toBe(origin);
  }),
  PATIENCE,
);

test(
  "the wish where to go survives the way over registration",
  story("/auth/sign-in?next=%2Fchat%2Fsettings", { script: { registration: "open" } }, async ({ page }) => {
    await page.getByRole("link", { name: "Create account" }).click();
    await page.getByLabel("Username").fill("samira");
    await page.getByLabel("Password", { exact: true }).fill("four unrelated words");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
  }),
  PATIENCE,
);

test(
  "wrong credentials are said, and the name stays",
  story(
    "/auth/sign-in",
    { script: { refusing: { "/api/sessions": [401, "session.wrong_credentials"] } } },
    async ({ page }) => {
      await page.getByLabel("Username").fill("amina");
      await page.getByLabel("Password", { exact: true }).fill("not it");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").filter({ hasText: "username or the password is wrong" }).waitFor();
      expect(await page.getByLabel("Username").inputValue()).toBe("amina");
      await page.waitForFunction(() => document.activeElement?.id === "password");
      for (const field of [page.getByLabel("Username"), page.getByLabel("Password", { exact: true })]) {
        expect(await field.getAttribute("aria-invalid")).toBe("true");
        expect(await field.getAttribute("aria-describedby")).toBe("form-wrong");
      }
      expect(await findBarriers(page)).toEqual([]);
    },
  ),
  PATIENCE,
);

test(
  "every empty field is said and the first has the focus, each time it is tried",
  story("/auth/sign-in", {}, async ({ page, server }) => {
    for (let tries = 0; tries < 2; tries += 1) {
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.locator("#username-note").filter({ hasText: "Enter a username." }).waitFor();
      await page.locator("#password-note").filter({ hasText: "Enter a password." }).waitFor();
      await page.waitForFunction(() => document.activeElement?.id === "username");
    }
    await page.keyboard.type("amina");
    await page.keyboard.press("Enter");
    await page.locator("#password-note").filter({ hasText: "Enter a password." }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "password");
    expect(await page.getByLabel("Username").getAttribute("aria-invalid")).toBe(null);
    expect(server.posted).toEqual([]);
  }),
  PATIENCE,
);

test(
  "too many tries are said as that, not as a lost connection",
  story(
    "/auth/sign-in",
    { script: { refusing: { "/api/sessions": [429, "request.too_many"] } } },
    async ({ page }) => {
      await page.getByLabel("Username").fill("amina");
      await page.getByLabel("Password", { exact: true }).fill("not it");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").filter({ hasText: "Too many tries" }).waitFor();
    },
  ),
  PATIENCE,
);

test(
  "an invite link opens the form and its code goes along",
  story(`/invite/${CODE}`, {}, async ({ page, server }) => {
    await page.getByText("You have been invited to Saffron House.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel("Username").fill("samira");
    await page.getByLabel("Password", { exact: true }).fill("four unrelated words");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    expect(server.posted.at(-1)).toEqual({
      path: "/api/accounts",
      body: { username: "samira", password: "four unrelated words", inviteCode: CODE },
    });
  }),
  PATIENCE,
);

test(
  "an invite leads to who made it, and signing in to whose link was opened, with what shows that it is them",
  story(`/invite/${CODE}#samira.${FINGERPRINT}`, {}, async ({ page, origin }) => {
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(page.url()).toBe(`${origin}/auth/sign-in?next=%2Fto%2Fsamira#${FINGERPRINT}`);
    await page.reload();
    await page.getByLabel("Username").fill("darius");
    await page.getByLabel("Password", { exact: true }).fill("four unrelated words");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This is the samira who made the link you opened.").waitFor();
    expect(page.url()).toBe(`${origin}/to/samira#${FINGERPRINT}`);
    await page.goto(`${origin}/to/samira#${"A".repeat(43)}`);
    await page.reload();
    await page.getByRole("alert").filter({ hasText: "names somebody else here" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a spent invite says so before anything is typed",
  story(`/invite/${CODE}`, { script: { inviteValid: false } }, async ({ page }) => {
    await page.getByText("This invite can’t be used any more").waitFor();
    expect(await page.getByLabel("Username").count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a taken name is said at the field",
  story(
    "/auth/register",
    { script: { registration: "open", refusing: { "/api/accounts": [409, "username.taken"] } } },
    async ({ page }) => {
      await page.getByLabel("Username").fill("amina");
      await page.getByLabel("Password", { exact: true }).fill("four unrelated words");
      await page.keyboard.press("Enter");
      await page.locator("#username-note").filter({ hasText: "is taken" }).waitFor();
      expect(await page.getByLabel("Username").getAttribute("aria-invalid")).toBe("true");
      await page.waitForFunction(() => document.activeElement?.id === "username");
    },
  ),
  PATIENCE,
);

test(
  "the set-up link makes the first administrator",
  story(`/setup/${CODE}`, { script: { setUp: false } }, async ({ page, server }) => {
    await page.getByRole("heading", { name: "Set up Saffron House" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel("Username").fill("amina");
    await page.getByLabel("Password", { exact: true }).fill("four unrelated words");
    await page.getByRole("button", { name: "Create and open" }).click();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    expect(server.posted[0]).toMatchObject({ path: "/api/setup", body: { token: CODE } });
  }),
  PATIENCE,
);

test(
  "a server that does not answer is said, with a way on",
  story(
    "/auth/sign-in",
    { script: { refusing: { "/api/server": [503, "server.stopping"] } } },
    async ({ page }) => {
      await page.getByRole("heading", { name: "The server is restarting. Try again in a moment." }).waitFor();
      await page.getByRole("button", { name: "Try again" }).waitFor();
      expect(await findBarriers(page)).toEqual([]);
    },
  ),
  PATIENCE,
);

test(
  "the landing page names the server and shows both doors",
  story("/", {}, async ({ page }) => {
    await page.getByRole("heading", { name: "Saffron House" }).waitFor();
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    await page.getByRole("link", { name: "Create account" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "language and theme can be chosen before signing in, and stay",
  story("/auth/sign-in", {}, async ({ page, origin }) => {
    await page.getByLabel("Theme").selectOption("dark");
    await page.getByLabel("Language").selectOption("fa");
    await page.getByRole("heading", { name: "ورود" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.goto(`${origin}/`);
    await page.getByRole("link", { name: "ورود" }).waitFor();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    expect(await page.getByLabel("زبان").inputValue()).toBe("fa");
    const tint = page.locator('meta[name="theme-color"][media="all"]');
    expect(await tint.getAttribute("content")).toBe("#0b1113");
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "the chosen look and the mark are there before the app is, and nothing changes with it",
  story("/auth/sign-in", {}, async ({ page, origin }) => {
    await page.getByLabel("Theme").selectOption("dark");
    await page.getByLabel("Language").selectOption("fa");
    await page.getByRole("heading", { name: "ورود" }).waitFor();
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await ground();
    const letGo = Promise.withResolvers<void>();
    await page.route("**/assets/main.js", async (route) => {
      await letGo.promise;
      await route.continue();
    });
    await page.goto(`${origin}/auth/sign-in`, { waitUntil: "commit" });
    await page.locator(".door-mark").waitFor();
    expect(await ground()).toBe(dark);
    expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
    expect(await page.getByRole("heading").count()).toBe(0);
    const place = await page.locator(".mark").boundingBox();
    letGo.resolve();
    await page.getByRole("heading", { name: "ورود" }).waitFor();
    expect(await page.locator(".mark").boundingBox()).toEqual(place);
  }),
  PATIENCE,
);

test(
  "a server without a name of its own is called what the app is called, in every language",
  story("/", { language: "fa", script: { name: "Elahe" } }, async ({ page }) => {
    await page.getByText(/گردانندهٔ \p{Cf}*الهه\p{Cf}* می‌بیند/u).waitFor();
    await page.getByRole("heading", { name: "الهه", level: 1 }).waitFor();
    expect(await page.title()).toBe("الهه");
    expect(await page.locator("#app").textContent()).not.toContain("Elahe");
  }),
  PATIENCE,
);

test(
  "a Persian reader sees Persian, from end to start",
  story("/auth/sign-in", { language: "fa" }, async ({ page }) => {
    await page.getByRole("button", { name: "ورود" }).waitFor();
    expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
    expect(await page.locator("html").getAttribute("lang")).toBe("fa");
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a page whose build the server no longer has says so, loses nothing and can be loaded anew",
  story("/auth/sign-in", { problem: "dynamically imported module" }, async ({ page }) => {
    await page.getByLabel("Username").fill("amina");
    await page.getByLabel("Password", { exact: true }).fill("a long password");
    await page.route("**/assets/part-*.js", (route) => route.fulfill({ status: 404 }));
    const failed = page.waitForEvent("pageerror");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "This part of the app could not be loaded" }).waitFor();
    await failed;
    await page.unroute("**/assets/part-*.js");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
  }),
  PATIENCE,
);

test(
  "the sign-in page loads nothing of the chat",
  story("/auth/sign-in", {}, async ({ page }) => {
    await page.getByLabel("Username").waitFor();
    const parts = await page.evaluate(async () => {
      const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
      const texts = loaded
        .filter((name) => name.endsWith(".js"))
        .map(async (name) => (await fetch(name)).text());
      return (await Promise.all(texts)).join("\n");
    });
    expect(parts).toContain("sign_in.title");
    expect(parts).not.toContain("composer-box");
  }),
  PATIENCE,
);
