import { and, eq } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { archiveRows, archives } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { dropArchive } from "../protocol/archive.ts";

export const answerDropArchive: Answering<typeof dropArchive> = async ({ conversationId }, request) => {
  const { app, session } = request;
  take(request, "archive_change", session.accountId);
  const { accountId } = session;
  await app.db.write(async (tx) => {
    for (const table of [archiveRows, archives])
      await tx
        .delete(table)
        .where(
          and(
            eq(table.accountId, accountId),
            conversationId === null ? undefined : eq(table.conversationId, conversationId),
          ),
        );
  });
  return {};
};
