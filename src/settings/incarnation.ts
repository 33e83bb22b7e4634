import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Database, Queries } from "../db/database.ts";
import { keyPackages, meta } from "../db/tables.ts";
import { type Incarnation, newId } from "../protocol/ids.ts";

const KEY = "incarnation";
let known = new WeakMap<Database, Incarnation>();

/** Names this life of the database: a restore from a backup begins another, and old cursors mean nothing in it. */
export async function readIncarnation(app: Pick<App, "db">): Promise<Incarnation> {
  const remembered = known.get(app.db);
  if (remembered !== undefined) return remembered;
  const found = (await stored(app.db)) ?? (await beginFirst(app.db));
  known.set(app.db, found);
  return found;
}

/**
 * Begins another life, inside the write that puts the database back to an earlier time. The key packages of then
 * go with it: some were used since, and nobody may be given one twice (RFC 9420 §16.8). Devices make new ones.
 */
export async function beginIncarnation(tx: Queries): Promise<void> {
  const row = { key: KEY, value: newId<Incarnation>() };
  await tx.insert(meta).values(row).onConflictDoUpdate({ target: meta.key, set: row });
  await tx.delete(keyPackages);
  known = new WeakMap();
}

async function stored(db: Database): Promise<Incarnation | undefined> {
  const [row] = await db.read.select({ value: meta.value }).from(meta).where(eq(meta.key, KEY));
  return row?.value as Incarnation | undefined;
}

/** Of two that begin at once, both learn the one that stayed. */
async function beginFirst(db: Database): Promise<Incarnation> {
  const mine = newId<Incarnation>();
  await db.write((tx) => tx.insert(meta).values({ key: KEY, value: mine }).onConflictDoNothing());
  return (await stored(db)) ?? mine;
}
