import { eq, inArray } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { conversationDevices } from "../db/tables.ts";
import type { Audience } from "../live/hub.ts";
import type { ConversationId, DeviceId } from "../protocol/ids.ts";

/** The member devices of conversations at these versions of their membership, unless the hub has them. */
export async function readAudiences(
  app: App,
  tx: Queries,
  versions: ReadonlyMap<ConversationId, number>,
): Promise<Map<ConversationId, Audience>> {
  const audiences = new Map<ConversationId, Audience>();
  const unknown: ConversationId[] = [];
  for (const [conversationId, version] of versions) {
    const audience = { conversationId, version };
    audiences.set(conversationId, audience);
    if (!app.hub.knows(audience)) unknown.push(conversationId);
  }
  if (unknown.length === 0) return audiences;
  const rows = await tx
    .select({ conversationId: conversationDevices.conversationId, deviceId: conversationDevices.deviceId })
    .from(conversationDevices)
    .where(inArray(conversationDevices.conversationId, unknown));
  for (const conversationId of unknown) {
    const devices: DeviceId[] = rows
      .filter((row) => row.conversationId === conversationId)
      .map((row) => row.deviceId);
    audiences.set(conversationId, { conversationId, version: versions.get(conversationId) ?? 0, devices });
  }
  return audiences;
}

/** Who is in now. */
export async function memberDevices(tx: Queries, conversationId: ConversationId): Promise<DeviceId[]> {
  const rows = await tx
    .select({ deviceId: conversationDevices.deviceId })
    .from(conversationDevices)
    .where(eq(conversationDevices.conversationId, conversationId));
  return rows.map((row) => row.deviceId);
}
