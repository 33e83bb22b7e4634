import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { Command } from "../delivery/commands.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import {
  commandsOf,
  failFrom,
  findBarriers,
  PATIENCE,
  pushPatch,
  tellInBrowser,
} from "../testing/browser-story.ts";
import { SCENES } from "../testing/scenes.ts";
import { CONVERSATION, GROUP, testId } from "../testing/test-ids.ts";

const story = tellInBrowser();
const details = `/chat/${GROUP}/details`;
const TOMAS = testId<AccountId>(202);

const person = (page: Page) => page.getByLabel("Add somebody by username");

async function given<K extends Command["kind"]>(page: Page, kind: K) {
  return (await commandsOf(page)).filter((one): one is Extract<Command, { kind: K }> => one.kind === kind);
}

async function beginGroup(page: Page, name: string) {
  await page.getByRole("button", { name: /New group/ }).click();
  await page.getByLabel("Name of the group").fill(name);
}

test(
  "a name that was typed and not added yet comes into a new group all the same",
  story("/chat/new", {}, async ({ page }) => {
    await beginGroup(page, "Garden");
    await person(page).fill("darius");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Leave darius out" }).waitFor();
    await person(page).fill("samira");
    await page.getByRole("button", { name: "Create group" }).click();
    await page.getByRole("heading", { name: "Garden", level: 1 }).waitFor();
    expect(await given(page, "found_group")).toMatchObject([
      { name: "Garden", usernames: ["darius", "samira"] },
    ]);
  }),
  PATIENCE,
);

test(
  "a name that nobody has, or that no name can be, keeps a group from being created without them",
  story("/chat/new", {}, async ({ page }) => {
    await beginGroup(page, "Garden");
    await person(page).fill("nobody");
    await page.getByRole("button", { name: "Create group" }).click();
    await page.getByText("Nobody on this server has the name").waitFor();
    await person(page).fill("дарий");
    await page.getByRole("button", { name: "Create group" }).click();
    await page.getByText("Usernames here are made of Latin letters").waitFor();
    expect(await given(page, "found_group")).toEqual([]);
    expect(await person(page).inputValue()).toBe("дарий");
  }),
  PATIENCE,
);

