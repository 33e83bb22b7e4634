import { readdir } from "node:fs/promises";
import { and, eq, inArray, isNotNull, isNull, lte, notExists } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { attachments, attachmentUses } from "../db/tables.ts";
import { inTurn } from "../devices/in-turn.ts";
import type { AttachmentId } from "../protocol/ids.ts";
import { dropBytes } from "./drop-upload.ts";
import { dropGathered, gatheringFolder } from "./gather.ts";
import { turnOf } from "./upload.ts";

const KEPT_UNUSED = 24 * 60 * 60_000;
const AT_ONCE = 500;

/**
 * Periodic: what was never finished, or is named by no message any more, goes after a day: somebody may be about
 * to pass it on. Answers how many went.
 */
export async function sweepAttachments(app: App): Promise<number> {
  await letGo(app);
  const before = app.clock.now() - KEPT_UNUSED;
  const old = await app.db.read
    .select({ id: attachments.id, completedAt: attachments.completedAt })
    .from(attachments)
    .where(and(isNull(attachments.usedAt), lte(attachments.createdAt, before)))
    .limit(AT_ONCE);
  let gone = 0;
  for (const { id, completedAt } of old)
    if (completedAt === null || completedAt <= before) gone += await sweep(app, id);
  await sweepGathered(app);
  return gone;
}

/** What the last message that named it has left begins its last day. */
async function letGo({ db, clock }: App): Promise<void> {
  const now = clock.now();
  const unnamed = (queries: Queries) => and(isNotNull(attachments.usedAt), isNamedByNone(queries));
  await db.write((tx) =>
    tx
      .delete(attachmentUses)
      .where(and(isNotNull(attachmentUses.expiresAt), lte(attachmentUses.expiresAt, now))),
  );
  // Looked for outside the write: it goes through all files.
  const found = await db.read
    .select({ id: attachments.id })
    .from(attachments)
    .where(unnamed(db.read))
    .limit(AT_ONCE);
  const ids = found.map(({ id }) => id);
  if (ids.length === 0) return;
  await db.write((tx) =>
    tx
      .update(attachments)
      .set({ usedAt: null, createdAt: now, completedAt: now })
      .where(and(inArray(attachments.id, ids), unnamed(tx))),
  );
}

function isNamedByNone(queries: Queries) {
  return notExists(
    queries
      .select({ id: attachmentUses.attachmentId })
      .from(attachmentUses)
      .where(eq(attachmentUses.attachmentId, attachments.id)),
  );
}

function sweep(app: App, id: AttachmentId): Promise<number> {
  return inTurn(app.db, turnOf(id), async () => {
    const gone = await app.db.write((tx) =>
      tx
        .delete(attachments)
        .where(and(eq(attachments.id, id), isNull(attachments.usedAt), isNamedByNone(tx)))
        .returning({ id: attachments.id }),
    );
    if (gone.length > 0) await dropBytes(app, id);
    return gone.length;
  });
}

/** What a killed server was about to remove. */
async function sweepGathered(app: App): Promise<void> {
  const all = (await readdir(gatheringFolder(app)).catch(() => [])) as AttachmentId[];
  for (let first = 0; first < all.length; first += AT_ONCE) {
    const names = all.slice(first, first + AT_ONCE);
    const known = await app.db.read
      .select({ id: attachments.id })
      .from(attachments)
      .where(inArray(attachments.id, names));
    const ids = new Set(known.map(({ id }) => id));
    for (const name of names) if (!ids.has(name)) await dropGathered(app, name);
  }
}
