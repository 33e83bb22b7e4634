import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import type { ProfileKey } from "../../../src/protocol/profiles.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { ConversationRecord, ProfileRecord } from "../../storage/records.ts";
import type { Change, Reader } from "../../storage/vault.ts";
import type { Account } from "../client.ts";
import type { Patch, ProfileView } from "../patches.ts";
import { standingOf } from "../people/hear.ts";
import { readPrivacy } from "../people/privacy.ts";

const ALL = 10_000;
const EMPTY = { version: 0, name: "", bio: "", picture: null, unsent: false } as const;

/** Somebody told where their profile stands. True when it has to be fetched. */
export async function hearOfProfile(change: Change, of: AccountId, told: ProfileKey): Promise<boolean> {
  const known = await change.read("profiles", of);
  if (told.version <= (known?.told ?? 0)) return false;
  change.put("profiles", of, { ...(known ?? EMPTY), key: told.key, told: told.version });
  return true;
}

/** What goes with a message of this person: whoever reads it may open their profile. */
export async function ownProfileKey(
  reader: Reader,
  me: AccountId,
  kind: ConversationRecord["kind"],
): Promise<ProfileKey | undefined> {
  if (kind === "group" && !(await readPrivacy(reader)).profileInGroups) return undefined;
  const own = await reader.read("profiles", me);
  return own && { key: own.key, version: own.told };
}

/** Under a new key, so that whoever had the old one sees nothing that comes. */
export async function renewProfileKey(change: Change, me: AccountId): Promise<void> {
  const own = await change.read("profiles", me);
  if (own) change.put("profiles", me, next(own, { key: newKey() }));
}

export async function changeOwnProfile(
  change: Change,
  me: AccountId,
  shown: Partial<Pick<ProfileRecord, "name" | "bio" | "picture">>,
): Promise<void> {
  const own = await change.read("profiles", me);
  change.put("profiles", me, next(own ?? { ...EMPTY, key: newKey(), told: 0 }, shown));
}

/** The next version of one's own, to be sent. At least `above` the one that the server has. */
export function next(own: ProfileRecord, changed: Partial<ProfileRecord>, above = 0): ProfileRecord {
  const version = Math.max(own.version, above) + 1;
  return { ...own, ...changed, version, told: version, unsent: true };
}

function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

export async function listProfiles(reader: Reader): Promise<{ of: AccountId; record: ProfileRecord }[]> {
  const found = await reader.list("profiles", { ...EVERYTHING, limit: ALL });
  return found.map(({ key, value }) => ({ of: key as AccountId, record: value }));
}

export async function readAllProfiles({ vault, accountId: me }: Account): Promise<Patch> {
  const found = await listProfiles(vault);
  const views = await Promise.all(found.map(({ of, record }) => profileView(vault, me, of, record)));
  const kept = await vault.list("pictures", { ...EVERYTHING, limit: ALL });
  const pictures = kept.map(({ key, value }) => ({
    conversationId: key as ConversationId,
    picture: value.bytes,
  }));
  const people = await vault.list("people", { ...EVERYTHING, limit: ALL });
  const nicknames = people.flatMap(({ key, value: { nickname } }) =>
    nickname === undefined ? [] : { accountId: key as AccountId, nickname },
  );
  return { kind: "profiles", profiles: views, pictures, nicknames };
}

export async function tellProfile(client: Account, of: AccountId): Promise<void> {
  const record = await client.vault.read("profiles", of);
  if (!record) return;
  const view = await profileView(client.vault, client.accountId, of, record);
  client.tell({ kind: "profiles", profiles: [view] });
}

/** Whoever was not accepted is called by their username, which nobody else can take. */
export async function profileView(
  reader: Reader,
  me: AccountId,
  accountId: AccountId,
  { name, bio, picture }: ProfileRecord,
): Promise<ProfileView> {
  const isShown = accountId === me || (await standingOf(reader, accountId)) === "accepted";
  return isShown ? { accountId, name, bio, picture } : { accountId, name: "", bio: "", picture: null };
}
