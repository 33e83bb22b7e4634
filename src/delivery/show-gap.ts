import { and, count, eq, gt, isNull, lte, ne } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { requireMember } from "../conversations/require-member.ts";
import { events } from "../db/tables.ts";
import type { showGap } from "../protocol/delivery.ts";

/** The bodies are gone, their ids are remembered for longer: enough to say how much is missing. */
export const answerShowGap: Answering<typeof showGap> = async (
  { conversationId, after },
  { app, session },
) => {
  const { conversation, own } = await requireMember(app.db.read, conversationId, session.deviceId);
  const upTo = conversation.floor;
  const [row] = await app.db.read
    .select({ messages: count() })
    .from(events)
    .where(
      and(
        eq(events.conversationId, conversationId),
        eq(events.kind, "message"),
        gt(events.sequence, Math.max(after, own.joinedSequence)),
        lte(events.sequence, upTo),
        isNull(events.collapseKey),
        ne(events.senderDeviceId, session.deviceId),
      ),
    );
  return { upTo, messages: Number(row?.messages ?? 0) };
};
