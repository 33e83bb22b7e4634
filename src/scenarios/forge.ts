import type { Headless } from "../../web/headless.ts";
import { between, placed } from "../../web/storage/key.ts";
import type { OutgoingContent } from "../../web/storage/records.ts";
import { type ConversationId, type MessageId, newMessageId } from "../protocol/ids.ts";
import { storedBy } from "./talking.ts";

interface Forged {
  readonly content: OutgoingContent;
  readonly messageId?: MessageId;
}

/** Puts into somebody's outbox what their own client would not write; it goes up with the next message. */
export async function forge(
  person: Headless,
  conversationId: ConversationId,
  forged: readonly Forged[],
): Promise<void> {
  const vault = await storedBy(person);
  await vault.change(async (change) => {
    const [newest] = await change.list("outbox", {
      ...between(conversationId, 0),
      limit: 1,
      newestFirst: true,
    });
    const last = Number(newest?.key.split("|")[1] ?? 0);
    for (const [index, { messageId = newMessageId(), content }] of forged.entries()) {
      const place = Math.max(Date.now() * 100, last + 1) + index;
      const shared = { createdAt: Date.now(), envelope: null, accepted: null, failure: null };
      change.put("outbox", placed(conversationId, place), { messageId, conversationId, content, ...shared });
      change.put("message_ids", messageId, { conversationId, store: "outbox", place });
    }
  });
  vault.close();
}
