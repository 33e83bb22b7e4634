import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { AccountId, MessageId } from "../../src/protocol/ids.ts";
import type { Connection, MessageView } from "../delivery/patches.ts";
import { commandsOf, findBarriers, PATIENCE, pushPatch, tellInBrowser } from "../testing/browser-story.ts";
import { EVIDENCE } from "../testing/fixture-messenger.ts";
import { CONVERSATION, GROUP, testId } from "../testing/test-ids.ts";

const story = tellInBrowser();
const darius = `/chat/${CONVERSATION.darius}`;

const box = (page: Page) => page.getByLabel(/^Message to/);

test(
  "the switcher opens by keys, finds by a part of a name and opens with Enter",
  story("/chat", {}, async ({ page }) => {
    await page.getByRole("link", { name: /^darius/ }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.type("morad");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "leyla.moradi" }).first().waitFor();
  }),
  PATIENCE,
);

test(
  "the switcher leads back into the box of the conversation that is open already",
  story(darius, {}, async ({ page }) => {
    await box(page).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("darius");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.classList.contains("composer-box"));
  }),
  PATIENCE,
);

test(
  "the address of a new conversation asks with whom, and says which letters a name can have",
  story("/chat/new", {}, async ({ page }) => {
    await page.getByLabel("Username").fill("дарий");
    await page.keyboard.press("Enter");
    await page.getByText("Usernames here are made of Latin letters").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await page.waitForFunction(() => location.pathname === "/chat");
  }),
  PATIENCE,
);

test(
  "a whole book is not pasted into the box, and that is said",
  story(darius, {}, async ({ page }) => {
    await box(page).waitFor();
    const paste = (length: number) =>
      page.evaluate((count) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", "line\n".repeat(count / 5));
        const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
        return document.querySelector(".composer-box")?.dispatchEvent(event);
      }, length);
    expect(await paste(150_000)).toBe(false);
    await page.getByText("What you pasted has 150,000 characters, and a message holds 16,000.").waitFor();
    expect(await paste(20_000)).toBe(true);
    await page.getByText("What you pasted has").waitFor({ state: "detached" });
  }),
  PATIENCE,
);

const leyla = `/chat/${CONVERSATION.leyla}`;

