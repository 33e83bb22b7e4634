import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { Patch } from "../delivery/patches.ts";
import {
  commandsOf,
  findBarriers,
  PATIENCE,
  pushPatch,
  tellInBrowser,
  type WithFixture,
} from "../testing/browser-story.ts";
import { SCENES } from "../testing/scenes.ts";
import { CONVERSATION, GROUP, testId } from "../testing/test-ids.ts";

const story = tellInBrowser();
const darius = `/chat/${CONVERSATION.darius}`;
const leyla = `/chat/${CONVERSATION.leyla}`;

const theirs = (text: string, sequence: number, conversationId = CONVERSATION.darius): Patch => ({
  kind: "messages",
  conversationId,
  messages: [
    {
      id: testId(9000 + sequence),
      conversationId,
      sequence,
      sender: testId(100),
      mine: false,
      sentAt: Date.now(),
      body: { kind: "text", text },
      mark: undefined,
      failure: undefined,
    },
  ],
});

const box = (page: Page) => page.getByLabel(/^Message to/);
const bottomGap = (page: Page) =>
  page.locator(".timeline").evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);

test(
  "Enter sends, the box empties, and the mark turns from waiting to sent",
  story(darius, {}, async ({ page }) => {
    await box(page).fill("See you then");
    await page.keyboard.press("Enter");
    const bubble = page.locator(".message").filter({ hasText: "See you then" });
    await bubble.getByRole("img", { name: "Sent" }).waitFor();
    expect(await box(page).inputValue()).toBe("");
    expect(await bottomGap(page)).toBeLessThan(4);
    expect((await commandsOf(page)).filter(({ kind }) => kind === "send")).toEqual([
      { kind: "send", conversationId: CONVERSATION.darius, text: "See you then" },
    ]);
  }),
  PATIENCE,
);

test(
  "Shift and Enter break the line, and blanks alone are not sent",
  story(darius, {}, async ({ page }) => {
    await box(page).fill("   ");
    await page.keyboard.press("Enter");
    await box(page).fill("one");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("two");
    expect(await box(page).inputValue()).toBe("one\ntwo");
    expect((await commandsOf(page)).some(({ kind }) => kind === "send")).toBe(false);
  }),
  PATIENCE,
);

test(
  "a message that could not be put aside is back in the box, and it is said",
  story(darius, { scene: "unkept" }, async ({ page }) => {
    await box(page).fill("Precious words");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "still in the box" }).waitFor();
    expect(await box(page).inputValue()).toBe("Precious words");
  }),
  PATIENCE,
);

test(
  "more than the protocol carries is said before sending and cannot be sent",
  story(darius, {}, async ({ page }) => {
    await box(page).fill("x".repeat(16_003));
    await page.getByText("3 characters too many").waitFor();
    await page.keyboard.press("Enter");
    expect((await commandsOf(page)).some(({ kind }) => kind === "send")).toBe(false);
    await box(page).fill("x".repeat(15_999));
    await page.getByText("1 character left").waitFor();
  }),
  PATIENCE,
);

test(
  "typing is told at most once in three seconds",
  story(darius, {}, async ({ page }) => {
    await box(page).pressSequentially("hello there", { delay: 20 });
    expect((await commandsOf(page)).filter(({ kind }) => kind === "typing")).toHaveLength(1);
  }),
  PATIENCE,
);

