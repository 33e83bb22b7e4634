import { expect, test } from "bun:test";
import { type AccountId, type ConversationId, newId } from "../../src/protocol/ids.ts";
import { PREVIEW_SIZE } from "../../src/protocol/join-preview.ts";
import { LISTING_SIZE } from "../../src/protocol/listing.ts";
import { fingerprintRoot } from "./fingerprint-root.ts";
import { openJoinLink, openPreview, sealPreview } from "./join-link.ts";

test("the preview of the largest community fits what the server takes", async () => {
  const link = await openJoinLink();
  const fingerprint = await fingerprintRoot(newId<AccountId>(), new Uint8Array(32));
  const preview = {
    version: 1 as const,
    conversationId: newId<ConversationId>(),
    name: "字".repeat(64),
    members: 250,
    known: Array.from({ length: 250 }, () => fingerprint),
    listing: crypto.getRandomValues(new Uint8Array(LISTING_SIZE)),
  };
  const sealed = await sealPreview(link, preview);
  expect(sealed.byteLength).toBeLessThanOrEqual(PREVIEW_SIZE);
  expect(await openPreview(link, sealed)).toEqual(preview);
});
