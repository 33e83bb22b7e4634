import { and, asc, eq, isNull } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { devices } from "../db/tables.ts";
import type { listDevices } from "../protocol/devices.ts";

export const answerListDevices: Answering<typeof listDevices> = async (_input, { app, session }) => {
  const rows = await app.db.read
    .select({
      deviceId: devices.id,
      name: devices.name,
      createdAt: devices.createdAt,
      lastSeenAt: devices.lastSeenAt,
    })
    .from(devices)
    .where(and(eq(devices.accountId, session.accountId), isNull(devices.revokedAt)))
    .orderBy(asc(devices.createdAt), asc(devices.id));
  return { devices: rows };
};
