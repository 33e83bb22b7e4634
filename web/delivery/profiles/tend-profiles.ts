import type { AccountId } from "../../../src/protocol/ids.ts";
import { MOST_PROFILES_ASKED, putProfile, readProfiles } from "../../../src/protocol/profiles.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { openProfile, sealProfile } from "../../crypto/seal-profile.ts";
import type { ProfileRecord } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { Refused } from "../failures.ts";
import { listProfiles, next, tellProfile } from "./profile-records.ts";

const ATTEMPTS = 3;

export async function tendProfiles(client: Client, all: boolean): Promise<void> {
  await sendOwn(client);
  const known = await listProfiles(client.vault);
  const wanted = known.filter(({ record }) => all || record.version < record.told);
  for (let start = 0; start < wanted.length; start += MOST_PROFILES_ASKED) {
    const asked = wanted.slice(start, start + MOST_PROFILES_ASKED);
    await fetchThese(
      client,
      asked.map(({ of, record }) => ({ accountId: of, version: record.version })),
    );
  }
}

interface Known {
  readonly accountId: AccountId;
  readonly version: number;
}

/** Page by page; what came counts as known, whether it could be opened or not. */
async function fetchThese(client: Client, asked: readonly Known[]): Promise<void> {
  const known = new Map(asked.map(({ accountId, version }) => [accountId, version]));
  for (let page = 0; page <= asked.length; page += 1) {
    const ask = [...known].map(([accountId, version]) => ({ accountId, version }));
    const { profiles, more } = await client.call(readProfiles, { known: ask });
    for (const { accountId, version, sealed } of profiles) {
      if (!known.has(accountId)) continue;
      known.set(accountId, version);
      const own = accountId === client.accountId ? await client.vault.read("profiles", accountId) : undefined;
      // Another device of this person has told of it, and only its picture is not here.
      const isToldOf = own !== undefined && own.version < own.told && version <= own.told;
      if (accountId === client.accountId && !isToldOf) await meetOwn(client, version);
      else await keep(client, accountId, version, sealed);
    }
    if (!more || profiles.length === 0) return;
  }
}

/** Older ones, and those under a key that this device has not been told, stay where they are. */
async function keep(
  client: Client,
  of: AccountId,
  version: number,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const before = await client.vault.read("profiles", of);
  if (!before || version <= before.version) return;
  try {
    const { name, bio, picture } = await openProfile(of, { key: before.key, version }, sealed);
    await locked(client, async (change) => {
      const record = await change.read("profiles", of);
      if (!record || version <= record.version) return;
      const told = Math.max(record.told, version);
      change.put("profiles", of, { ...record, told, version, name, bio, picture });
    });
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    return;
  }
  await tellProfile(client, of);
}

export async function sendOwn(client: Client): Promise<void> {
  const me = client.accountId;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const own = await client.vault.read("profiles", me);
    if (!own?.unsent) return;
    try {
      await client.call(putProfile, { version: own.version, sealed: await seal(me, own) });
      return await locked(client, async (change) => {
        const now = await change.read("profiles", me);
        if (now?.version === own.version) change.put("profiles", me, { ...now, unsent: false });
      });
    } catch (cause) {
      if (!(cause instanceof Refused && cause.code === "profile.outdated")) throw cause;
      const { profiles } = await client.call(readProfiles, { known: [{ accountId: me, version: 0 }] });
      await goBeyond(client, own, profiles[0]?.version ?? 0);
    }
  }
}

function seal(me: AccountId, { key, version, name, bio, picture }: ProfileRecord) {
  return sealProfile(me, { key, version }, { version: 1, name, bio, picture });
}

/** Its answer was lost, or this device was put back to an earlier time: what it shows now counts. */
function goBeyond(client: Client, own: ProfileRecord, kept: number): Promise<void> {
  return locked(client, async (change) => {
    const now = await change.read("profiles", client.accountId);
    if (now?.version === own.version) change.put("profiles", client.accountId, next(now, {}, kept));
  });
}

/** The server has another one than this device's: put back to an earlier time, one of the two. */
async function meetOwn(client: Client, kept: number): Promise<void> {
  await locked(client, async (change) => {
    const own = await change.read("profiles", client.accountId);
    if (own && !own.unsent) change.put("profiles", client.accountId, next(own, {}, kept));
  });
  await sendOwn(client);
}
