import { and, eq, isNull } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { events } from "../db/tables.ts";
import type { AccountId, ConversationId, MessageId } from "../protocol/ids.ts";

/**
 * Of a message that its sender takes back a hash stays, so that whoever has not fetched it yet comes to the same
 * chain; of what was delivered and dropped nothing more stays than its id. Neither can be proven to a moderator any
 * more. What is somebody else's or no message stays as it is.
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
    .where(isToErase(conversationId, by, messageId));
  if (found === undefined) return;
  const { body } = found;
  const hash = new Uint8Array(new Bun.CryptoHasher("sha256").update(body).digest());
  await tx
    .update(events)
    .set({
      kind: "erased",
      body: body.byteLength === 0 ? body : hash,
      frankingTag: null,
      attachmentIds: null,
    })
    .where(and(eq(events.conversationId, conversationId), eq(events.sequence, found.sequence)));
}

/** A message of this account that it has not taken back yet, and of which more than the newest is kept. */
export function isToErase(conversationId: ConversationId, by: AccountId, messageId: MessageId) {
  return and(
    eq(events.conversationId, conversationId),
    eq(events.messageId, messageId),
    eq(events.senderAccountId, by),
    eq(events.kind, "message"),
    isNull(events.collapseKey),
  );
}
