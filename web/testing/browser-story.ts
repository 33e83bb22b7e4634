import { afterAll, beforeAll, expect } from "bun:test";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Command } from "../delivery/commands.ts";
import { answerAsServer, type ScriptedServer } from "./answer-as-server.ts";
import type { FixtureMessenger } from "./fixture-messenger.ts";
import { type Looks, openBrowser, openPage } from "./open-browser.ts";
import { servePage } from "./serve-page.ts";

export const PATIENCE = 30_000;

export interface Story {
  readonly page: Page;
  readonly origin: string;
  readonly server: ScriptedServer;
}

/** Starts one browser for a file of tests; each story has its own profile, server and check for problems. */
export function tellInBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, PATIENCE);
  afterAll(() => browser.close());

  return (
    path: string,
    options: Looks & {
      script?: Parameters<typeof answerAsServer>[0];
      /** What the story brings about in the page's console: it must happen, and nothing else. */
      problem?: string;
    },
    tell: (story: Story) => Promise<void>,
  ) =>
    async () => {
      const server = answerAsServer(options.script);
      const served = await servePage(server.answer);
      const { page, context, problems } = await openPage(browser, options);
      page.setDefaultTimeout(8_000);
      try {
        await page.goto(served.origin + path);
        await tell({ page, origin: served.origin, server });
        const expected = options.problem === undefined ? [] : [expect.stringContaining(options.problem)];
        expect(problems).toEqual(expected);
      } finally {
        await context.close();
        await served.stop();
      }
    };
}

interface AxeResult {
  readonly violations: readonly { id: string; nodes: readonly { html: string; failureSummary?: string }[] }[];
}

const AXE = join(import.meta.dir, "../../node_modules/axe-core/axe.min.js");

/** What an accessibility checker finds on the page as it stands. */
export async function findBarriers(page: Page): Promise<string[]> {
  // Let what fades in arrive: half-transparent text has no honest contrast.
  await page.waitForTimeout(600);
  await page.evaluate(await Bun.file(AXE).text());
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResult> } }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
}

export type WithFixture = { fixture: FixtureMessenger };

/** The commands the page has given so far. */
export function commandsOf(page: Page): Promise<Command[]> {
  return page.evaluate(() => (globalThis as unknown as WithFixture).fixture.asked);
}

export async function pushPatch(page: Page, patch: Parameters<FixtureMessenger["push"]>[0]): Promise<void> {
  await page.waitForFunction(() => "fixture" in globalThis);
  await page.evaluate((pushed) => (globalThis as unknown as WithFixture).fixture.push(pushed), patch);
}

/** From now on such a command fails; without a code it works again. */
export async function failFrom(page: Page, kind: Command["kind"], code?: string): Promise<void> {
  await page.waitForFunction(() => "fixture" in globalThis);
  await page.evaluate(
    ([failed, why]) => {
      const { failing } = (globalThis as unknown as WithFixture).fixture;
      if (why === undefined) delete failing[failed];
      else failing[failed] = why;
    },
    [kind, code] as const,
  );
}
