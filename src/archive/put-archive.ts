import { and, eq, inArray } from "drizzle-orm";
import type * as v from "valibot";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { archiveRows, archives, conversationMembers } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { putArchive } from "../protocol/archive.ts";
import type { AccountId, ConversationId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

type Input = v.InferOutput<typeof putArchive.input>;

/** By whoever is or was in the conversation; of two devices that send the same place the later version stays. */
export const answerPutArchive: Answering<typeof putArchive> = async (input, request) => {
  const { app, session } = request;
  take(request, "archive_change", session.accountId);
  const upTo = await app.db.write(async (tx) => {
    await demandMember(tx, session.accountId, input.conversationId);
    return keep(tx, session.accountId, input, app.config.limits.archiveBytes);
  });
  return { upTo };
};

async function demandMember(tx: Queries, accountId: AccountId, conversationId: ConversationId) {
  const found = await tx
    .select({ id: conversationMembers.conversationId })
    .from(conversationMembers)
    .where(
      and(
        eq(conversationMembers.accountId, accountId),
        eq(conversationMembers.conversationId, conversationId),
      ),
    );
  if (found.length === 0) throw new Refusal("conversation.not_found");
}

async function keep(tx: Queries, accountId: AccountId, { conversationId, rows, upTo }: Input, quota: number) {
  const all = await tx
    .select({ id: archives.conversationId, upTo: archives.upTo, rows: archives.rows, bytes: archives.bytes })
    .from(archives)
    .where(eq(archives.accountId, accountId));
  const before = all.find(({ id }) => id === conversationId) ?? { upTo: 0, rows: 0, bytes: 0 };
  const kept = await readKept(
    tx,
    { accountId, conversationId },
    rows.map(({ sequence }) => sequence),
  );
  const after = { upTo: Math.max(before.upTo, upTo), rows: before.rows, bytes: before.bytes };
  for (const { sequence, version, sealed } of rows) {
    const old = kept.get(sequence);
    if (old !== undefined && old.version >= version) continue;
    after.rows += old === undefined ? 1 : 0;
    after.bytes += (sealed?.byteLength ?? 0) - (old?.sealed?.byteLength ?? 0);
    await tx
      .insert(archiveRows)
      .values({ accountId, conversationId, sequence, version, sealed })
      .onConflictDoUpdate({
        target: [archiveRows.accountId, archiveRows.conversationId, archiveRows.sequence],
        set: { version, sealed },
      });
  }
  const total = all.reduce((sum, { bytes }) => sum + bytes, after.bytes - before.bytes);
  if (total > quota && after.bytes > before.bytes) throw new Refusal("archive.full");
  await tx
    .insert(archives)
    .values({ accountId, conversationId, ...after })
    .onConflictDoUpdate({ target: [archives.accountId, archives.conversationId], set: after });
  return after.upTo;
}

async function readKept(
  tx: Queries,
  of: { readonly accountId: AccountId; readonly conversationId: ConversationId },
  sequences: readonly number[],
) {
  if (sequences.length === 0) return new Map<number, never>();
  const rows = await tx
    .select({ sequence: archiveRows.sequence, version: archiveRows.version, sealed: archiveRows.sealed })
    .from(archiveRows)
    .where(
      and(
        eq(archiveRows.accountId, of.accountId),
        eq(archiveRows.conversationId, of.conversationId),
        inArray(archiveRows.sequence, [...sequences]),
      ),
    );
  return new Map(rows.map((row) => [row.sequence, row]));
}
