import { and, eq, gt, isNull } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { conversations, events } from "../db/tables.ts";
import type { AccountId, ConversationId, MessageId } from "../protocol/ids.ts";

/**
 * Of a message that its sender takes back a hash stays, so that whoever has not fetched it yet comes to the same
 * chain. What is somebody else's, no message or dropped already stays as it is.
 */
export async function eraseDeleted(
  tx: Queries,
  conversationId: ConversationId,
  by: AccountId,
  messageId: MessageId,
): Promise<void> {
  const [found] = await tx
    .select({ sequence: events.sequence, body: events.body })
    .from(events)
    .innerJoin(conversations, eq(conversations.id, events.conversationId))
    .where(
      and(
        eq(events.conversationId, conversationId),
        eq(events.messageId, messageId),
        eq(events.senderAccountId, by),
        eq(events.kind, "message"),
        isNull(events.collapseKey),
        gt(events.sequence, conversations.floor),
      ),
    );
  if (found === undefined) return;
  const hash = new Uint8Array(new Bun.CryptoHasher("sha256").update(found.body).digest());
  await tx
    .update(events)
    .set({ kind: "erased", body: hash, frankingTag: null, attachmentIds: null })
    .where(and(eq(events.conversationId, conversationId), eq(events.sequence, found.sequence)));
}
