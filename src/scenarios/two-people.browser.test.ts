import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { openBrowser } from "../../web/testing/open-browser.ts";
import { type Executable, startExecutable } from "../testing/executable.ts";
import { openProfile, type Profile } from "./profile.ts";

setDefaultTimeout(90_000);

/* One story in the compiled executable and two browser profiles, told in order. */

const PASSWORD = "saffron kettle morning";
const TYPED = ["Grandmother brings the rice", "Gladly, seven o'clock", "سلام، دلم تنگ شده"] as const;

let executable: Executable;
let browser: Browser;
let amina: Profile;
let babak: Profile;

beforeAll(async () => {
  executable = await startExecutable({ LOG_LEVEL: "debug" });
  browser = await openBrowser();
  amina = await openProfile(browser);
  babak = await openProfile(browser);
});
afterAll(async () => {
  await browser.close();
  await executable.remove();
});

test("the set-up link makes the first administrator, who invites a second person", async () => {
  await amina.page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  const link = await amina.makeInvite();
  expect(link).toStartWith(`${executable.origin}/invite/`);
  const fingerprint = link.slice(-43);
  const asked: string[] = [];
  babak.page.on("request", (request) => asked.push(`${request.url()} ${request.postData() ?? ""}`));
  await babak.page.goto(link);
  await babak.fillAccount("babak", PASSWORD, "Create account");
  await babak.page.getByText("This is the amina who made the link you opened.").waitFor();
  await babak.page.getByText("No conversations yet").waitFor();
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((request) => request.includes(fingerprint))).toEqual([]);
});

test("a link of another person's is found out before anything can be written", async () => {
  const { page } = babak;
  const forged = `${executable.origin}/to/amina#${"A".repeat(43)}`;
  await page.goto(forged);
  await page.getByRole("alert").filter({ hasText: "names somebody else here than the link" }).waitFor();
  expect(await page.getByRole("textbox", { name: "Message to amina" }).count()).toBe(0);
  await page.goto(`${executable.origin}/chat`);
});

test("whoever opens a conversation and does not send anything is not noticed", async () => {
  await amina.page.goto(`${executable.origin}/chat`);
  await amina.writeTo("babak");
  await amina.page.getByRole("textbox", { name: "Message to babak" }).pressSequentially("Shall I?");
  await amina.page.waitForTimeout(1_000);
  expect(await babak.page.getByText("No conversations yet").isVisible()).toBe(true);
  await babak.page.reload();
  await babak.page.getByText("No conversations yet").waitFor();
  await amina.page.getByRole("textbox", { name: "Message to babak" }).fill("");
});

test("they find each other by username and talk live, with honest marks", async () => {
  await amina.type("babak", TYPED[0]);
  await amina.seesMark(TYPED[0], "Delivered");
  await babak.page.getByRole("link", { name: /amina/ }).click();
  await babak.sees(TYPED[0]);
  await babak.page.getByText("amina wants to write to you").waitFor();
  await babak.page.getByRole("button", { name: "Accept" }).click();
  await amina.seesMark(TYPED[0], "Read");
  await babak.type("amina", TYPED[1]);
  await amina.sees(TYPED[1]);
  await amina.type("babak", TYPED[2]);
  await babak.sees(TYPED[2]);
});

test("whoever closes the page and comes back finds everything", async () => {
  await babak.page.close();
  const page = await babak.context.newPage();
  babak = { ...babak, ...(await reopen(babak, page)) };
  await babak.page.getByRole("link", { name: /amina/ }).click();
  for (const text of TYPED) {
    await babak.sees(text);
    expect(await babak.countOf(text)).toBe(1);
  }
});

test("what is sent while one is away arrives when they return", async () => {
  await babak.page.goto("about:blank");
  await amina.type("babak", "written while you were away");
  await amina.seesMark("written while you were away", "Sent");
  await babak.page.goto(`${executable.origin}/chat`);
  await babak.page.getByRole("link", { name: /amina/ }).click();
  await babak.sees("written while you were away");
});

