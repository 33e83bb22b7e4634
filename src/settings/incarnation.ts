import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Database } from "../db/database.ts";
import { meta } from "../db/tables.ts";
import { type Incarnation, newId } from "../protocol/ids.ts";

const KEY = "incarnation";
const known = new WeakMap<Database, Incarnation>();

/** Names this life of the database: a restore from a backup begins another, and old cursors mean nothing in it. */
export async function readIncarnation(app: Pick<App, "db">): Promise<Incarnation> {
  const remembered = known.get(app.db);
  if (remembered !== undefined) return remembered;
  const found = (await stored(app.db)) ?? (await begin(app.db));
  known.set(app.db, found);
  return found;
}

async function stored(db: Database): Promise<Incarnation | undefined> {
  const [row] = await db.read.select({ value: meta.value }).from(meta).where(eq(meta.key, KEY));
  return row?.value as Incarnation | undefined;
}

/** Of two that begin at once, both learn the one that stayed. */
async function begin(db: Database): Promise<Incarnation> {
  const mine = newId<Incarnation>();
  await db.write((tx) => tx.insert(meta).values({ key: KEY, value: mine }).onConflictDoNothing());
  return (await stored(db)) ?? mine;
}
