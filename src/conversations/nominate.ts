import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Database } from "../db/database.ts";
import { conversationDevices, pendingRemovals } from "../db/tables.ts";
import type { ConversationId, DeviceId } from "../protocol/ids.ts";
import { memberDevices } from "./read-audience.ts";
import { readWaiting } from "./waiting-removals.ts";

/** So long one device alone is asked to commit what waits. */
const TURN_MS = 5_000;

/** Where somebody has been asked, and who was already. */
const rounds = new WeakMap<Database, Map<ConversationId, Set<DeviceId>>>();

function roundsOf({ db }: App): Map<ConversationId, Set<DeviceId>> {
  const known = rounds.get(db) ?? new Map<ConversationId, Set<DeviceId>>();
  rounds.set(db, known);
  return known;
}

/**
 * Asks the devices that are here to commit what the server has proposed, one at a time, so that not all do at
 * once. Ends when it is done, or when all were asked; whoever comes next is asked then.
 */
export function nominate(app: App, id: ConversationId): void {
  const running = roundsOf(app);
  if (running.has(id)) return;
  running.set(id, new Set());
  void ask(app, id);
}

/** Somebody has come: in which of its conversations does something wait? */
export async function nominateNewcomer(app: App, deviceId: DeviceId): Promise<void> {
  const found = await app.db.read
    .selectDistinct({ id: pendingRemovals.conversationId })
    .from(pendingRemovals)
    .innerJoin(conversationDevices, eq(conversationDevices.conversationId, pendingRemovals.conversationId))
    .where(eq(conversationDevices.deviceId, deviceId));
  for (const { id } of found) nominate(app, id);
}

/** What they were asked over a connection that is gone counts no more: they have a turn again when they are back. */
export function forgetAsked(app: App, deviceId: DeviceId): void {
  for (const asked of roundsOf(app).values()) asked.delete(deviceId);
}

/** Periodic: whoever was asked may have been too slow, or the server was started anew. */
export async function nominateAll(app: App): Promise<void> {
  const found = await app.db.read
    .selectDistinct({ id: pendingRemovals.conversationId })
    .from(pendingRemovals);
  for (const { id } of found) nominate(app, id);
}

async function ask(app: App, id: ConversationId): Promise<void> {
  const chosen = await choose(app, id).catch((error) => {
    if (!app.closing.aborted) app.log.warn("nomination_failed", { error });
    return undefined;
  });
  if (chosen === undefined) return void roundsOf(app).delete(id);
  roundsOf(app).get(id)?.add(chosen);
  app.hub.tellDevice(chosen, { t: "commit_proposals", conversationId: id });
  setTimeout(() => void ask(app, id), TURN_MS).unref();
}

/** Undefined: nothing waits any more, or nobody is here who was not asked. */
async function choose(app: App, id: ConversationId): Promise<DeviceId | undefined> {
  if (app.closing.aborted || (await readWaiting(app.db.read, id)).length === 0) return undefined;
  const asked = roundsOf(app).get(id);
  const devices = await memberDevices(app.db.read, id);
  const left = devices.filter((deviceId) => app.hub.isHere(deviceId) && !asked?.has(deviceId));
  return left[Math.floor(Math.random() * left.length)];
}
