import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { ConversationView, GroupView } from "../delivery/patches.ts";
import { commandsOf, findBarriers, PATIENCE, pushPatch, tellInBrowser } from "../testing/browser-story.ts";
import { SCENES } from "../testing/scenes.ts";
import { GROUP, testId } from "../testing/test-ids.ts";

const story = tellInBrowser();
const chat = `/chat/${GROUP}`;
const details = `${chat}/details`;

/** The group as it is now, with this about it. */
function changed(change: (group: GroupView) => Partial<GroupView>): ConversationView {
  const view = SCENES.group(Date.now()).conversations.find(({ id }) => id === GROUP);
  if (!view?.group) throw new Error("scene without the group");
  return { ...view, group: { ...view.group, ...change(view.group) } };
}

async function push(page: Page, change: (group: GroupView) => Partial<GroupView>): Promise<void> {
  await pushPatch(page, { kind: "conversations", conversations: [changed(change)], complete: true });
}

function asMember({ people, me }: GroupView): Pick<GroupView, "people"> {
  return { people: people.map((one) => (one.accountId === me ? { ...one, rank: "member" } : one)) };
}

const wishes = async (page: Page) =>
  (await commandsOf(page)).flatMap((one) => (one.kind === "set_rights" ? [one.chosen] : []));

test(
  "those in charge choose who writes and how slowly, and see what holds",
  story(details, { scene: "group" }, async ({ page }) => {
    const writes = page.getByRole("combobox", { name: "Write" });
    expect(await writes.inputValue()).toBe("members");
    expect(await page.getByRole("combobox", { name: "Pin messages" }).inputValue()).toBe("moderators");
    await writes.selectOption("Admins");
    await page.getByRole("combobox", { name: "Pause between messages" }).selectOption("1 minute");
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll("select")].filter(({ value }) => ["admins", "60"].includes(value))
          .length >= 4,
    );
    expect(await wishes(page)).toEqual([{ write: "admins" }, { slow: 60 }]);
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "what nobody chooses is told when it is asked for, links by who may add",
  story(details, { scene: "groupSlow", screen: "phone" }, async ({ page }) => {
    const told = page.locator(".what-may-whom");
    await told.getByText("Remove somebody").waitFor({ state: "hidden" });
    await told.locator("summary").focus();
    await page.keyboard.press("Enter");
    await told.getByText("Remove somebody").waitFor();
    const row = (deed: string) => told.locator("div", { hasText: deed }).locator("dd").textContent();
    expect([await row("Close polls"), await row("Delete the group"), await row("revoke links")]).toEqual([
      "Moderators",
      "Owner",
      "Admins",
    ]);
    await push(page, () => ({ rights: { addMembers: "members" } }));
    await told.getByText("Everyone").waitFor();
    expect(await row("revoke links")).toBe("Everyone");
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a plain member sees the rules, who makes them, and cannot choose",
  story(details, { scene: "group" }, async ({ page }) => {
    await page.getByRole("combobox", { name: "Write" }).waitFor();
    await push(page, asMember);
    await page.getByText("The owner and the admins choose this.").waitFor();
    expect(await page.getByRole("combobox", { name: "Add people" }).isDisabled()).toBe(true);
  }),
  PATIENCE,
);

test(
  "whoever may not write reads who does in place of the box, and is offered no answer, change or reaction",
  story(chat, { scene: "group" }, async ({ page }) => {
    await page.getByRole("textbox", { name: /^Message/ }).waitFor();
    await push(page, (group) => ({
      ...asMember(group),
      rights: { addMembers: "admins", write: "admins" },
      silent: true,
    }));
    await page.getByText("Only admins write in this group.").waitFor();
    expect(await page.getByRole("textbox", { name: /^Message/ }).count()).toBe(0);
    await page
      .locator(".message", { hasText: "Who brings the ladder?" })
      .getByRole("button", { name: "What to do with this message" })
      .first()
      .click();
    await page.getByRole("button", { name: "Delete for everybody" }).waitFor();
    for (const name of ["Answer", "Change"])
      expect(await page.getByRole("button", { name, exact: true }).count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "in slow mode the time is counted down, what is typed stays, and is sent when it is one's turn",
  story(chat, { scene: "group" }, async ({ page }) => {
    const box = page.getByRole("textbox", { name: /^Message/ });
    await box.fill("I bring the rake");
    const until = await page.evaluate(() => Date.now() + 3_000);
    await push(page, (group) => ({ ...asMember(group), pausedUntil: until }));
    await page.getByRole("timer").filter({ hasText: "You can write again in 2 seconds" }).waitFor();
    expect(await page.getByRole("button", { name: "Send", exact: true }).isDisabled()).toBe(true);
    await box.press("Enter");
    expect((await commandsOf(page)).some(({ kind }) => kind === "send")).toBe(false);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("timer").waitFor({ state: "detached" });
    expect(await box.inputValue()).toBe("I bring the rake");
    await box.press("Enter");
    await page.locator(".message", { hasText: "I bring the rake" }).waitFor();
  }),
  PATIENCE,
);

test(
  "where many are in, they are found by name, in whichever letters it is written",
  story(details, { scene: "group" }, async ({ page }) => {
    await page.getByRole("heading", { name: "4 members" }).waitFor();
    expect(await page.getByRole("searchbox", { name: "Find a member" }).count()).toBe(0);
    const more = ["samira", "bijan", "nadja", "omid", "parisa", "reza"].map((username, index) => ({
      accountId: testId<AccountId>(300 + index),
      username,
      rank: "member" as const,
    }));
    await push(page, ({ people }) => ({ people: [...people, ...more] }));
    await pushPatch(page, {
      kind: "profiles",
      profiles: [{ accountId: testId<AccountId>(302), name: "نادیا كریمی", bio: "", picture: null }],
    });
    const box = page.getByRole("searchbox", { name: "Find a member" });
    await box.fill("کریمی");
    await page.locator(".member-name", { hasText: "نادیا" }).waitFor();
    expect(await page.locator(".member").count()).toBe(1);
    await box.fill("xyz");
    await page.getByText("Nobody in the group has that name.").waitFor();
    await box.fill("");
    expect(await page.locator(".member").count()).toBe(10);
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);
