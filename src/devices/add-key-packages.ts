import { eq } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { devices } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { addKeyPackages, countKeyPackages } from "../protocol/devices.ts";
import { Refusal } from "../refusal.ts";
import { judgeKeyPackages } from "./judge-key-packages.ts";
import { countRemaining, endOfLastResort, storeKeyPackages } from "./store-key-packages.ts";

export const answerAddKeyPackages: Answering<typeof addKeyPackages> = async (input, request) => {
  const { app, session } = request;
  const { accountId, deviceId } = session;
  take(request, "key_package_upload", deviceId);
  const [device] = await app.db.read
    .select({ signaturePublicKey: devices.signaturePublicKey, credential: devices.credential })
    .from(devices)
    .where(eq(devices.id, deviceId));
  if (device === undefined) throw new Refusal("device.missing");
  const judged = await judgeKeyPackages(app, { ...device, accountId, deviceId }, input);
  const remaining = await app.db.write((tx) => storeKeyPackages(tx, deviceId, judged, app.clock.now()));
  return { remaining };
};

export const answerCountKeyPackages: Answering<typeof countKeyPackages> = async (
  _input,
  { app, session: { deviceId } },
) => ({
  remaining: await countRemaining(app.db.read, deviceId, app.clock.now()),
  lastResortEndsAt: await endOfLastResort(app.db.read, deviceId),
});
