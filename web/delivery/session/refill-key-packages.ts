import { addKeyPackages, countKeyPackages, KEY_PACKAGES } from "../../../src/protocol/devices.ts";
import { type KeyPackageMade, makeKeyPackages } from "../../crypto/key-packages.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";

const DAY = 24 * 60 * 60 * 1000;
const RENEWED_BEFORE = 30 * DAY;
/** Somebody may have been added on the last day, and the Welcome may wait with the server, or with whoever added. */
const WELCOMES_COME_FOR = 90 * DAY;
const MOST_KEPT = 10_000;

/** Keeps the device within reach of strangers while it is away: a full pool, and a last resort that lasts. */
export function refillKeyPackages(client: Client): Promise<void> {
  return client.inTurn("key_packages", async () => {
    const { remaining, lastResortEndsAt } = await client.call(countKeyPackages, {});
    const now = Math.round(client.serverNow());
    await forgetEnded(client, now);
    const missing = remaining < KEY_PACKAGES.refillBelow ? KEY_PACKAGES.full - remaining : 0;
    const isEnding = lastResortEndsAt === null || lastResortEndsAt - now < RENEWED_BEFORE;
    if (missing === 0 && !isEnding) return;
    const pool = await makeKeyPackages(client.device, { count: missing, now });
    const last = await makeKeyPackages(client.device, { count: isEnding ? 1 : 0, now, lastResort: true });
    await locked(client, async (change) => keepPrivateHalves(change, [...pool, ...last]));
    const [lastResort] = last.map(({ publicBytes }) => publicBytes);
    const keyPackages = pool.map(({ publicBytes }) => publicBytes);
    await client.call(addKeyPackages, { keyPackages, ...(lastResort ? { lastResort } : {}) });
  });
}

/** Before anybody is given the other half. */
export function keepPrivateHalves(change: Change, made: readonly KeyPackageMade[]): void {
  for (const { ref, privateBytes, lastResort, endsAt } of made)
    change.put("key_packages", ref, { secret: privateBytes, lastResort, endsAt });
}

async function forgetEnded(client: Client, now: number): Promise<void> {
  const kept = await client.vault.list("key_packages", { ...EVERYTHING, limit: MOST_KEPT });
  const ended = kept.filter(({ value: { endsAt = now } }) => endsAt + WELCOMES_COME_FOR < now);
  if (ended.length === 0) return;
  await locked(client, async (change) => {
    for (const { key } of ended) change.remove("key_packages", key);
  });
}
