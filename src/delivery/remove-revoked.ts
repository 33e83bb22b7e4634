import { and, eq, exists, isNotNull, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { proposeRemovals } from "../conversations/propose-removal.ts";
import { conversationDevices, devices } from "../db/tables.ts";

const AT_ONCE = 500;

/**
 * Takes devices that their account has removed out of the conversations that another of its devices is in. Where it is
 * the only one its leaf stays: whoever comes back with the recovery words takes its place.
 */
export async function removeRevoked(app: App): Promise<void> {
  const { conversationId, deviceId, accountId } = conversationDevices;
  const another = app.db.read
    .select({ one: sql`1` })
    .from(sql`conversation_devices AS other`)
    .innerJoin(sql`devices AS live`, sql`live.id = other.device_id AND live.revoked_at IS NULL`)
    .where(sql`other.conversation_id = ${conversationId} AND other.account_id = ${accountId}`);
  const seats = await app.db.read
    .select({ conversationId, deviceId })
    .from(devices)
    .innerJoin(conversationDevices, eq(deviceId, devices.id))
    .where(and(isNotNull(devices.revokedAt), exists(another)))
    .limit(AT_ONCE);
  for (const [id, removed] of Map.groupBy(seats, (seat) => seat.conversationId))
    await proposeRemovals(
      app,
      id,
      removed.map((seat) => seat.deviceId),
    );
}