test(
  "that the other is here is shown until it is over, and then when it was",
  story(darius, {}, async ({ page }) => {
    const head = page.locator(".head-state");
    await box(page).waitFor();
    const conversationId = CONVERSATION.darius;
    await pushPatch(page, { kind: "present", conversationId, until: Date.now() + 1_500 });
    await head.getByText("here now").waitFor();
    const view = SCENES.everyday(Date.now()).conversations.find(({ id }) => id === conversationId);
    if (!view?.peer) throw new Error("nobody is there");
    const seenAt = new Date().setHours(0, 5);
    await pushPatch(page, {
      kind: "conversations",
      conversations: [{ ...view, peer: { ...view.peer, seenAt } }],
      complete: false,
    });
    await head.getByText(/last seen \d+:05/).waitFor();
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "that one is here is told while the page is seen, with what stands open in it",
  story(darius, {}, async ({ page }) => {
    await box(page).waitFor();
    const looks = async () => (await commandsOf(page)).filter(({ kind }) => kind === "look");
    expect(await looks()).toContainEqual({ kind: "look", conversationId: CONVERSATION.darius });
    const before = (await looks()).length;
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    expect((await looks()).length).toBe(before);
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    expect((await looks()).length).toBe(before + 1);
  }),
  PATIENCE,
);

test(
  "a draft is kept, shown in the list, and there again on return",
  story(darius, {}, async ({ page }) => {
    await box(page).fill("Not finished");
    await page.getByRole("link", { name: /leyla/ }).click();
    await page.getByText("Draft: Not finished").waitFor();
    await page.getByRole("link", { name: /^darius/ }).click();
    await page.getByLabel("Message to darius").waitFor();
    expect(await box(page).inputValue()).toBe("Not finished");
    expect(await commandsOf(page)).toContainEqual({
      kind: "draft",
      conversationId: CONVERSATION.darius,
      text: "Not finished",
    });
  }),
  PATIENCE,
);

test(
  "the unread line stands before the first unread message, and reading is told",
  story(leyla, {}, async ({ page }) => {
    const line = page.locator(".unread-line");
    await line.getByText("2 unread messages").waitFor();
    const next = await line.evaluate((element) => element.nextElementSibling?.textContent ?? "");
    expect(next).toContain("Tell me if you can’t open them.");
    await page.bringToFront();
    await page.waitForFunction(() =>
      (globalThis as unknown as WithFixture).fixture.asked.some(({ kind }) => kind === "seen"),
    );
  }),
  PATIENCE,
);

test(
  "opening shows the first unread message even when it is far back",
  story(darius, { scene: "manyUnread" }, async ({ page }) => {
    await page.locator(".unread-line").getByText("170 unread messages").waitFor();
    const seen = await page.locator(".unread-line").evaluate((line) => line.getBoundingClientRect().top);
    expect(seen).toBeGreaterThan(60);
    expect(seen).toBeLessThan(500);
  }),
  PATIENCE,
);

test(
  "what comes into view counts as read, one after another, and the rest stays counted",
  story(darius, { scene: "manyUnread" }, async ({ page }) => {
    await page.bringToFront();
    await page.locator(".unread-line").waitFor();
    const rest = page
      .getByRole("button", { name: "Go to the newest message" })
      .locator(".row-unread [aria-hidden]");
    const count = async () => numberIn((await rest.textContent()) ?? "");
    await page.waitForFunction(() =>
      (globalThis as unknown as WithFixture).fixture.asked.some(({ kind }) => kind === "seen"),
    );
    await page.waitForTimeout(300);
    const first = await count();
    expect(first).toBeGreaterThan(80);
    expect(first).toBeLessThan(120);
    await page.locator(".timeline").evaluate((list) => list.scrollBy(0, 900));
    await page.waitForTimeout(400);
    const second = await count();
    expect(second).toBeLessThan(first);
    expect(second).toBeGreaterThan(50);
    const row = page.locator(`.row[href="${darius}"] .row-unread [aria-hidden]`);
    expect(numberIn((await row.textContent()) ?? "")).toBe(second);
    await page.getByRole("button", { name: "Go to the newest message" }).click();
    await row.waitFor({ state: "detached" });
    const told = (await commandsOf(page)).flatMap((asked) => (asked.kind === "seen" ? [asked.upTo] : []));
    expect(told.at(-1)).toBe(100_000);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  }),
  PATIENCE,
);

test(
  "whoever comes back to a conversation finds the place where they left it",
  story(darius, { scene: "many" }, async ({ page }) => {
    await page.getByText("Message number 100000").last().waitFor();
    for (let step = 0; step < 6; step += 1) {
      await page.locator(".timeline").evaluate((list) => list.scrollBy(0, -1500));
      await page.waitForTimeout(120);
    }
    const before = await topMessage(page);
    await page.getByRole("link", { name: /^tomas/ }).click();
    await page.getByLabel("Message to tomas").waitFor();
    await page.getByRole("link", { name: /^darius/ }).click();
    await page.getByLabel("Message to darius").waitFor();
    expect(await topMessage(page)).toEqual(before);
  }),
  PATIENCE,
);

test(
  "whoever reads further up stays there when a message comes, and can jump to it",
  story(darius, { scene: "many" }, async ({ page }) => {
    const list = page.locator(".timeline");
    await page.getByText("Message number 100000").last().waitFor();
    await list.evaluate((element) => element.scrollBy(0, -1500));
    await page.getByRole("button", { name: "Go to the newest message" }).waitFor();
    await page.waitForTimeout(300);
    const before = await topMessage(page);
    await pushPatch(page, theirs("Fresh news", 100_001));
    await page.waitForTimeout(300);
    expect(await topMessage(page)).toEqual(before);
    await page.getByRole("button", { name: "Go to the newest message" }).click();
    await page.locator(".message").filter({ hasText: "Fresh news" }).waitFor();
    expect(await bottomGap(page)).toBeLessThan(4);
  }),
  PATIENCE,
);

test(
  "whoever stands at the end follows, and hears it said",
  story(darius, {}, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    await pushPatch(page, theirs("Fresh news", 13));
    await page.locator(".message").filter({ hasText: "Fresh news" }).waitFor();
    expect(await bottomGap(page)).toBeLessThan(4);
    await page.getByRole("status").filter({ hasText: "darius: Fresh news" }).waitFor({ state: "attached" });
  }),
  PATIENCE,
);

test(
  "of a hundred thousand messages a window is drawn, and scrolling up goes on without a jump",
  story(darius, { scene: "many" }, async ({ page }) => {
    await page.getByText("Message number 100000").last().waitFor();
    for (let step = 0; step < 12; step += 1) {
      const before = await topMessage(page);
      await page.locator(".timeline").evaluate((element) => element.scrollBy(0, -900));
      await page.waitForTimeout(120);
      const after = await topMessage(page);
      expect(numberIn(after.text)).toBeLessThan(numberIn(before.text));
      expect(numberIn(before.text) - numberIn(after.text)).toBeLessThan(40);
    }
    expect(await page.locator(".message").count()).toBeLessThan(200);
  }),
  PATIENCE,
);

test(
  "delivered and read differ in shape and in words, not in colour alone",
  story(darius, {}, async ({ page }) => {
    const look = (name: string) =>
      page
        .locator(".message")
        .getByRole("img", { name, exact: true })
        .last()
        .evaluate((sign) => ({
          title: sign.getAttribute("title"),
          filled: getComputedStyle(sign).backgroundColor !== "rgba(0, 0, 0, 0)",
          wide: sign.getBoundingClientRect().width,
        }));
    const [delivered, read] = [await look("Delivered"), await look("Read")];
    expect([delivered.title, delivered.filled]).toEqual(["Delivered", false]);
    expect([read.title, read.filled]).toEqual(["Read", true]);
    expect(read.wide).toBeGreaterThan(delivered.wide);
  }),
  PATIENCE,
);

test(
  "a message that waited shows when it was written, and says when it went out",
  story(darius, {}, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    const sentAt = new Date().setHours(14, 30);
    const patch = theirs("From the tunnel", 13);
    if (patch.kind !== "messages") throw new Error("not messages");
    const waited = patch.messages.map(
      (message) => ({ ...message, mine: true, mark: "sent", sentAt, writtenAt: sentAt - 3_600_000 }) as const,
    );
    await pushPatch(page, { ...patch, messages: waited });
    const time = page.locator(".message").filter({ hasText: "From the tunnel" }).locator(".bubble-meta");
    const clock = (at: number) =>
      page.evaluate(
        (then) => new Date(then).toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" }),
        at,
      );
    expect(await time.locator("bdi").textContent()).toBe(await clock(sentAt - 3_600_000));
    expect(await time.getAttribute("title")).toMatch(/^Written .*, sent .*/);
  }),
  PATIENCE,
);