test(
  "somebody who asks is accepted, and then written to",
  story(leyla, { scene: "asking" }, async ({ page }) => {
    await page.getByText("leyla.moradi wants to write to you").waitFor();
    expect(await box(page).count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Accept" }).click();
    await box(page).waitFor();
  }),
  PATIENCE,
);

test(
  "somebody who asks is declined or blocked, and is no longer listed; blocking is taken back in the settings",
  story(leyla, { scene: "asking" }, async ({ page }) => {
    await page.getByRole("button", { name: "Block" }).click();
    await page.getByText("You will see nothing more of what they write").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
    await page.getByRole("link", { name: /^leyla/ }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Settings" }).click();
    const person = page.getByRole("listitem").filter({ hasText: "leyla.moradi" });
    await person.getByRole("button", { name: "Unblock" }).click();
    await page.getByText("Nobody is blocked.").waitFor();
    await page.getByRole("link", { name: /^leyla/ }).waitFor();
  }),
  PATIENCE,
);

test(
  "somebody is called by a name of one's own, and keeps their username in the details",
  story(`${leyla}/details`, {}, async ({ page }) => {
    await page.getByLabel("Your own name for them").fill("Aunt Leyla");
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("heading", { name: "Aunt Leyla" }).first().waitFor();
    await page.getByText("leyla.moradi", { exact: true }).waitFor();
    await page.locator(".row-name", { hasText: "Aunt Leyla" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "the switcher works before there is any conversation, and finds people by their exact name",
  story("/chat", { scene: "empty" }, async ({ page }) => {
    await page.getByText("No conversations yet", { exact: true }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByText("Type somebody’s exact username to write to them.").waitFor();
    await page.keyboard.type("nobody");
    await page.getByRole("option", { name: "Write to “nobody”" }).waitFor();
    await page.keyboard.press("Enter");
    await page
      .getByRole("alert")
      .filter({ hasText: "Nobody on this server has the name “nobody”" })
      .waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("combobox").fill("samira");
    await page.keyboard.press("Enter");
    await page.getByLabel("Message to samira").waitFor();
  }),
  PATIENCE,
);

test(
  "a new conversation is found by exact name, and an unknown name is said",
  story("/chat", {}, async ({ page }) => {
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByLabel("Username").fill("nobody");
    await page.keyboard.press("Enter");
    await page.getByText("Nobody on this server has the name “nobody”").waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "new-username");
    expect(await page.getByLabel("Username").getAttribute("aria-invalid")).toBe("true");
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel("Username").fill("samira");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "samira" }).first().waitFor();
    await page.getByText("samira hears of this conversation with your first message.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "nothing is begun and no typing told before the first message to somebody is sent",
  story("/chat/new?to=samira", {}, async ({ page }) => {
    await page.getByLabel("Message to samira").pressSequentially("Hello there");
    const begun = async () =>
      (await commandsOf(page))
        .map(({ kind }) => kind)
        .filter((kind) => /^(write_to|typing|send)$/.test(kind));
    expect(await begun()).toEqual([]);
    expect(await page.getByRole("link", { name: /^samira/ }).count()).toBe(0);
    await page.keyboard.press("Enter");
    await page
      .locator(".message")
      .filter({ hasText: "Hello there" })
      .getByRole("img", { name: "Sent" })
      .waitFor();
    expect(await begun()).toEqual(["write_to", "send"]);
    await page.locator(".row").filter({ hasText: "samira" }).waitFor();
    expect(new URL(page.url()).search).toBe("");
  }),
  PATIENCE,
);

test(
  "a first message that did not leave is still in the box",
  story("/chat/new?to=nobody", {}, async ({ page }) => {
    await page.getByLabel("Message to nobody").fill("Precious words");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "still in the box" }).waitFor();
    expect(await page.getByLabel("Message to nobody").inputValue()).toBe("Precious words");
  }),
  PATIENCE,
);

test(
  "a conversation that somebody else opened without writing is not in the list",
  story("/chat", {}, async ({ page }) => {
    await page.getByRole("link", { name: /^darius/ }).waitFor();
    await pushLast(page, "", false, { kind: "founded" });
    await page.getByRole("link", { name: /^darius/ }).waitFor({ state: "detached" });
    await pushLast(page, "Here I am", false);
    await page
      .getByRole("link", { name: /^darius/ })
      .getByText("Here I am")
      .waitFor();
  }),
  PATIENCE,
);

for (const [scene, words] of [
  ["impostor", ["Identity has changed", "has another identity", "Written under a changed identity"]],
  ["impostorPersian", ["هویت عوض شده است", "با پیش از این یکی نیست", "با هویتی دیگر نوشته شده است"]],
] as const)
  test(
    `a changed identity is said in the list, over the composer and at each message since (${scene})`,
    story(
      `/chat/${CONVERSATION.leyla}`,
      { scene, ...(scene === "impostor" ? {} : { language: "fa" as const }) },
      async ({ page }) => {
        const [row, banner, mark] = words;
        await page.locator(".row-warning", { hasText: row }).waitFor();
        await page.locator("footer [role=alert]", { hasText: banner }).waitFor();
        expect(await page.getByText(mark).count()).toBe(2);
        expect(await page.locator(".composer-box").count()).toBe(0);
        expect(await findBarriers(page)).toEqual([]);
      },
    ),
    PATIENCE,
  );

for (const [scene, words] of [
  ["impostor", ["What this can mean", "somebody stands between you", "Accept the new identity", "Cancel"]],
  ["impostorPersian", ["این چه معنایی دارد", "کسی میان شما ایستاده", "پذیرفتن هویت تازه", "انصراف"]],
] as const)
  test(
    `another identity is accepted only by whoever has read what it can mean, and then one writes on (${scene})`,
    story(
      `/chat/${CONVERSATION.leyla}`,
      { scene, ...(scene === "impostor" ? {} : { language: "fa" as const }) },
      async ({ page }) => {
        const [look, meaning, accept, cancel] = words;
        await page.getByRole("button", { name: look }).click();
        await page.getByRole("dialog").getByText(meaning).waitFor();
        expect(await findBarriers(page)).toEqual([]);
        await page.getByRole("button", { name: cancel }).click();
        expect(await page.locator(".composer-box").count()).toBe(0);
        const asked = (await commandsOf(page)).map(({ kind }) => kind);
        expect(asked).not.toContain("accept_identity");
        await page.getByRole("button", { name: look }).click();
        await page.getByRole("button", { name: accept }).click();
        await page.locator(".composer-box").waitFor();
        expect(await page.getByRole("dialog").count()).toBe(0);
      },
    ),
    PATIENCE,
  );

for (const [language, words] of [
  ["en", ["A device is in doubt", "different lists of tomas"]],
  ["fa", ["به دستگاهی شک هست", "به هر کس جور دیگری نشان می‌دهد"]],
] as const)
  test(
    `a doubt about somebody's devices is said in the list and over the composer, and one writes on (${language})`,
    story(
      `/chat/${CONVERSATION.tomas}`,
      { scene: language === "en" ? "impostor" : "impostorPersian", language },
      async ({ page }) => {
        const [row, banner] = words;
        await page.locator(".row-warning", { hasText: row }).waitFor();
        await page.locator("footer [role=alert]", { hasText: banner }).waitFor();
        expect(await page.locator(".composer-box").count()).toBe(1);
        expect(await findBarriers(page)).toEqual([]);
      },
    ),
    PATIENCE,
  );

test(
  "a change that was refused is said in place of the composer, and what was sent can be saved to show it",
  story(`/chat/${GROUP}`, { scene: "changeRefused" }, async ({ page }) => {
    await page.locator("footer [role=alert]", { hasText: "Sending is stopped here" }).waitFor();
    expect(await page.locator(".composer-box").count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the evidence" }).click();
    const file = await saving;
    expect(file.suggestedFilename()).toBe(`elahe-evidence-${EVIDENCE.commitId}.json`);
    const kept = await Bun.file(await file.path()).json();
    const { commit, groupInfo, ...facts } = EVIDENCE;
    expect(kept).toMatchObject(facts);
    expect(Uint8Array.fromBase64(kept.commit, { alphabet: "base64url" })).toEqual(commit);
    expect(Uint8Array.fromBase64(kept.groupInfo, { alphabet: "base64url" })).toEqual(groupInfo);
  }),
  PATIENCE,
);

test(
  "who was removed from a group is told so, and is offered no evidence",
  story(`/chat/${GROUP}`, { scene: "outOfGroup" }, async ({ page }) => {
    await page.locator("footer [role=alert]", { hasText: "You are no longer in this group" }).waitFor();
    expect(await page.getByRole("button", { name: "Save the evidence" }).count()).toBe(0);
  }),
  PATIENCE,
);

test(
  "a history that does not agree is said where it is read and in the list",
  story(darius, { scene: "impostor" }, async ({ page }) => {
    await page.locator(".row-warning", { hasText: "Something may be missing" }).waitFor();
    await page.getByRole("alert").filter({ hasText: "does not agree with what was sent" }).waitFor();
    expect(await page.locator(".composer-box").count()).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "on a phone one pane shows, and back and Esc lead to the list",
  story("/chat", { screen: "phone" }, async ({ page }) => {
    await page.getByRole("link", { name: /^darius/ }).click();
    await box(page).waitFor();
    expect(await page.getByRole("navigation", { name: "Conversations" }).isVisible()).toBe(false);
    expect(await findBarriers(page)).toEqual([]);
    await page.goBack();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    await page.waitForFunction((path) => document.activeElement?.getAttribute("href") === path, darius);
    await page.getByRole("link", { name: /^darius/ }).click();
    await box(page).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
  }),
  PATIENCE,
);

/** Notes every view transition from now on. */
function watchTransitions(page: Page) {
  return page.evaluate(() => {
    const seen = globalThis as unknown as { ways: (string | undefined)[] };
    seen.ways = [];
    const begin = document.startViewTransition.bind(document);
    document.startViewTransition = (change) => {
      seen.ways.push(document.documentElement.dataset["way"]);
      return begin(change);
    };
  });
}
const waysOf = (page: Page) => page.evaluate(() => (globalThis as unknown as { ways: string[] }).ways);

for (const [screen, calm, ways] of [
  ["phone", false, ["forward", "back"]],
  ["phone", true, []],
  ["desktop", false, []],
] as const)
  test(
    `list and conversation slide into each other: ${screen}${calm ? " of one who wants no motion" : ""}`,
    story("/chat", { screen }, async ({ page }) => {
      if (calm) await page.emulateMedia({ reducedMotion: "reduce" });
      await page.getByRole("link", { name: /^darius/ }).waitFor();
      await watchTransitions(page);
      await page.getByRole("link", { name: /^darius/ }).click();
      await box(page).waitFor();
      await page.waitForTimeout(400);
      await page.goBack();
      await page.getByRole("link", { name: /^darius/ }).waitFor();
      await page.waitForTimeout(400);
      expect(await waysOf(page)).toEqual([...ways]);
      expect(await page.locator("html").getAttribute("data-way")).toBe(null);
    }),
    PATIENCE,
  );

for (const language of ["en", "fa"] as const)
  test(
    `the list is made wider and narrower by pointer and by keys, within bounds, and stays so: ${language}`,
    story("/chat", { language }, async ({ page }) => {
      const edge = page.getByRole("separator");
      const wide = async () => Math.round((await page.locator(".list").boundingBox())?.width ?? 0);
      const outwards = language === "fa" ? -1 : 1;
      await edge.waitFor();
      expect(await wide()).toBe(340);
      await edge.focus();
      await page.keyboard.press(language === "fa" ? "ArrowLeft" : "ArrowRight");
      expect(await wide()).toBe(360);
      const at = await edge.boundingBox();
      const x = (at?.x ?? 0) + 4;
      await page.mouse.move(x, 400);
      await page.mouse.down();
      await page.mouse.move(x + 40 * outwards, 400);
      expect(Math.abs((await wide()) - 400)).toBeLessThan(3);
      await page.mouse.move(x + 900 * outwards, 400);
      await page.mouse.up();
      expect(await wide()).toBe(440);
      expect(await edge.getAttribute("aria-valuenow")).toBe("440");
      await page.reload();
      await edge.waitFor();
      expect(await wide()).toBe(440);
      await edge.press("Home");
      expect(await wide()).toBe(280);
      expect(await findBarriers(page)).toEqual([]);
    }),
    PATIENCE,
  );

test(
  "nothing reaches past the edge of a narrow phone",
  story(darius, { screen: "phone" }, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  }),
  PATIENCE,
);

test(
  "a conversation is kept at the top, muted, put away and marked as unread, and comes back",
  story(`${darius}/details`, {}, async ({ page }) => {
    const first = () => page.locator(".row-name").first().textContent();
    await page.goto(page.url().replace(CONVERSATION.darius, CONVERSATION.ingrid));
    await page.getByLabel("Keep at the top").check();
    await page.locator(".row").first().getByText("Kept at the top").waitFor({ state: "attached" });
    expect(await first()).toBe("ingrid-solberg");
    await page.getByRole("checkbox", { name: /^Mute/ }).check();
    await page.getByRole("button", { name: "Mark as unread" }).click();
    await page.locator(".row-marked").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("checkbox", { name: /^Put away/ }).check();
    await page.getByRole("button", { name: "1 put away" }).click();
    await page.getByRole("button", { name: "1 put away", expanded: true }).waitFor();
    await page.locator(".row", { hasText: "ingrid-solberg" }).waitFor();
    expect(await first()).toBe("darius");
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("checkbox", { name: /^Put away/ }).uncheck();
    await page.getByRole("button", { name: "1 put away" }).waitFor({ state: "detached" });
  }),
  PATIENCE,
);

test(
  "everything to be pressed on a phone is large enough for a finger",
  story(darius, { screen: "phone" }, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    const small = await page.locator("button, select, .row, .head-person").evaluateAll((all) =>
      all
        .map((element) => ({
          box: element.getBoundingClientRect(),
          name: element.getAttribute("aria-label"),
        }))
        .filter(({ box }) => box.width > 0 && (box.width < 44 || box.height < 44))
        .map(({ name }) => name),
    );
    expect(small).toEqual([]);
  }),
  PATIENCE,
);

test(
  "on a phone a tap on a message asks what can be done with it, and a tap on its link does not",
  story(`/chat/${GROUP}`, { screen: "phone", scene: "group" }, async ({ page }) => {
    await page.locator(".bubble-words", { hasText: "Coffee at nine" }).tap();
    await page.getByRole("dialog").getByRole("button", { name: "Answer" }).tap();
    await page.getByText("Answering tomas").waitFor();
    await page.locator(".quote").tap();
    expect(await page.getByRole("dialog").count()).toBe(0);
    const small = await page
      .locator(".reaction, .message-more")
      .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 44).length);
    expect(small).toBe(0);
  }),
  PATIENCE,
);

const LONG = {
  persian: "سلام مادربزرگ را هم برسان، خیلی دلش تنگ شده است و می‌پرسد کی به دیدنش می‌روی.",
  english: "Remember the blue box in the hall, the one with the broken lid and all the old letters in it.",
} as const;

for (const [looks, text, beginsAt] of [
  [{}, LONG.persian, "right"],
  [{}, LONG.english, "left"],
  [{ language: "fa", scene: "persian" }, LONG.english, "left"],
  [{ language: "fa", scene: "persian" }, LONG.persian, "right"],
] as const)
  for (const mine of [true, false])
    test(
      `the list shows how a long message begins: ${Object.keys(looks).join(" ")} ${beginsAt} ${mine}`,
      story("/chat", looks, async ({ page }) => {
        await page.locator(`.row[href="${darius}"]`).waitFor();
        await pushLast(page, text, mine);
        const said = page.locator(`.row[href="${darius}"] .row-said`).filter({ hasText: text });
        await said.waitFor();
        expect(await said.evaluate((box) => box.scrollWidth > box.clientWidth)).toBe(true);
        const beginning = await said.evaluate((box) => {
          const [words] = box.childNodes;
          const range = document.createRange();
          if (words) range.setStart(words, 0);
          if (words) range.setEnd(words, 4);
          const letters = range.getBoundingClientRect();
          const seen = box.getBoundingClientRect();
          return { left: letters.left - seen.left, right: seen.right - letters.right };
        });
        expect(Math.abs(beginning[beginsAt])).toBeLessThan(2);
        const prefix = page.locator(`.row[href="${darius}"] .row-prefix`);
        expect(await prefix.count()).toBe(mine ? 1 : 0);
        if (!mine) return;
        const [before, after] = [await prefix.boundingBox(), await said.boundingBox()];
        const persian = "language" in looks;
        expect((before?.x ?? 0) > (after?.x ?? 0)).toBe(persian);
      }),
      PATIENCE,
    );

function pushLast(
  page: Page,
  text: string,
  mine: boolean,
  body: MessageView["body"] = { kind: "text", text },
): Promise<void> {
  const conversation = {
    id: CONVERSATION.darius,
    kind: "direct",
    peer: { accountId: testId<AccountId>(100), username: "darius" },
    unread: 0,
    readUpTo: 0,
    changedAt: Date.now(),
    state: "ready",
    last: {
      id: testId<MessageId>(9_000),
      conversationId: CONVERSATION.darius,
      sequence: 900,
      sender: testId<AccountId>(100),
      mine,
      sentAt: Date.now(),
      body,
      mark: mine ? "sent" : undefined,
      failure: undefined,
    },
  } as const;
  return pushPatch(page, { kind: "conversations", conversations: [conversation], complete: true });
}

test(
  "an empty box to write in runs as the interface does, and then as its words do",
  story(darius, { language: "fa", scene: "persian" }, async ({ page }) => {
    const composer = page.locator(".composer-box");
    const runs = () => composer.evaluate((element) => getComputedStyle(element).direction);
    await composer.waitFor();
    expect(await runs()).toBe("rtl");
    await composer.fill("Hello");
    expect(await runs()).toBe("ltr");
    await composer.fill("سلام");
    expect(await runs()).toBe("rtl");
    await composer.fill("");
    expect(await runs()).toBe("rtl");
  }),
  PATIENCE,
);

/** Where everything that is read or written stands. */
function places(page: Page): Promise<Record<string, number[]>> {
  return page.evaluate(() =>
    Object.fromEntries(
      [".row", ".message", ".composer-box", ".list-bar", ".main .bar"].map((name) => {
        const places = [...document.querySelectorAll(name)].map((one) => one.getBoundingClientRect());
        return [name, places.flatMap(({ x, y, width, height }) => [x, y, width, height])];
      }),
    ),
  );
}

const says = (page: Page, connection: Connection) => pushPatch(page, { kind: "connection", connection });

for (const screen of ["desktop", "phone"] as const)
  test(
    `nothing moves when the server is lost, at each try to reach it, and when it is back: ${screen}`,
    story(darius, { screen }, async ({ page }) => {
      await page.locator(".message").last().waitFor();
      const before = await places(page);
      for (const kind of [
        "offline",
        "connecting",
        "offline",
        "connecting",
        "catching_up",
        "online",
      ] as const) {
        await says(page, kind === "offline" ? { kind, retryAt: Date.now() + 500 } : { kind });
        await page.waitForTimeout(kind === "catching_up" ? 1_200 : 120);
        expect(await places(page)).toEqual(before);
      }
    }),
    PATIENCE,
  );

test(
  "no network and no answer are two things, and what is written is promised to be sent",
  story(darius, { scene: "offline" }, async ({ page }) => {
    await page.getByRole("button", { name: /^Server unreachable/ }).waitFor();
    await page.getByText("Sent once the server answers", { exact: true }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.context().setOffline(true);
    await page.getByRole("button", { name: /^You’re offline/ }).waitFor();
    await page.getByText("Sent once you’re online", { exact: true }).waitFor();
    const heard = page.getByRole("status").filter({ hasText: "You’re offline. Sent once you’re online." });
    await heard.waitFor({ state: "attached" });
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Try now" }).click();
    await page.locator(".connection").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "Elahe" }).waitFor();
  }),
  PATIENCE,
);

test(
  "that the server is away stays said through every try, until the messages are there",
  story(darius, {}, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    await says(page, { kind: "offline", retryAt: Date.now() + 500 });
    await page.getByText("Server unreachable", { exact: true }).waitFor();
    await page.evaluate(() => {
      const seen = globalThis as unknown as { gone: boolean };
      seen.gone = false;
      new MutationObserver(() => {
        seen.gone ||= document.querySelector(".connection[data-connection=unreachable]") === null;
      }).observe(document.body, { childList: true, subtree: true, attributes: true });
    });
    const gone = () => page.evaluate(() => (globalThis as unknown as { gone: boolean }).gone);
    for (let tries = 0; tries < 3; tries += 1) {
      await says(page, { kind: "connecting" });
      await page.waitForTimeout(60);
      await says(page, { kind: "offline", retryAt: Date.now() + 500 });
    }
    await says(page, { kind: "connecting" });
    await page.waitForTimeout(1_500);
    await says(page, { kind: "catching_up" });
    await page.waitForTimeout(100);
    expect(await gone()).toBe(false);
    await says(page, { kind: "online" });
    await page.locator(".connection").waitFor({ state: "detached" });
  }),
  PATIENCE,
);

test(
  "the first connecting is not mentioned unless it lasts",
  story(darius, {}, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    await says(page, { kind: "connecting" });
    await page.waitForTimeout(400);
    expect(await page.locator(".connection").count()).toBe(0);
    await page.getByText("Connecting…").waitFor();
  }),
  PATIENCE,
);

test(
  "everything is reached by keys: list, conversation, details and back",
  story("/chat", {}, async ({ page }) => {
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement;
        return element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "";
      });
    await page.getByRole("link", { name: /^darius/ }).waitFor();
    const order: string[] = [];
    for (let press = 0; press < 4; press += 1) {
      await page.keyboard.press("Tab");
      order.push(await focused());
    }
    expect(order.slice(0, 3)).toEqual(["Search", "New conversation", "Settings"]);
    expect(order[3]).toContain("darius");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toContain("leyla.moradi");
    await page.keyboard.press("End");
    expect(await focused()).toContain("yara");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toContain("darius");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.classList.contains("composer-box"));
    await page.keyboard.press("Shift+Tab");
    expect(await focused()).toBe("Attach");
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate(() => document.activeElement?.closest(".timeline") !== null)).toBe(true);
    await page.getByRole("button", { name: "About this conversation" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("Who this is").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Who this is").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.waitForFunction((path) => document.activeElement?.getAttribute("href") === path, darius);
  }),
  PATIENCE,
);

