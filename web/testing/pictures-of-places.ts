import type { Page } from "playwright-core";
import type { Picture } from "./picture.ts";
import { CHANNEL, COMMUNITY, PRIVATE_CHANNEL } from "./test-ids.ts";

const reader = { scene: "channelReader", persian: "channelReaderPersian" } as const;
const author = { scene: "channelAuthor", persian: "channelAuthorPersian" } as const;
const owner = { scene: "community", persian: "communityPersian" } as const;
const member = { scene: "communityMember", persian: "communityMemberPersian" } as const;
const first = (selector: string) => (page: Page) => page.locator(selector).first().click();

/** Channels and communities. */
export const PICTURES_OF_PLACES: Record<string, Picture> = {
  "channel-reader": { path: `/chat/${CHANNEL}`, ...reader },
  "channel-author": { path: `/chat/${CHANNEL}`, ...author },
  "channel-details": { path: `/chat/${CHANNEL}/details`, ...author },
  "channel-comments": { path: `/chat/${CHANNEL}`, ...reader, act: first(".post-comments") },
  "channel-report": {
    path: `/chat/${CHANNEL}`,
    ...reader,
    act: async (page) => {
      await page.locator(".message-more").last().dispatchEvent("click");
      await page.locator("dialog .choice").last().click();
      await page.locator(".report-quote").waitFor();
    },
  },
  "private-channel-reader": { path: `/chat/${PRIVATE_CHANNEL}`, ...reader },
  "private-channel-author": { path: `/chat/${PRIVATE_CHANNEL}/details`, ...author },
  community: { path: `/chat/${COMMUNITY}`, ...owner },
  "community-list": { path: `/chat/${COMMUNITY}/details`, ...owner },
  "community-join": { path: `/chat/${COMMUNITY}/details`, ...member },
};