test(
  "one emoji alone is large, and words are not",
  story(darius, {}, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    const sizeOf = async (text: string, sequence: number) => {
      await pushPatch(page, theirs(text, sequence));
      const message = page.locator(".message").filter({ hasText: text }).last();
      return message
        .locator(".bubble-text > span")
        .first()
        .evaluate((words) => Number.parseFloat(getComputedStyle(words).fontSize));
    };
    expect(await sizeOf("👩‍👩‍👧‍👦", 13)).toBeGreaterThan(30);
    expect(await sizeOf("🇮🇷", 14)).toBeGreaterThan(30);
    expect(await sizeOf("🌿 yes", 15)).toBeLessThan(20);
    expect(await sizeOf("7", 16)).toBeLessThan(20);
  }),
  PATIENCE,
);

test(
  "a failed message offers to try again and to discard",
  story(`/chat/${CONVERSATION.farhad}`, {}, async ({ page }) => {
    await page.getByText("Not sent.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Discard" }).click();
    await page.locator(".message").filter({ hasText: "long ladder" }).waitFor({ state: "detached" });
  }),
  PATIENCE,
);

test(
  "what a person wrote is text, whatever it looks like",
  story(darius, {}, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    await pushPatch(
      page,
      theirs("<img src=x onerror=alert(1)> javascript:alert(1) https://a.example/?q=<b>", 13),
    );
    const words = page.locator(".message").last().locator(".bubble-words");
    await words.getByText("<img src=x").waitFor();
    expect(await words.locator("img, b, script").count()).toBe(0);
    const link = words.getByRole("link");
    expect(await link.getAttribute("href")).toBe("https://a.example/?q=");
    expect(await link.getAttribute("rel")).toContain("noopener");
  }),
  PATIENCE,
);