for (const forced of ["contrast", "colors"] as const)
  test(
    `what differs stays different to those who choose their own ${forced}`,
    story(darius, { screen: "phone" }, async ({ page }) => {
      await page.emulateMedia(forced === "contrast" ? { contrast: "more" } : { forcedColors: "active" });
      await page.locator(".message").last().waitFor();
      const edges = await page
        .locator(".bubble, .sign-read")
        .evaluateAll((all) => all.map((one) => getComputedStyle(one).borderTopWidth));
      if (forced === "colors") expect(new Set(edges)).toEqual(new Set(["1px"]));
      expect(await findBarriers(page)).toEqual([]);
    }),
    PATIENCE,
  );

test(
  "a session that ended leads to sign-in and back to the same place",
  story(darius, {}, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    await pushPatch(page, { kind: "signed_out" });
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(new URL(page.url()).searchParams.get("next")).toBe(darius);
  }),
  PATIENCE,
);

test(
  "an empty list says what to do",
  story("/chat", { scene: "empty" }, async ({ page }) => {
    await page.getByText("No conversations yet").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("navigation").getByRole("button", { name: "Invite someone" }).click();
    await page.getByRole("button", { name: "Create invite link" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === "Create invite link");
    await page.getByRole("navigation").getByText("New conversation").click();
    await page.getByText("Write to yourself").click();
    await page.getByText("Only you can read what you write here.").waitFor();
  }),
  PATIENCE,
);

for (const [scene, words] of [
  ["elsewhere", "Your conversations live on another device"],
  ["insecure", "This address is not secure enough"],
  ["full", "This device is full"],
  ["starting", "Getting this device ready…"],
] as const)
  test(
    `a device that cannot take part is told why: ${scene}`,
    story("/chat", { scene }, async ({ page }) => {
      await page.getByText(words).waitFor();
      if (scene !== "starting") expect(await findBarriers(page)).toEqual([]);
    }),
    PATIENCE,
  );

test(
  "a conversation is put into folders, the list shows one of them, and an empty one is no more",
  story(`/chat/${CONVERSATION.darius}/details`, {}, async ({ page }) => {
    const bar = page.getByRole("navigation").getByRole("group", { name: "Folders" });
    await page.getByLabel("New folder").fill("Family");
    await page.getByRole("button", { name: "Put in" }).click();
    await bar.getByRole("button", { name: "Family" }).click();
    const rows = page.locator(".list .row");
    await page.waitForFunction(() => document.querySelectorAll(".list .row").length === 1);
    expect(await rows.textContent()).toContain("darius");
    expect(await findBarriers(page)).toEqual([]);
    await bar.getByRole("button", { name: "All" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".list .row").length > 1);
    await bar.getByRole("button", { name: "Family" }).click();
    await page.locator(".folder-choices").getByRole("button", { name: "Family" }).click();
    await bar.waitFor({ state: "detached" });
    expect(await rows.count()).toBeGreaterThan(1);
  }),
  PATIENCE,
);

test(
  "how long messages last is chosen in the details, and said over the conversation",
  story(`/chat/${CONVERSATION.darius}/details`, {}, async ({ page }) => {
    const choice = page.getByLabel("Disappearing messages");
    await choice.selectOption({ label: "1 day" });
    await page.getByRole("img", { name: "Messages disappear after 1 day" }).waitFor();
    expect((await commandsOf(page)).findLast(({ kind }) => kind === "set_timer")).toMatchObject({
      seconds: 86_400,
    });
    expect(await findBarriers(page)).toEqual([]);
    await choice.selectOption({ label: "Off" });
    await page.getByRole("img", { name: /^Messages disappear/ }).waitFor({ state: "detached" });
  }),
  PATIENCE,
);

/** As no message is: what draws it fails. */
const UNDRAWABLE = { kind: "text", text: "", attachments: [null] } as unknown as MessageView["body"];

test(
  "a row that cannot be drawn leads to its conversation all the same, and is drawn again as soon as it can be",
  story("/chat", { problem: "null" }, async ({ page }) => {
    await page.getByRole("link", { name: /^darius/ }).waitFor();
    await pushLast(page, "", false, UNDRAWABLE);
    const row = page.getByRole("link", { name: "This conversation cannot be shown here" });
    await row.waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await row.click();
    await box(page).waitFor();
    await pushLast(page, "in words again", false);
    await page.getByRole("link", { name: /in words again/ }).waitFor();
  }),
  PATIENCE,
);

test(
  "a conversation that cannot be drawn says so, and the others are read as before",
  story(darius, { problem: "null" }, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    const broken = {
      id: testId<MessageId>(9_001),
      conversationId: CONVERSATION.darius,
      sequence: 901,
      sender: testId<AccountId>(100),
      mine: false,
      sentAt: Date.now(),
      body: UNDRAWABLE,
      mark: undefined,
      failure: undefined,
    };
    const conversationId = CONVERSATION.darius;
    await pushPatch(page, { kind: "messages", conversationId, messages: [broken] });
    await page.getByText("This could not be shown").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("link", { name: /leyla\.moradi/ }).click();
    await page.getByLabel("Message to leyla.moradi").waitFor();
  }),
  PATIENCE,
);
