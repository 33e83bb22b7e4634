import { and, eq, isNull } from "drizzle-orm";
import { appendAccountEvent } from "../accounts/append-account-event.ts";
import type { Answering } from "../answer.ts";
import type { SessionFacts } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { accounts, devices } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { AccountEvent } from "../protocol/delivery.ts";
import type { registerDevice } from "../protocol/devices.ts";
import type { SessionId } from "../protocol/ids.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { appendDeviceLog } from "./append-device-log.ts";
import { attachToSession, publishChanged } from "./attach-device.ts";
import { type JudgedRegistration, judgeRegistration, type Registration } from "./judge-registration.ts";
import { publishRetired, retire } from "./revoke-device.ts";
import { storeKeyPackages } from "./store-key-packages.ts";

const MOST_DEVICES = 64;

export const answerRegisterDevice: Answering<typeof registerDevice> = async (input, request) => {
  const { app, session } = request;
  take(request, "device_registration", session.accountId);
  const judged = await judgeRegistration(app, session, input);
  const { accountId } = session;
  const { deviceId } = input;
  const { added, changed } = await app.db.write(async (tx) => {
    const isKnown = await knows(tx, session, input, judged);
    const added = isKnown ? undefined : await addDevice(tx, session, input, judged, app.clock.now());
    return { added, changed: await attachToSession(tx, session, deviceId) };
  });
  publishChanged(app, session, changed);
  const retired = judged.retires.map(({ entry }) => entry.deviceId);
  publishRetired(app, accountId, added === undefined ? [] : retired, added?.ended ?? []);
  if (added !== undefined) app.facts.publish({ kind: "device_registered", accountId, deviceId });
  if (added?.event !== undefined) app.hub.tellAccount(accountId, { t: "account", event: added.event });
  return {};
};

/** A retry whose first answer was lost: the same device with the same key, and nothing to do over again. */
async function knows(
  tx: Queries,
  { accountId }: SessionFacts,
  { deviceId }: Registration,
  { signaturePublicKey }: JudgedRegistration,
): Promise<boolean> {
  const [known] = await tx.select().from(devices).where(eq(devices.id, deviceId));
  if (known === undefined) return false;
  const isSame = known.accountId === accountId && equalBytes(known.signaturePublicKey, signaturePublicKey);
  if (!isSame || known.revokedAt !== null) throw new Refusal("device.certificate_invalid");
  return true;
}

interface Added {
  /** For the devices that were there before. */
  readonly event: AccountEvent | undefined;
  /** Sessions of the devices that it takes the places of. */
  readonly ended: readonly SessionId[];
}

async function addDevice(
  tx: Queries,
  { accountId }: SessionFacts,
  { deviceId, name, credential }: Registration,
  judged: JudgedRegistration,
  now: number,
): Promise<Added> {
  const isFirst = await settleRoot(tx, accountId, judged.rootPublicKey);
  const ended: SessionId[] = [];
  for (const one of judged.retires) ended.push(...(await retire(tx, accountId, one, now)));
  const live = and(eq(devices.accountId, accountId), isNull(devices.revokedAt));
  if ((await tx.$count(devices, live)) >= MOST_DEVICES) throw new Refusal("device.too_many");
  const { signaturePublicKey } = judged;
  const made = await tx
    .insert(devices)
    .values({
      id: deviceId,
      accountId,
      name,
      credential,
      signaturePublicKey,
      createdAt: now,
      lastSeenAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: devices.id });
  if (made.length === 0) throw new Refusal("device.certificate_invalid");
  await appendDeviceLog(tx, accountId, judged.logEntry);
  await storeKeyPackages(tx, deviceId, judged.keyPackages, now);
  if (isFirst) return { event: undefined, ended };
  const everyDevice = { accountId, deviceId: null };
  return { event: await appendAccountEvent(tx, everyDevice, { kind: "devices_changed" }, now), ended };
}

/** The first device settles the root for good, and this is true; every other must stand under it. */
async function settleRoot(
  tx: Queries,
  accountId: SessionFacts["accountId"],
  rootPublicKey: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const settled = await tx
    .update(accounts)
    .set({ rootPublicKey })
    .where(and(eq(accounts.id, accountId), isNull(accounts.rootPublicKey)))
    .returning({ id: accounts.id });
  if (settled.length > 0) return true;
  const [account] = await tx
    .select({ rootPublicKey: accounts.rootPublicKey })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  const root = account?.rootPublicKey;
  if (root === undefined || root === null || !equalBytes(root, rootPublicKey))
    throw new Refusal("device.exists");
  return false;
}
