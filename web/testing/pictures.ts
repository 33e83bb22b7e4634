import type { Page } from "playwright-core";
import { FINGERPRINT } from "./fixture-people.ts";
import type { Picture } from "./picture.ts";
import { PICTURES_OF_DEVICES } from "./pictures-of-devices.ts";
import { PICTURES_OF_FILES } from "./pictures-of-files.ts";
import { PICTURES_OF_PLACES } from "./pictures-of-places.ts";
import { CONVERSATION, GROUP } from "./test-ids.ts";

const darius = `/chat/${CONVERSATION.darius}`;

/** Every screen and state. */
export const PICTURES: Record<string, Picture> = {
  landing: { path: "/" },
  "landing-new": { path: "/", script: { setUp: false } },
  "sign-in": { path: "/auth/sign-in" },
  "sign-in-wrong": {
    path: "/auth/sign-in",
    script: { refusing: { "/api/sessions": [401, "session.wrong_credentials"] } },
    act: signInWrongly,
  },
  "sign-in-away": {
    path: "/auth/sign-in",
    script: { refusing: { "/api/server": [503, "server.stopping"] } },
  },
  register: { path: "/invite/k3Jx0s9QmZr7Vb2LhTn5WcYd" },
  "register-paste": { path: "/auth/register" },
  "register-spent": { path: "/invite/k3Jx0s9QmZr7Vb2LhTn5WcYd", script: { inviteValid: false } },
  "set-up": { path: "/setup/k3Jx0s9QmZr7Vb2LhTn5WcYd", script: { setUp: false } },
  "not-found": { path: "/nothing" },
  list: { path: "/chat" },
  "list-empty": { path: "/chat", scene: "empty" },
  "list-loading": { path: "/chat", scene: "loading" },
  conversation: { path: darius },
  "conversation-unread": { path: `/chat/${CONVERSATION.leyla}` },
  "conversation-failed": { path: `/chat/${CONVERSATION.farhad}` },
  "conversation-new": { path: `/chat/${CONVERSATION.new}` },
  "conversation-saved": { path: `/chat/${CONVERSATION.saved}` },
  "conversation-broken": { path: darius, scene: "failing" },
  "conversation-up": { path: darius, scene: "many", act: scrollUp },
  "conversation-long": { path: darius, act: writeLong },
  "conversation-request": { path: `/chat/${CONVERSATION.leyla}`, scene: "asking" },
  "conversation-blocked": { path: `/chat/${CONVERSATION.leyla}`, scene: "blocked" },
  "contact-met": { path: `/to/samira#${FINGERPRINT}` },
  "contact-differs": { path: `/to/samira#${"A".repeat(43)}` },
  details: { path: `${darius}/details` },
  search: {
    path: "/chat",
    act: async (page) => {
      await page.getByRole("button", { name: /^(Search|جست‌وجو)$/ }).click();
      await page.getByRole("searchbox").fill("e");
      await page.locator(".search .row").first().waitFor();
    },
  },
  "search-filters": {
    path: darius,
    act: async (page) => {
      await page.getByRole("button", { name: /^(Find in this conversation|یافتن در این گفت‌وگو)$/ }).click();
      await page.locator(".search-filters select").nth(2).selectOption({ index: 4 });
      await page.locator(".search-day input").first().fill("2026-01-01");
      await page.locator(".search .row").first().waitFor();
    },
  },
  offline: { path: darius, scene: "offline" },
  "new-conversation": {
    path: "/chat",
    act: (page) =>
      page
        .getByRole("button", { name: /New conversation|گفت‌وگوی تازه/ })
        .first()
        .click(),
  },
  switcher: { path: "/chat", act: (page) => page.keyboard.press("Control+k") },
  settings: { path: "/chat/settings" },
  profile: {
    path: "/chat/settings",
    act: (page) => page.getByRole("button", { name: /^(Edit profile|ویرایش نمایه)$/ }).click(),
  },
  group: { path: `/chat/${GROUP}`, scene: "group" },
  mention: {
    path: `/chat/${GROUP}`,
    scene: "group",
    act: async (page) => {
      await page.locator(".composer-box").fill("@");
      await page.getByRole("listbox").waitFor();
    },
  },
  "send-later": {
    path: `/chat/${GROUP}`,
    scene: "group",
    act: async (page) => {
      await page.locator(".composer-box").fill("Happy birthday!");
      await page.getByRole("button", { name: /^(Send later|فرستادن در وقت دیگر)$/ }).click();
      await page.getByRole("dialog").getByRole("button").nth(2).click();
      await page.locator(".message-scheduled").waitFor();
      await page.locator(".composer-box").fill("And");
      await page.getByRole("button", { name: /^(Send later|فرستادن در وقت دیگر)$/ }).click();
      await page.getByRole("dialog").locator("input").waitFor();
    },
  },
  folders: {
    path: `${darius}/details`,
    act: async (page) => {
      await page.locator("#folder").fill("Family");
      await page.locator(".folder-new button").click();
      await page.locator(".folder-choices .folder").waitFor();
    },
  },
  timer: {
    path: `${darius}/details`,
    act: async (page) => {
      await page.locator(".timer-choice").selectOption("604800");
      await page.locator(".timer-choice").scrollIntoViewIfNeeded();
    },
  },
  media: { path: darius, scene: "media" },
  "media-large": { path: darius, scene: "media", act: openLarge },
  polls: { path: `/chat/${GROUP}`, scene: "polls" },
  "polls-fa": { path: `/chat/${GROUP}`, scene: "pollsPersian" },
  "poll-votes": {
    path: `/chat/${GROUP}`,
    scene: "polls",
    act: (page) => page.locator(".poll-do button").last().click(),
  },
  "poll-new": {
    path: `/chat/${GROUP}`,
    scene: "group",
    act: async (page) => {
      await page.locator(".attach > button").click();
      await page.locator(".attach-menu button").nth(2).click();
      await page.locator("#poll-question").fill("What do we cook on Friday?");
      await page.locator(".poll-lines input").nth(0).fill("Rice with herbs");
      await page.locator(".poll-lines input").nth(1).fill("سبزی پلو");
    },
  },
  marks: {
    path: `/chat/${GROUP}`,
    scene: "group",
    act: async (page) => {
      await page.locator(".composer-box").fill("so good");
      await page.locator(".composer-box").selectText();
      await page.getByRole("toolbar").waitFor();
    },
  },
  "message-menu": {
    path: `/chat/${GROUP}`,
    scene: "group",
    act: (page) => page.locator(".message-more").last().dispatchEvent("click"),
  },
  report: { path: `/chat/${CONVERSATION.darius}`, act: reportLast },
  reports: { path: "/chat/settings?reports", act: (page) => page.locator(".report-head").first().click() },
  server: { path: "/chat/settings?server", act: (page) => page.locator(".explained-choices").waitFor() },
  answering: {
    path: `/chat/${GROUP}`,
    scene: "group",
    act: async (page) => {
      await page.locator(".message-more").last().dispatchEvent("click");
      await page.locator(".choice").first().click();
    },
  },
  "group-about": {
    path: `/chat/${GROUP}/details`,
    scene: "group",
    act: (page) =>
      page
        .getByRole("button", { name: /Name and description|نام/ })
        .first()
        .click(),
  },
  "group-out": { path: `/chat/${GROUP}`, scene: "outOfGroup" },
  refused: { path: `/chat/${GROUP}`, scene: "changeRefused" },
  "refused-fa": { path: `/chat/${GROUP}`, scene: "changeRefusedPersian" },
  expelled: { path: `/chat/${GROUP}`, scene: "expelled" },
  "expelled-fa": { path: `/chat/${GROUP}`, scene: "expelledPersian" },
  alone: { path: `/chat/${CONVERSATION.darius}`, scene: "alone" },
  "alone-fa": { path: `/chat/${CONVERSATION.darius}`, scene: "alonePersian" },
  "group-links": {
    path: `/chat/${GROUP}/details`,
    scene: "group",
    act: async (page) => {
      await page.locator(".group-links + .button").click();
      await page.locator("dialog .button-main").click();
      await page.locator(".invite-link").scrollIntoViewIfNeeded();
    },
  },
  "group-link-new": {
    path: `/chat/${GROUP}/details`,
    scene: "group",
    act: (page) => page.locator(".group-links + .button").click(),
  },
  "join-group": { path: `/join/${"A".repeat(22)}#${"S".repeat(43)}` },
  "group-details": {
    path: `/chat/${GROUP}/details`,
    scene: "group",
    act: (page) => page.locator(".member .icon-button").nth(1).click(),
  },
  "person-named": {
    path: `/chat/${GROUP}`,
    scene: "group",
    act: async (page) => {
      await page.locator(".bubble-name").last().click();
      await page.locator("dialog .choice").nth(1).click();
    },
  },
  "group-rights": {
    path: `/chat/${GROUP}/details`,
    scene: "group",
    act: (page) => page.locator(".rule").last().scrollIntoViewIfNeeded(),
  },
  "group-silent": { path: `/chat/${GROUP}`, scene: "groupSilent" },
  "group-slow": {
    path: `/chat/${GROUP}`,
    scene: "groupSlow",
    act: (page) => page.locator(".composer-box").fill("One more thing"),
  },
  "group-new": {
    path: "/chat/new",
    act: async (page) => {
      await page.locator(".choice").first().click();
      await page.locator("#group-person").fill("samira");
      await page.keyboard.press("Enter");
      await page.locator(".chosen-person").waitFor();
    },
  },
  "settings-invite": {
    path: "/chat/settings",
    act: (page) => page.getByRole("button", { name: /Create invite link|ساختن پیوند دعوت/ }).click(),
  },
  "details-export": {
    path: `${darius}/details`,
    act: async (page) => {
      await page.getByRole("button", { name: /Export this|برون‌بری این/ }).click();
      await page.getByRole("button", { name: /Make the file|ساختن پرونده/ }).click();
      await page.locator("a[download]").waitFor();
    },
  },
  "settings-contact": {
    path: "/chat/settings",
    act: (page) => page.locator("[aria-labelledby=contact-link] button").click(),
  },
  "settings-away": {
    path: "/chat/settings",
    script: { refusing: { "/api/invites": [503, "server.stopping"] } },
    act: (page) => page.getByRole("button", { name: /Create invite link|ساختن پیوند دعوت/ }).click(),
  },
  ...PICTURES_OF_PLACES,
  ...PICTURES_OF_DEVICES,
  ...PICTURES_OF_FILES,
  elsewhere: { path: "/chat", scene: "elsewhere" },
  starting: { path: "/chat", scene: "starting" },
  insecure: { path: "/chat", scene: "insecure" },
};

/** The film between two pictures. */
async function openLarge(page: Page) {
  await page.locator(".picture-open:has(img)").first().click();
  await page.locator(".gallery img").waitFor();
  await page.locator(".gallery-after").click();
  await page.locator(".gallery-closed").waitFor();
}

async function signInWrongly(page: Page): Promise<void> {
  await page.locator("#username").fill("amina");
  await page.locator("#password").fill("not the password");
  await page.keyboard.press("Enter");
}

async function scrollUp(page: Page): Promise<void> {
  await page.locator(".timeline").evaluate((list) => list.scrollBy(0, -3000));
}

async function writeLong(page: Page): Promise<void> {
  await page.locator(".composer-box").fill("One line after another,\n".repeat(12));
}

/** From the message's own menu; what it would send is in sight. */
async function reportLast(page: Page): Promise<void> {
  await page
    .locator(".message-theirs .message-more, .bubble-theirs .message-more")
    .last()
    .dispatchEvent("click");
  await page.getByRole("button", { name: /^(Report|گزارش)$/ }).click();
  await page.locator(".report-message").first().waitFor();
}