test(
  "the details say how private it is, on whose word a person is who they are, and ask for nothing that cannot be done",
  story(`${darius}/details`, {}, async ({ page }) => {
    await page.getByText("End-to-end encrypted, not yet independently audited").waitFor();
    await page.getByText("The server told your device who darius is").waitFor();
    await page.getByText("To make sure, compare safety numbers").waitFor();
    expect(await page.locator(".details").textContent()).not.toMatch(/in person|verified|made sure of/i);
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByText("Who this is").waitFor({ state: "detached" });
  }),
  PATIENCE,
);

test(
  "after the details one reads on where one was",
  story(darius, { scene: "many", screen: "phone" }, async ({ page }) => {
    await page.getByText("Message number 100000").last().waitFor();
    await page.locator(".timeline").evaluate((element) => element.scrollBy(0, -1500));
    await page.waitForTimeout(300);
    const before = await topMessage(page);
    await page.getByRole("link", { name: "About this conversation" }).click();
    await page.getByText("Who this is").waitFor();
    await page.goBack();
    await page.getByText("Who this is").waitFor({ state: "detached" });
    expect(await topMessage(page)).toEqual(before);
  }),
  PATIENCE,
);

for (const looks of [{ theme: "dark" }, { language: "fa", scene: "persian" }] as const)
  test(
    `the conversation has no barriers: ${Object.values(looks).join(" ")}`,
    story(darius, looks, async ({ page }) => {
      await page.locator(".message").last().waitFor();
      expect(await findBarriers(page)).toEqual([]);
    }),
    PATIENCE,
  );

