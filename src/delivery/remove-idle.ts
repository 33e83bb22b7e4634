import { and, asc, eq, exists, gt, inArray, lte, ne, or, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { proposeRemovals } from "../conversations/propose-removal.ts";
import type { Queries } from "../db/database.ts";
import { conversationDevices, conversations, devices, events } from "../db/tables.ts";
import type { ConversationId, DeviceId } from "../protocol/ids.ts";
import { decodeRoleList } from "../protocol/role-list.ts";
import { KEPT_FOR } from "./drop-delivered.ts";

const AT_ONCE = 100;

/**
 * Devices that nobody has used for as long as messages are kept: what is written meanwhile is lost to them
 * anyhow, and the keys they hold, if somebody else has them by now, read all that is written. Left where they are:
 * the last device of an account in a direct conversation, since the other could reach that person no more, and
 * nothing leads back; the last of a group's owner, who alone can hand it over; and where everybody is idle,
 * since nothing is written there, and nobody could come back first.
 */
export async function removeIdle(app: App): Promise<void> {
  const before = app.clock.now() - KEPT_FOR;
  await noteThoseHere(app, app.clock.now() - KEPT_FOR / 2);
  for (let after = ""; ; ) {
    const page = await findWithIdle(app.db.read, after, before);
    for (const one of page)
      await removeIdleFrom(app, one, before).catch((error) => app.log.warn("remove_idle_failed", { error }));
    const last = page.at(-1);
    if (last === undefined || page.length < AT_ONCE) return;
    after = last.id;
  }
}

async function removeIdleFrom(app: App, { id, ...of }: Found, before: number): Promise<void> {
  const idle = idleOf(await readSeats(app.db.read, id, before), of);
  if (idle.length > 0) await proposeRemovals(app, id, idle);
}

/** A socket may stand, and acknowledge, for longer than its session was asked for. */
async function noteThoseHere({ db, hub, clock }: App, before: number): Promise<void> {
  const quiet = await db.read.select({ id: devices.id }).from(devices).where(lte(devices.lastSeenAt, before));
  const here = quiet.map(({ id }) => id).filter(hub.isHere);
  if (here.length === 0) return;
  await db.write((tx) =>
    tx.update(devices).set({ lastSeenAt: clock.now() }).where(inArray(devices.id, here)),
  );
}

/** Conversations, by id, in which somebody might be idle: in a direct one only beside another device of theirs. */
function findWithIdle(queries: Queries, after: string, before: number) {
  const { id, kind, roles } = conversations;
  const { conversationId, deviceId, accountId } = conversationDevices;
  const others = queries
    .select({ one: sql`1` })
    .from(sql`conversation_devices AS other`)
    .where(
      sql`other.conversation_id = ${conversationId} AND other.account_id = ${accountId} AND other.device_id <> ${deviceId}`,
    );
  const idle = queries
    .select({ deviceId })
    .from(conversationDevices)
    .innerJoin(devices, eq(devices.id, deviceId))
    .where(
      and(eq(conversationId, id), lte(devices.lastSeenAt, before), or(eq(kind, "group"), exists(others))),
    );
  return queries
    .select({ id, kind, roles })
    .from(conversations)
    .where(and(gt(id, after as ConversationId), ne(kind, "saved"), exists(idle)))
    .orderBy(asc(id))
    .limit(AT_ONCE);
}

type Found = Pick<typeof conversations.$inferSelect, "id" | "kind" | "roles">;

interface Seat {
  readonly deviceId: DeviceId;
  readonly accountId: string;
  readonly isIdle: boolean;
}

/** Whoever was added a short while ago has that long to come, however long they had been away before. */
async function readSeats(queries: Queries, id: ConversationId, before: number): Promise<Seat[]> {
  const { conversationId, deviceId, accountId, joinedSequence } = conversationDevices;
  const rows = await queries
    .select({ deviceId, accountId, lastSeenAt: devices.lastSeenAt, joinedAt: events.sentAt })
    .from(conversationDevices)
    .innerJoin(devices, eq(devices.id, deviceId))
    .leftJoin(events, and(eq(events.conversationId, conversationId), eq(events.sequence, joinedSequence)))
    .where(eq(conversationId, id));
  return rows.map(({ lastSeenAt, joinedAt, ...seat }) => ({
    ...seat,
    isIdle: Math.max(lastSeenAt, joinedAt ?? 0) <= before,
  }));
}

function idleOf(seats: readonly Seat[], { kind, roles }: Omit<Found, "id">): DeviceId[] {
  const idle = seats.filter(({ isIdle }) => isIdle);
  if (idle.length === seats.length) return [];
  const owner = decodeRoleList(roles)?.owner;
  const used = new Set(seats.filter(({ isIdle }) => !isIdle).map(({ accountId }) => accountId));
  const goes = (accountId: string) => used.has(accountId) || (kind === "group" && accountId !== owner);
  return idle.filter(({ accountId }) => goes(accountId)).map(({ deviceId }) => deviceId);
}
