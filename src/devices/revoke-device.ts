import { and, eq, isNull } from "drizzle-orm";
import { appendAccountEvent } from "../accounts/append-account-event.ts";
import { publishSession } from "../accounts/who-is-this.ts";
import type { Answering } from "../answer.ts";
import type { App } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { devices, keyPackages, sessions } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { renameDevice, revokeDevice } from "../protocol/devices.ts";
import type { AccountId, DeviceId, SessionId } from "../protocol/ids.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { appendDeviceLog } from "./append-device-log.ts";
import { judgeLogEntry, type VerifiedEntry } from "./judge-log-entry.ts";
import { readRoot } from "./read-root.ts";

export const answerRevokeDevice: Answering<typeof revokeDevice> = async ({ deviceId, logEntry }, request) => {
  const { app, session } = request;
  const { accountId } = session;
  take(request, "device_registration", accountId);
  if (deviceId === session.deviceId) throw new Refusal("device.is_this");
  const rootPublicKey = await readRoot(app.db.read, accountId);
  const judged = await judgeLogEntry(app, { accountId, rootPublicKey }, logEntry, "removed");
  if (judged.entry.deviceId !== deviceId) throw new Refusal("device.certificate_invalid");
  const done = await app.db.write(async (tx) => {
    if (await isRevoked(tx, accountId, deviceId)) return undefined;
    const ended = await retire(tx, accountId, judged, app.clock.now());
    const everyDevice = { accountId, deviceId: null };
    const event = await appendAccountEvent(tx, everyDevice, { kind: "devices_changed" }, app.clock.now());
    return { ended, event };
  });
  if (done === undefined) return {};
  publishRetired(app, accountId, [deviceId], done.ended);
  app.hub.tellAccount(accountId, { t: "account", event: done.event });
  return {};
};

/** A retry whose first answer was lost. */
async function isRevoked(tx: Queries, accountId: AccountId, deviceId: DeviceId): Promise<boolean> {
  const [device] = await tx
    .select({ revokedAt: devices.revokedAt })
    .from(devices)
    .where(and(eq(devices.id, deviceId), eq(devices.accountId, accountId)));
  if (device === undefined) throw new Refusal("device.not_found");
  return device.revokedAt !== null;
}

/** Inside the caller's write: the log tells it, and nothing lets the device in any more. Answers the sessions that ended. */
export async function retire(
  tx: Queries,
  accountId: AccountId,
  judged: VerifiedEntry,
  now: number,
): Promise<SessionId[]> {
  const { deviceId, names } = judged.entry;
  const [device] = await tx
    .update(devices)
    .set({ revokedAt: now })
    .where(and(eq(devices.id, deviceId), eq(devices.accountId, accountId), isNull(devices.revokedAt)))
    .returning({ signaturePublicKey: devices.signaturePublicKey });
  if (device === undefined) throw new Refusal("device.not_found");
  if (!equalBytes(device.signaturePublicKey, names)) throw new Refusal("device.certificate_invalid");
  await appendDeviceLog(tx, accountId, judged);
  await tx.delete(keyPackages).where(eq(keyPackages.deviceId, deviceId));
  const ended = await tx
    .delete(sessions)
    .where(eq(sessions.deviceId, deviceId))
    .returning({ id: sessions.id });
  return ended.map(({ id }) => id);
}

export function publishRetired(
  app: App,
  accountId: AccountId,
  deviceIds: readonly DeviceId[],
  ended: readonly SessionId[],
): void {
  for (const sessionId of ended) publishSession(app, "session_ended", { sessionId, accountId });
  for (const deviceId of deviceIds) app.facts.publish({ kind: "device_revoked", accountId, deviceId });
}

export const answerRenameDevice: Answering<typeof renameDevice> = async ({ deviceId, name }, request) => {
  const { app, session } = request;
  const { accountId } = session;
  take(request, "store_change", accountId);
  const event = await app.db.write(async (tx) => {
    const renamed = await tx
      .update(devices)
      .set({ name })
      .where(and(eq(devices.id, deviceId), eq(devices.accountId, accountId), isNull(devices.revokedAt)))
      .returning({ id: devices.id });
    if (renamed.length === 0) throw new Refusal("device.not_found");
    return appendAccountEvent(
      tx,
      { accountId, deviceId: null },
      { kind: "devices_changed" },
      app.clock.now(),
    );
  });
  app.hub.tellAccount(accountId, { t: "account", event });
  return {};
};