test(
  "time and ticks stand at the end of Persian words, whoever wrote them",
  story(darius, { language: "fa", scene: "persian" }, async ({ page }) => {
    await page.locator(".message-mine .bubble-words").first().waitFor();
    const sides = await page.locator(".bubble-text:has(.bubble-words)").evaluateAll((all) =>
      all.map((one) => {
        const box = one.getBoundingClientRect();
        const meta = one.querySelector(".bubble-meta")?.getBoundingClientRect();
        const persian = /^[^a-z]*[\u0600-\u06ff]/i.test(
          one.querySelector(".bubble-words")?.textContent ?? "",
        );
        return persian && meta && Math.abs(meta.left - box.left) > 1 ? one.textContent : "";
      }),
    );
    expect(sides.length).toBeGreaterThan(1);
    expect(sides.filter((one) => one !== "")).toEqual([]);
  }),
  PATIENCE,
);

async function topMessage(page: Page): Promise<{ text: string; top: number }> {
  return page.locator(".timeline").evaluate((list) => {
    const edge = list.getBoundingClientRect().top;
    const first = [...list.querySelectorAll(".message")].find(
      (one) => one.getBoundingClientRect().bottom > edge,
    );
    return {
      text: first?.querySelector(".bubble-words")?.textContent ?? "",
      top: Math.round((first?.getBoundingClientRect().top ?? 0) - edge),
    };
  });
}

function numberIn(text: string): number {
  return Number(text.match(/\d+/)?.[0]);
}

test(
  "what is to go later is shown with its time, by keys and without leaving the box empty by mistake",
  story(darius, {}, async ({ page }) => {
    const box = page.getByLabel("Message to darius");
    await box.fill("happy birthday");
    await page.getByRole("button", { name: "Send later" }).click();
    const dialog = page.getByRole("dialog", { name: "Send later" });
    await dialog.getByLabel("Another time").fill("2020-01-01T10:00");
    await dialog.getByText("Choose a time that is still to come.").waitFor();
    await dialog.getByRole("button", { name: "Send then", disabled: true }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await box.inputValue()).toBe("happy birthday");
    await page.getByRole("button", { name: "Send later" }).click();
    await dialog.getByLabel("Another time").fill("2089-03-21T09:30");
    await dialog.getByRole("button", { name: "Send then" }).click();
    await page.getByText(/^Goes out .*2089.* while Elahe is open on this device$/).waitFor();
    expect(await box.inputValue()).toBe("");
    expect(await findBarriers(page)).toEqual([]);
    const sent = (await commandsOf(page)).findLast(({ kind }) => kind === "send");
    const there = await page.evaluate(() => new Date(2089, 2, 21, 9, 30).getTime());
    expect(sent).toMatchObject({ sendAt: there });
  }),
  PATIENCE,
);

test(
  "what is pinned stands over the conversation, leads to its place, then to the one before",
  story(`/chat/${GROUP}`, { scene: "group" }, async ({ page }) => {
    const pin = async (text: string, label: string) => {
      const message = page.locator(".message", { hasText: text }).last();
      await message.hover();
      await message.getByRole("button", { name: "What to do with this message" }).click();
      await page.getByRole("dialog").getByRole("button", { name: label }).click();
    };
    await pin("I do.", "Pin for everybody");
    const bar = page.getByRole("button", { name: /^Pinned/ });
    await bar.getByText("I do.").waitFor();
    await pin("long shears", "Pin for everybody");
    await bar.getByText("Pinned, 2 of 2").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await bar.click();
    await page.locator(".message-found", { hasText: "long shears" }).waitFor();
    await bar.getByText("I do.").waitFor();
    await pin("long shears", "Unpin");
    await bar.getByText("Pinned, 2 of 2").waitFor({ state: "detached" });
  }),
  PATIENCE,
);