test("what is typed while the network is away is sent when it is back, once", async () => {
  await amina.context.setOffline(true);
  await amina.type("babak", "typed in the tunnel");
  await amina.seesMark("typed in the tunnel", "Waiting to be sent");
  await amina.page.waitForTimeout(1_000);
  await amina.context.setOffline(false);
  await babak.sees("typed in the tunnel");
  await amina.seesMark("typed in the tunnel", "Read");
  expect(await babak.countOf("typed in the tunnel")).toBe(1);
});

test("a page killed while it sends goes on after a reload, once", async () => {
  await amina.context.setOffline(true);
  await amina.type("babak", "closed before it left");
  await amina.seesMark("closed before it left", "Waiting to be sent");
  await amina.context.setOffline(false);
  await amina.page.reload();
  await babak.sees("closed before it left");
  expect(await babak.countOf("closed before it left")).toBe(1);
});

test("a second tab keeps both working", async () => {
  const page = await amina.context.newPage();
  const second = { ...amina, ...(await reopen(amina, page)) };
  await second.page.getByRole("link", { name: /babak/ }).click();
  await second.type("babak", "from the second tab");
  await amina.sees("from the second tab");
  await amina.type("babak", "from the first tab");
  await second.sees("from the first tab");
  await babak.sees("from the first tab");
  await babak.sees("from the second tab");
  await second.page.close();
});

test("a server killed in the middle loses nothing that was acknowledged", async () => {
  for (let index = 1; index <= 5; index += 1) await amina.type("babak", `before the cut ${index}.`);
  await executable.kill();
  await amina.type("babak", "while it was down.");
  await executable.start();
  for (let index = 1; index <= 5; index += 1) {
    await babak.sees(`before the cut ${index}.`);
    expect(await babak.countOf(`before the cut ${index}.`)).toBe(1);
  }
  await babak.sees("while it was down.");
  expect(await babak.countOf("while it was down.")).toBe(1);
});

test("a second browser of the same person is told the truth and damages nothing", async () => {
  const other = await openProfile(browser);
  await other.page.goto(`${executable.origin}/chat`);
  expect(new URL(other.page.url()).pathname).toBe("/auth/sign-in");
  await other.fillAccount("babak", PASSWORD, "Sign in");
  await other.page.getByText("Your conversations live on another device").waitFor();
  await amina.type("babak", "still only on your first browser");
  await babak.sees("still only on your first browser");
  expect(await other.page.getByText("still only on your first browser").count()).toBe(0);
  await other.context.close();
});

test("after signing out the browser's caches hold the app and nothing of the person", async () => {
  await babak.page.goto(`${executable.origin}/chat/settings`);
  await babak.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await babak.page.getByRole("button", { name: "Sign out" }).click();
  await babak.page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  await babak.page.getByLabel("Username").waitFor();
  const kept = await babak.page.evaluate(async () => {
    const found: [string, string][] = [];
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys())
        found.push([new URL(request.url).pathname, (await (await caches.match(request))?.text()) ?? ""]);
    return found;
  });
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.filter(([path]) => path !== "/" && !path.startsWith("/assets/"))).toEqual([]);
  for (const [, text] of kept)
    for (const word of [...TYPED, "babak", "amina"]) expect(text).not.toContain(word);
});

test("the server holds nothing of what was typed, in its files or its log", async () => {
  await executable.stop();
  const kept = everyFile(executable.folder).map((file) => readFileSync(file).toString("latin1"));
  const said = [...kept, Buffer.from(executable.printed()).toString("latin1")].join("\n");
  expect(said).toContain("amina");
  for (const text of [...TYPED, "tunnel", "away", "second tab", PASSWORD]) {
    expect(said.includes(Buffer.from(text).toString("latin1"))).toBe(false);
  }
});

test("no page had a script error or broke its content security policy", () => {
  const expected = /Failed to fetch|WebSocket connection|net::ERR/;
  expect([...amina.problems, ...babak.problems].filter((problem) => !expected.test(problem))).toEqual([]);
});

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function reopen(profile: Profile, page: Profile["page"]): Promise<Partial<Profile>> {
  await page.goto(`${executable.origin}/chat`);
  return profile.on(page);
}
