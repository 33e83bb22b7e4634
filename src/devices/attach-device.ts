import { and, eq, isNull, ne, or } from "drizzle-orm";
import { publishSession } from "../accounts/who-is-this.ts";
import type { Answering } from "../answer.ts";
import type { App, SessionFacts } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { devices, sessions } from "../db/tables.ts";
import type { attachDevice } from "../protocol/devices.ts";
import type { DeviceId, SessionId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { requireProof } from "./require-proof.ts";

export const answerAttachDevice: Answering<typeof attachDevice> = async ({ deviceId, proof }, request) => {
  const { app, session } = request;
  const own = and(
    eq(devices.id, deviceId),
    eq(devices.accountId, session.accountId),
    isNull(devices.revokedAt),
  );
  const [device] = await app.db.read
    .select({ signaturePublicKey: devices.signaturePublicKey })
    .from(devices)
    .where(own);
  if (device === undefined) throw new Refusal("device.not_found");
  await requireProof(app, session, { ...device, deviceId, proof });
  const changed = await app.db.write(async (tx) => {
    const seen = await tx
      .update(devices)
      .set({ lastSeenAt: app.clock.now() })
      .where(own)
      .returning({ id: devices.id });
    if (seen.length === 0) throw new Refusal("device.not_found");
    return attachToSession(tx, session, deviceId);
  });
  publishChanged(app, session, changed);
  return {};
};

/** A device is in one session: whatever session had it before has it no more. Answers the changed ones. */
export async function attachToSession(
  tx: Queries,
  { sessionId }: SessionFacts,
  deviceId: DeviceId,
): Promise<SessionId[]> {
  const others = and(eq(sessions.deviceId, deviceId), ne(sessions.id, sessionId));
  const detached = await tx
    .update(sessions)
    .set({ deviceId: null })
    .where(others)
    .returning({ id: sessions.id });
  const attached = await tx
    .update(sessions)
    .set({ deviceId })
    .where(and(eq(sessions.id, sessionId), or(isNull(sessions.deviceId), ne(sessions.deviceId, deviceId))))
    .returning({ id: sessions.id });
  return [...detached, ...attached].map(({ id }) => id);
}

export function publishChanged(app: App, { accountId }: SessionFacts, changed: readonly SessionId[]): void {
  for (const sessionId of changed) publishSession(app, "session_changed", { sessionId, accountId });
}
