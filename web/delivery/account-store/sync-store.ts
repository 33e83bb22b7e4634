import { putRows, STORE, syncStore } from "../../../src/protocol/account-store.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { nameRow, openRow, type StoreKeys, sealRow } from "../../crypto/store-keys.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { SharedRecord } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { settleIdentity } from "../devices/own-identity.ts";
import { applyRows, type OpenedRow } from "./apply-rows.ts";
import { noteChange, readDue } from "./note-change.ts";
import { recordOf } from "./row-names.ts";
import { MIRRORED } from "./shapes.ts";
import { tellApplied } from "./tell-applied.ts";

/** A server that goes on showing more than it has is left alone until the next time. */
const MOST_PAGES = 1_000;
const TRIES = 5;
/** What is larger once it is padded fits in no row, and stays on this device. */
const LARGEST = 65_000;
const LOOKED_AT_ONCE = 200;

export interface Strange {
  /** A row that no device of this account has made, or not for this place. */
  readonly strange: (why: unknown) => void;
}

/** Everything that is there and not known yet; of the first time also what was here before there was a store. */
export async function fetchStore(client: Client, hooks: Strange, head?: number): Promise<void> {
  const cursor = await client.vault.read("shared_cursor", "own");
  if (cursor?.whole && head !== undefined && head === cursor.sequence) return;
  const after = cursor?.sequence ?? 0;
  const newest = await fetchFrom(client, hooks, after);
  // It knows less than it did: it was put back to an earlier time.
  if (newest < after) await fetchFrom(client, hooks, 0);
  if (!cursor?.whole) await lookThrough(client);
}

async function fetchFrom(client: Client, { strange }: Strange, start: number): Promise<number> {
  const { storeKeys } = await settleIdentity(client);
  for (let after = start, pages = 0; ; pages += 1) {
    const page = await client.call(syncStore, { after });
    const opened: OpenedRow[] = [];
    for (const row of page.rows) {
      const one = await open(storeKeys, row, strange);
      if (one) opened.push(one);
    }
    if (page.rows.length > 0 || start === 0) await takeIn(client, opened, page.upTo);
    const isOver = page.upTo <= after || page.upTo >= page.head || pages === MOST_PAGES;
    if (isOver) return page.head;
    after = page.upTo;
  }
}

async function takeIn(client: Client, opened: readonly OpenedRow[], upTo: number): Promise<void> {
  await tellApplied(client, await applyRows(client, opened, upTo));
}

/** That a row is gone is anybody's word: a device of this account seals an empty one instead. */
async function open(
  keys: StoreKeys,
  row: {
    readonly id: Parameters<typeof openRow>[1]["id"];
    version: number;
    sealed: Uint8Array<ArrayBuffer> | null;
  },
  strange: Strange["strange"],
): Promise<OpenedRow | undefined> {
  try {
    if (!row.sealed) throw new CryptoFailure("malformed", "a row is said to be gone");
    const { name, content } = await openRow(keys, { ...row, sealed: row.sealed });
    return { name, version: row.version, content };
  } catch (cause) {
    strange(cause);
    return undefined;
  }
}

/** What was kept here before: told to the others like anything that changes. */
async function lookThrough(client: Client): Promise<void> {
  const at = client.serverNow();
  for (const store of MIRRORED) {
    const found = await client.vault.list(store, { ...EVERYTHING, limit: 100_000 });
    for (let start = 0; start < found.length; start += LOOKED_AT_ONCE) {
      const some = found.slice(start, start + LOOKED_AT_ONCE);
      await locked(client, async (change) => {
        for (const { key } of some)
          await noteChange(change, { store, key, me: client.accountId, at, isOld: true });
      });
    }
  }
  await locked(client, async (change) => {
    const sequence = (await change.read("shared_cursor", "own"))?.sequence ?? 0;
    change.put("shared_cursor", "own", { sequence, whole: true });
  });
}

/** All that waits, batch by batch; where another device was first its rows are fetched and merged. */
export async function sendStore(client: Client, hooks: Strange): Promise<void> {
  if (!(await client.vault.read("shared_cursor", "own"))?.whole) return;
  for (let misses = 0; misses < TRIES; ) {
    const sent = await sendBatch(client);
    if (sent === "nothing") return;
    if (sent !== "outdated") continue;
    misses += 1;
    // Once more from the start: it may be an older row that stands there now.
    if (misses === 2) await fetchFrom(client, hooks, 0);
    else await fetchStore(client, hooks);
  }
}

interface Due {
  readonly name: string;
  readonly at: number;
  readonly version: number;
  readonly kept: SharedRecord;
  readonly content: Uint8Array<ArrayBuffer>;
}

async function sendBatch(client: Client): Promise<"sent" | "outdated" | "nothing"> {
  const { due, settled } = await gather(client);
  if (settled.length > 0)
    await locked(client, async (change) => {
      for (const { name, at } of settled)
        if ((await change.read("shared_due", name))?.at === at) change.remove("shared_due", name);
    });
  if (due.length === 0) return settled.length > 0 ? "sent" : "nothing";
  const { storeKeys } = await settleIdentity(client);
  const rows = await Promise.all(
    due.map(async (one) => ({
      id: await nameRow(storeKeys, one.name),
      version: one.version,
      sealed: await sealRow(storeKeys, one),
    })),
  );
  const { outdated, head } = await client.call(putRows, { rows });
  const behind = new Set(outdated);
  const taken = due.filter((_, place) => !behind.has(rows[place]?.id ?? ("" as never)));
  if (taken.length > 0) await noteTaken(client, taken, head);
  return taken.length < due.length ? "outdated" : "sent";
}

/** `settled`: says what was agreed on already, or fits in no row. */
async function gather(client: Client) {
  const waiting = await client.vault.list("shared_due", { ...EVERYTHING, limit: STORE.together });
  const due: Due[] = [];
  const settled: { readonly name: string; readonly at: number }[] = [];
  for (const { key: name, value } of waiting) {
    const said = await readDue(client.vault, name, { me: client.accountId, at: value.at });
    const fits = said && said.content.byteLength <= LARGEST;
    if (fits) due.push({ name, at: value.at, version: (said.kept.shown ?? said.kept.version) + 1, ...said });
    else settled.push({ name, at: value.at });
  }
  return { due, settled };
}

function noteTaken(client: Client, taken: readonly Due[], head: number): Promise<void> {
  return locked(client, async (change) => {
    for (const { name, at, version, content } of taken) {
      const { shown: _, ...kept } = (await change.read("shared", name)) ?? { version: 0, content: null };
      const isBehind = version < kept.version;
      const highest = Math.max(version, kept.version);
      change.put("shared", name, {
        ...kept,
        content,
        version: highest,
        ...(isBehind ? { shown: version } : {}),
      });
      const of = recordOf(name, client.accountId);
      if (of) await noteChange(change, { ...of, me: client.accountId, at, isOld: true });
      else if (!isBehind) change.remove("shared_due", name);
    }
    const cursor = await change.read("shared_cursor", "own");
    // Nothing of another device stands in between.
    if (cursor && cursor.sequence + taken.length === head)
      change.put("shared_cursor", "own", { ...cursor, sequence: head });
  });
}
