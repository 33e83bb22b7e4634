import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Patch } from "../../web/delivery/patches.ts";
import { invitePerson, type Person, setUpOwner } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { until } from "./person.ts";

setDefaultTimeout(60_000);

/** What a page of the test keeps: the words of its worker. */
interface WorkerPage {
  worker: Worker;
  patches: Patch[];
  ask(command: unknown): Promise<unknown>;
}

let server: TestApp;
let browser: Browser;
let people: Person[];

beforeAll(async () => {
  server = await openTestApp();
  const owner = await setUpOwner(server);
  people = [owner, await invitePerson(server, owner, "brigitte")];
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

test("the built worker talks in Chromium, keeps its state over a reload and shares it between tabs", async () => {
  const [mine, hers] = await Promise.all(people.map(openProfile));
  if (!mine || !hers) throw new Error("two profiles were asked for");
  const [alice, bob] = [await openTab(mine), await openTab(hers)];
  await until("both are ready", async () => (await online(alice)) && (await online(bob)));
  const id = await ask(alice, { kind: "write_to", username: "brigitte" });
  await ask(alice, { kind: "send", conversationId: id, text: "from Chromium" });
  await until("it is read in the other", async () => (await texts(bob)).includes("from Chromium"));

  const second = await openTab(mine);
  await ask(second, { kind: "send", conversationId: id, text: "from a second tab" });
  await until("it is read too", async () => (await texts(bob)).includes("from a second tab"));
  await until("the first tab shows it", async () => (await texts(alice)).includes("from a second tab"));
  await alice.close();
  await ask(second, { kind: "send", conversationId: id, text: "the second leads" });
  await until("the second took over", async () => (await texts(bob)).includes("the second leads"));

  await bob.reload();
  await start(bob);
  await ask(bob, { kind: "open", conversationId: id });
  expect(await texts(bob)).toEqual(["from Chromium", "from a second tab", "the second leads"]);
  await Promise.all([mine.close(), hers.close()]);
});

async function openProfile({ cookie }: Person): Promise<BrowserContext> {
  const context = await browser.newContext({ bypassCSP: true });
  const [name = "", value = ""] = cookie.split("=");
  await context.addCookies([{ name, value, url: server.origin }]);
  return context;
}

async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.origin}/auth/register`);
  await start(page);
  return page;
}

function start(page: Page): Promise<void> {
  return page.evaluate(() => {
    const url = document.querySelector<HTMLMetaElement>('meta[name="elahe-worker"]')?.content ?? "";
    const worker = new Worker(url, { type: "module" });
    const patches: Patch[] = [];
    const asked = new Map<number, PromiseWithResolvers<unknown>>();
    worker.onmessage = ({ data }) => {
      if (data.t === "patch") patches.push(data.patch);
      else if (data.t === "done") asked.get(data.id)?.resolve(data.result);
      else asked.get(data.id)?.reject(new Error(data.code));
    };
    const ask = (command: unknown) => {
      const answer = Promise.withResolvers<unknown>();
      asked.set(asked.size + 1, answer);
      worker.postMessage({ t: "do", id: asked.size, command });
      return answer.promise;
    };
    worker.postMessage({ t: "state" });
    Object.assign(globalThis, { worker, patches, ask } satisfies WorkerPage);
  });
}

function ask(page: Page, command: unknown): Promise<unknown> {
  return page.evaluate((given) => (globalThis as unknown as WorkerPage).ask(given), command);
}

async function online(page: Page): Promise<boolean> {
  return page.evaluate(() =>
    (globalThis as unknown as WorkerPage).patches.some(
      (patch) => patch.kind === "connection" && patch.connection.kind === "online",
    ),
  );
}

async function texts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const seen = new Map<string, string>();
    for (const patch of (globalThis as unknown as WorkerPage).patches) {
      if (patch.kind !== "messages") continue;
      for (const { id, body } of patch.messages) if (body.kind === "text") seen.set(id, body.text);
    }
    return [...seen.values()];
  });
}
