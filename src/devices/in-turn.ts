import type { Database } from "../db/database.ts";

const turns = new WeakMap<Database, Map<string, Promise<unknown>>>();

/**
 * One after the other for one key. Claims of the same pool would only collide in the database and be tried
 * again; other server processes still do, and the database decides.
 */
export async function inTurn<Answer>(
  db: Database,
  key: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const ofServer = turns.get(db) ?? new Map<string, Promise<unknown>>();
  turns.set(db, ofServer);
  const before = ofServer.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => undefined);
  ofServer.set(key, settled);
  try {
    return await mine;
  } finally {
    if (ofServer.get(key) === settled) ofServer.delete(key);
  }
}
