import * as v from "valibot";
import { ARCHIVE, listArchives, putArchive, readArchive } from "../../src/protocol/archive.ts";
import { type ConversationId, type MessageId, newId } from "../../src/protocol/ids.ts";
import { encodeIdentity } from "../crypto/identity.ts";
import type { ArchiveRow } from "../delivery/archive/make-row.ts";
import { noteChanged } from "../delivery/archive/note-changed.ts";
import type { Client } from "../delivery/client.ts";
import { newConversation } from "../delivery/groups/start-conversation.ts";
import { localLocks } from "../delivery/platform/local-locks.ts";
import { placed } from "../storage/key.ts";
import type { MessageRecord } from "../storage/records.ts";
import type { Storage } from "../storage/storage.ts";
import { openVault, type Vault } from "../storage/vault.ts";
import { ORIGIN, somebody } from "./people-with-keys.ts";

/** Test support: one person's devices with one conversation, and what a server keeps of it. */
export const mira = await somebody();
const { accountId } = mira.identity;
export const LAST = 330;

export class Killed extends Error {}

/** Counts the steps that leave something behind, and dies before or after the one that is named. */
export function mortal(diesAt: number) {
  let steps = 0;
  const step = () => {
    steps += 1;
    if (steps === diesAt) throw new Killed();
  };
  return async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    step();
    const answer = await work();
    step();
    return answer;
  };
}

/** What the server keeps of archives, by its rule: the later version stays. */
export function keeper() {
  const rows = new Map<number, ArchiveRow>();
  let upTo = 0;
  return {
    rows,
    requests: [] as number[],
    reach: () => upTo,
    forget() {
      rows.clear();
      upTo = 1;
    },
    put(input: v.InferOutput<typeof putArchive.input>) {
      this.requests.push(input.rows.length);
      for (const row of input.rows)
        if (row.version > (rows.get(row.sequence)?.version ?? 0)) rows.set(row.sequence, row);
      upTo = Math.max(upTo, input.upTo);
      return { upTo };
    },
    read({ before }: v.InferOutput<typeof readArchive.input>) {
      const found = [...rows.values()]
        .filter(({ sequence }) => sequence < before)
        .sort((one, other) => other.sequence - one.sequence);
      return { rows: found.slice(0, ARCHIVE.page), more: found.length > ARCHIVE.page };
    },
  };
}
export type Keeper = ReturnType<typeof keeper>;

export function clientOf(storage: Storage, server: Keeper, around = mortal(0)): Client {
  const dying: Storage = { ...storage, write: (change) => around(() => storage.write(change)) };
  const call = (async (route: unknown, input: unknown) =>
    around(async () => {
      if (route === putArchive) return server.put(v.parse(putArchive.input, input));
      if (route === readArchive) return server.read(v.parse(readArchive.input, input));
      if (route !== listArchives) throw new Error("not asked for in this story");
      const archives = server.reach() === 0 ? [] : [{ conversationId: id, upTo: server.reach(), rows: 0 }];
      return { archives, next: null, bytes: 0 };
    })) as Client["call"];
  const platform = { locks: localLocks(), clock: { now: () => Date.now() } };
  return { accountId, vault: openVault(dying), call, platform } as unknown as Client;
}

export const id = newId<ConversationId>();
export const sentAt = Date.UTC(2026, 10, 28);
export const said = (sequence: number, body: MessageRecord["body"]): MessageRecord => ({
  messageId: newId<MessageId>(),
  sequence,
  sender: accountId,
  sentAt,
  body,
  chain: new Uint8Array(32),
});
export const words = (sequence: number) => said(sequence, { kind: "text", text: `word ${sequence}` });

/** Founded at 1; words up to the last, but for a place that was lost, one taken back, and one that disappears. */
export async function fill(storage: Storage, first = said(1, { kind: "founded" })): Promise<Vault> {
  const vault = openVault(storage);
  await vault.change(async (change) => {
    change.put("identity", "device", {
      deviceId: mira.device.deviceId,
      origin: ORIGIN,
      keys: encodeIdentity(mira.identity),
      device: new Uint8Array([1]),
      registration: null,
    });
    const begun = newConversation({ kind: "saved", peer: undefined, generation: 1, first });
    change.put("conversations", id, { ...begun, cursor: Math.max(LAST, first.sequence) });
    change.put("messages", placed(id, first.sequence), first);
    for (let place = first.sequence + 1; place <= LAST; place += 1)
      change.put("messages", placed(id, place), words(place));
    if (first.sequence > 1) return;
    change.put("messages", placed(id, 20), said(20, { kind: "deleted" }));
    change.put("messages", placed(id, 21), { ...words(21), expiresAt: sentAt + 1000 });
  });
  return vault;
}

/** As the inbox does with an event at this place. */
export function change(
  vault: Vault,
  sequence: number,
  place: number,
  body: MessageRecord["body"],
): Promise<void> {
  return vault.change(async (on) => {
    const before = await on.read("messages", placed(id, sequence));
    if (!before || before.changedBy === place) return;
    on.put("messages", placed(id, sequence), noteChanged(on, id, { ...before, body }, place));
  });
}