test(
  "a group that the server refuses keeps its name and its people for another try",
  story("/chat/new", { scene: "groupFull" }, async ({ page }) => {
    await beginGroup(page, "Garden");
    await person(page).fill("samira");
    await page.getByRole("button", { name: "Create group" }).click();
    await page.getByText("The group is full").waitFor();
    await page.getByRole("button", { name: "Leave samira out" }).waitFor();
    expect(await page.getByLabel("Name of the group").inputValue()).toBe("Garden");
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a group that could not reach the server is kept, and cannot be created a second time",
  story("/chat/new", { scene: "groupWaiting" }, async ({ page }) => {
    await beginGroup(page, "Garden");
    await page.getByRole("button", { name: "Create group" }).click();
    await page.getByText("Garden is kept here").waitFor();
    expect(await page.getByRole("button", { name: "Create group" }).count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }),
  PATIENCE,
);

test(
  "whoever is in already is not added again, and who was chosen stays chosen when adding fails",
  story(details, { scene: "groupFull" }, async ({ page }) => {
    await page.getByRole("button", { name: "Add people" }).click();
    await person(page).fill("tomas");
    await page.keyboard.press("Enter");
    await page.getByText("tomas is in the group already.").waitFor();
    await person(page).fill("samira");
    await page.getByRole("button", { name: "Add to the group" }).click();
    await page.getByText("The group is full").waitFor();
    await page.getByRole("button", { name: "Leave samira out" }).waitFor();
    expect(await given(page, "add_members")).toMatchObject([{ usernames: ["samira"] }]);
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a change that waits for the server is said until it has come about",
  story(details, { scene: "groupWaiting" }, async ({ page }) => {
    await page.getByRole("button", { name: "Add people" }).click();
    await person(page).fill("samira");
    await page.getByRole("button", { name: "Add to the group" }).click();
    const waits = page.getByText("The change is kept and made as soon as it can be.");
    await waits.waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await pushPatch(page, { kind: "conversations", conversations: [grown()], complete: true });
    await page.getByRole("heading", { name: "5 members" }).waitFor();
    await waits.waitFor({ state: "detached" });
  }),
  PATIENCE,
);

test(
  "why a change that was kept could not be made is said until these details were read",
  story(details, { scene: "group" }, async ({ page }) => {
    const group = grown();
    if (!group.group) throw new Error("scene without the group");
    const refused = { ...group, group: { ...group.group, refusedChange: "commit.not_allowed" } };
    await pushPatch(page, { kind: "conversations", conversations: [refused], complete: true });
    await page.getByText("A change that was kept could not be made. You may not change").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await given(page, "heed_refusal")).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByText("A change that was kept could not be made.").waitFor({ state: "detached" });
    expect(await given(page, "heed_refusal")).toMatchObject([{ conversationId: GROUP }]);
  }),
  PATIENCE,
);

test(
  "what is to be done about somebody opens by keys, gives the focus back, and asks before they are removed",
  story(details, { scene: "group" }, async ({ page }) => {
    const about = page.getByRole("button", { name: "What to do about tomas" });
    await about.focus();
    await page.keyboard.press("Enter");
    await page
      .getByRole("dialog", { name: "tomas" })
      .getByRole("button", { name: "Make an admin" })
      .waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await about.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove from the group" }).click();
    await page.getByRole("dialog", { name: "Remove tomas?" }).waitFor();
    expect(await given(page, "remove_member")).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Remove from the group" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await given(page, "remove_member")).toMatchObject([{ conversationId: GROUP, accountId: TOMAS }]);
  }),
  PATIENCE,
);

test(
  "a plain member calls another as they like, and blocks and unblocks them, without any say over ranks",
  story(details, { scene: "groupSilent" }, async ({ page }) => {
    const menu = page.getByRole("dialog");
    const about = (name: string) => page.getByRole("button", { name: `What to do about ${name}` }).click();
    await about("tomas");
    await menu.getByRole("button", { name: "Block tomas" }).waitFor();
    expect(await menu.getByRole("button", { name: /Make|Hand|Remove/ }).count()).toBe(0);
    await menu.getByRole("button", { name: "Your own name for them" }).click();
    await menu.getByLabel("Your own name for them").fill("Uncle Tom");
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.locator(".member-name", { hasText: "Uncle Tom" }).waitFor();
    await about("Uncle Tom");
    await menu.getByRole("button", { name: "Block Uncle Tom" }).click();
    await menu.getByText("here and in groups").waitFor();
    expect(await given(page, "stand_to")).toEqual([]);
    await menu.getByRole("button", { name: "Block", exact: true }).click();
    await menu.getByRole("button", { name: "Unblock Uncle Tom" }).click();
    await menu.getByRole("button", { name: "Block Uncle Tom" }).waitFor();
    expect(await given(page, "stand_to")).toMatchObject([
      { accountId: TOMAS, standing: "blocked" },
      { accountId: TOMAS, standing: "accepted" },
    ]);
    expect(await given(page, "nickname")).toMatchObject([{ accountId: TOMAS, nickname: "Uncle Tom" }]);
  }),
  PATIENCE,
);

test(
  "the name over a message leads by keys to writing to whoever wrote it, or to reporting them",
  story(`/chat/${GROUP}`, { scene: "group" }, async ({ page }) => {
    const name = page.locator(".bubble-name", { hasText: "leyla" }).first();
    await name.focus();
    await page.keyboard.press("Enter");
    const menu = page.getByRole("dialog", { name: "leyla.moradi" });
    await menu.getByRole("button", { name: "Report leyla.moradi" }).click();
    await page.getByRole("dialog", { name: "Report leyla.moradi" }).getByText("I do.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await name.click();
    await menu.getByRole("button", { name: "Write to leyla.moradi" }).click();
    await page.getByRole("textbox", { name: "Message to leyla.moradi" }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/chat/${CONVERSATION.leyla}`);
  }),
  PATIENCE,
);

test(
  "how somebody is stood to is not guessed where it could not be read",
  story(details, { scene: "group" }, async ({ page }) => {
    await failFrom(page, "profile", "unreachable");
    await page.getByRole("button", { name: "What to do about tomas" }).click();
    await page.getByRole("alert").filter({ hasText: "could not be reached" }).waitFor();
    expect(await page.getByRole("button", { name: /lock tomas/ }).count()).toBe(0);
    await failFrom(page, "profile");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("button", { name: "Block tomas" }).waitFor();
  }),
  PATIENCE,
);

test(
  "its owner is asked before a group is deleted for everybody",
  story(details, { scene: "group" }, async ({ page }) => {
    await page.getByText("Hand it over to somebody else before you leave").waitFor();
    await page.getByRole("button", { name: "Delete the group" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete Garden on Sunday for everybody?" });
    await dialog.getByText("the server forgets the group").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await given(page, "end_group")).toEqual([]);
    await dialog.getByRole("button", { name: "Delete the group" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await given(page, "end_group")).toMatchObject([{ conversationId: GROUP }]);
  }),
  PATIENCE,
);

test(
  "who types in a group, and who wrote what is found in it, is said by name",
  story(`/chat/${GROUP}`, { scene: "group" }, async ({ page }) => {
    await page.getByText("4 members").waitFor();
    const until = await page.evaluate(() => Date.now() + 60_000);
    await pushPatch(page, { kind: "typing", conversationId: GROUP, accountId: TOMAS, until });
    await page.locator(".head-state", { hasText: "tomas" }).waitFor();
    await page.locator(".row", { hasText: "is typing…" }).waitFor();
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("searchbox").fill("coffee");
    await page.locator(".search .row-prefix", { hasText: "tomas:" }).waitFor();
  }),
  PATIENCE,
);

test(
  "a name in Latin letters stands beside its picture in Persian too",
  story(details, { scene: "groupPersian", language: "fa" }, async ({ page }) => {
    const first = page.locator(".member").first();
    const picture = await first.locator(".avatar").boundingBox();
    const name = await first.locator(".member-name").boundingBox();
    expect((picture?.x ?? 0) - (name?.x ?? 0) - (name?.width ?? 0)).toBeWithin(1, 24);
  }),
  PATIENCE,
);

test(
  "what became of a group runs as the interface does, also when it begins with a name in Latin letters",
  story(`/chat/${GROUP}`, { scene: "groupPersian", language: "fa" }, async ({ page }) => {
    await page.locator(".change-line").first().waitFor();
    await pushPatch(page, { kind: "messages", conversationId: GROUP, messages: [ranked()] });
    await page.locator(".change-line").filter({ hasText: "ناظر کرد" }).waitFor();
    const ways = await page
      .locator(".change-line, .change-line *")
      .evaluateAll((parts) => parts.map((part) => getComputedStyle(part).direction));
    expect(new Set(ways)).toEqual(new Set(["rtl"]));
  }),
  PATIENCE,
);

/** Somebody made somebody else a moderator. */
function ranked(): MessageView {
  return {
    id: testId(9300),
    conversationId: GROUP,
    sequence: 9300,
    sender: TOMAS,
    mine: false,
    sentAt: Date.now(),
    body: { kind: "change", changes: [{ kind: "ranked", account: testId(100), rank: "moderator" }] },
    mark: undefined,
    failure: undefined,
  };
}

/** The group with one more in it. */
function grown(): ConversationView {
  const view = SCENES.group(Date.now()).conversations.find(({ id }) => id === GROUP);
  if (!view?.group) throw new Error("scene without the group");
  const samira = { accountId: testId<AccountId>(204), username: "samira", rank: "member" as const };
  return { ...view, group: { ...view.group, people: [...view.group.people, samira] } };
}

test(
  "somebody is called in groups as one calls them oneself",
  story(`/chat/${GROUP}`, { scene: "group" }, async ({ page }) => {
    await page.locator(".bubble-name", { hasText: "tomas" }).first().waitFor();
    const scene = SCENES.group(Date.now());
    const direct = scene.conversations.find(({ kind }) => kind === "direct");
    if (!direct?.peer) throw new Error("nobody");
    const peer = { accountId: TOMAS, username: "tomas", nickname: "Uncle Tom" };
    await pushPatch(page, { kind: "conversations", conversations: [{ ...direct, peer }], complete: false });
    await page.locator(".bubble-name", { hasText: "Uncle Tom" }).first().waitFor();
    await page.getByRole("link", { name: /^@Uncle Tom$/ }).waitFor();
  }),
  PATIENCE,
);
