import { and, asc, eq, gt, inArray, isNull, ne } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { App } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { accounts, devices, keyPackages } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import { type claimKeyPackages, KEY_PACKAGES } from "../protocol/devices.ts";
import type { AccountId, DeviceId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { inTurn } from "./in-turn.ts";
import { countRemaining } from "./store-key-packages.ts";

interface Claimed {
  readonly deviceId: DeviceId;
  /** undefined when it cannot be reached. */
  readonly keyPackage: Uint8Array<ArrayBuffer> | undefined;
  readonly remaining: number;
}

/** One key package of each device but the asking one. A device that cannot be reached any more is left out. */
export const answerClaimKeyPackages: Answering<typeof claimKeyPackages> = async (
  { accountId, only },
  request,
) => {
  const { app, session } = request;
  take(request, "key_package_claim", session.accountId);
  await requireAccount(app, accountId);
  const claimed = await inTurn(app.db, accountId, () =>
    app.db.write((tx) => claim(tx, { accountId, only }, session.deviceId, app.clock.now())),
  );
  for (const one of claimed) if (one.remaining < KEY_PACKAGES.refillBelow) tellLow(app, one);
  const reached = claimed.flatMap(({ deviceId, keyPackage }) => (keyPackage ? { deviceId, keyPackage } : []));
  if (reached.length === 0 && accountId !== session.accountId) throw new Refusal("key_package.none");
  return { devices: reached };
};

async function requireAccount({ db }: App, accountId: AccountId): Promise<void> {
  const [found] = await db.read
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.id, accountId), isNull(accounts.disabledAt)));
  if (found === undefined) throw new Refusal("account.not_found");
}

async function claim(
  tx: Queries,
  { accountId, only }: { readonly accountId: AccountId; readonly only: readonly DeviceId[] | undefined },
  asking: DeviceId,
  now: number,
): Promise<Claimed[]> {
  const reachable = await tx
    .select({ id: devices.id })
    .from(devices)
    .where(
      and(
        eq(devices.accountId, accountId),
        isNull(devices.revokedAt),
        ne(devices.id, asking),
        only && inArray(devices.id, [...only]),
      ),
    )
    .orderBy(asc(devices.createdAt), asc(devices.id));
  const claimed: Claimed[] = [];
  for (const { id } of reachable) {
    const keyPackage = (await takeFromPool(tx, id, now)) ?? (await lastResort(tx, id, now));
    claimed.push({ deviceId: id, keyPackage, remaining: await countRemaining(tx, id, now) });
  }
  return claimed;
}

/** Marked in the statement that chooses it; a marked one is never chosen again. */
async function takeFromPool(tx: Queries, deviceId: DeviceId, now: number) {
  const oldest = tx
    .select({ ref: keyPackages.ref })
    .from(keyPackages)
    .where(and(usable(deviceId, now, false), isNull(keyPackages.claimedAt)))
    .orderBy(asc(keyPackages.createdAt), asc(keyPackages.ref))
    .limit(1);
  const [taken] = await tx
    .update(keyPackages)
    .set({ claimedAt: now })
    .where(inArray(keyPackages.ref, oldest))
    .returning({ bytes: keyPackages.bytes });
  return taken?.bytes;
}

async function lastResort(tx: Queries, deviceId: DeviceId, now: number) {
  const [kept] = await tx
    .select({ bytes: keyPackages.bytes })
    .from(keyPackages)
    .where(usable(deviceId, now, true))
    .limit(1);
  return kept?.bytes;
}

function usable(deviceId: DeviceId, now: number, isLastResort: boolean) {
  return and(
    eq(keyPackages.deviceId, deviceId),
    eq(keyPackages.lastResort, isLastResort),
    gt(keyPackages.expiresAt, now),
  );
}

function tellLow({ hub }: App, { deviceId, remaining }: Claimed): void {
  hub.tellDevice(deviceId, { t: "key_packages_low", remaining });
}
