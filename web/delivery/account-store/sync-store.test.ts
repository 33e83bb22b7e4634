import { describe, expect, test } from "bun:test";
import { STORE } from "../../../src/protocol/account-store.ts";
import { type AccountId, type ConversationId, type DeviceId, newId } from "../../../src/protocol/ids.ts";
import type { Route } from "../../../src/protocol/route.ts";
import { createIdentity, encodeIdentity } from "../../crypto/identity.ts";
import { EVERYTHING } from "../../storage/key.ts";
import { openSqliteStorage } from "../../storage/open-sqlite.ts";
import { openVault } from "../../storage/vault.ts";
import type { Client } from "../client.ts";
import type { Patch } from "../patches.ts";
import type { Call } from "../platform/api.ts";
import { localLocks } from "../platform/local-locks.ts";
import { fetchStore, sendStore } from "./sync-store.ts";
import { watchChanges } from "./watch-changes.ts";

interface Row {
  readonly id: string;
  readonly version: number;
  readonly sealed: Uint8Array<ArrayBuffer> | null;
  readonly sequence: number;
}

/** What a server keeps, by the law of `src/account-store`, with what it would have to do to lie. */
function server() {
  let rows = new Map<string, Row>();
  let head = 0;
  let lie = (page: Row[]) => page;
  const put = ({ rows: come }: { rows: Omit<Row, "sequence">[] }) => {
    const taken = come.filter(({ id, version }) => version === (rows.get(id)?.version ?? 0) + 1);
    for (const row of taken) {
      head += 1;
      rows.set(row.id, { ...row, sequence: head });
    }
    return { head, outdated: come.filter((row) => !taken.includes(row)).map(({ id }) => id) };
  };
  const sync = ({ after }: { after: number }) => {
    const newer = [...rows.values()].filter(({ sequence }) => sequence > after);
    const page = newer.toSorted((one, other) => one.sequence - other.sequence).slice(0, STORE.page);
    const upTo = page.at(-1)?.sequence ?? after;
    return { rows: lie(page), upTo, head };
  };
  const call = async (route: Route, input: unknown) =>
    route.method === "POST" ? put(input as Parameters<typeof put>[0]) : sync(input as { after: number });
  return {
    call: call as Call,
    keep: () => ({ rows: new Map(rows), head }),
    putBack(kept: { rows: Map<string, Row>; head: number }) {
      rows = new Map(kept.rows);
      head = kept.head;
    },
    lies(how: (page: Row[]) => Row[]) {
      lie = how;
    },
  };
}

const accountId = newId<AccountId>();
const identity = await createIdentity({ accountId, origin: "https://chat.example.org" });

/** One device of the account: its own storage, the same keys, the same server. */
async function device({ call }: { readonly call: Call }) {
  const bare = openVault(await openSqliteStorage("a"));
  const patches: Patch[] = [];
  let clock = 1_000;
  const vault = watchChanges(bare, { me: accountId, now: () => clock++, marked: () => undefined });
  const client = {
    accountId,
    call,
    vault,
    platform: { locks: localLocks() },
    serverNow: () => clock,
    tell: (patch: Patch) => patches.push(patch),
    fetchProfiles: () => undefined,
  } as unknown as Client;
  await bare.change(async (change) =>
    change.put("identity", "device", {
      deviceId: newId<DeviceId>(),
      origin: identity.origin,
      keys: encodeIdentity(identity),
      device: new Uint8Array(1),
      registration: null,
    }),
  );
  const strange: unknown[] = [];
  const hooks = { strange: (why: unknown) => strange.push(why) };
  const sync = async () => {
    await fetchStore(client, hooks);
    await sendStore(client, hooks);
  };
  return {
    vault,
    patches,
    strange,
    sync,
    write: (place: string, text: string) =>
      vault.change(async (change) =>
        text === "" ? change.remove("drafts", place) : change.put("drafts", place, { text }),
      ),
    read: async (place: string) => (await vault.read("drafts", place))?.text ?? "",
    due: async () => (await vault.list("shared_due", { ...EVERYTHING, limit: 1_000 })).length,
  };
}

const place = newId<ConversationId>();

describe("the account store as a device keeps it", () => {
  test("what was here before, what comes and what goes is the same on every device", async () => {
    const kept = server();
    const one = await device(kept);
    for (let each = 0; each < 250; each += 1) await one.write(`@person${each}`, `draft ${each}`);
    await one.sync();
    expect(await one.due()).toBe(0);
    const other = await device(kept);
    await other.sync();
    expect(await other.read("@person249")).toBe("draft 249");
    expect(await other.due()).toBe(0);
    await other.write("@person3", "");
    await other.sync();
    await one.sync();
    expect(await one.read("@person3")).toBe("");
    expect(one.patches).toEqual([{ kind: "drafts", drafts: [{ conversationId: "@person3", text: "" }] }]);
  });

  test("three devices that change things at random without each other end up alike", async () => {
    const kept = server();
    const devices = await Promise.all([device(kept), device(kept), device(kept)]);
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const places = ["@a", "@b", "@c", "@d"];
    for (let step = 0; step < 200; step += 1) {
      const who = devices[random(3)];
      if (random(4) === 0) await who?.sync();
      else await who?.write(places[random(4)] ?? "@a", "x".repeat(random(6)) + random(10));
    }
    for (let round = 0; round < 3; round += 1) for (const one of devices) await one.sync();
    for (const one of devices) expect(await one.due()).toBe(0);
    for (const each of places)
      expect(new Set(await Promise.all(devices.map((one) => one.read(each)))).size).toBe(1);
  });

  test("rows that are older, swapped, spoiled or said to be gone are passed over, and the next true one counts", async () => {
    const kept = server();
    const [one, other] = [await device(kept), await device(kept)];
    await one.write(place, "first");
    await one.write("@ben", "to Ben");
    await one.sync();
    const old = [...kept.keep().rows.values()];
    await other.sync();
    const lies: ((page: Row[]) => Row[])[] = [
      () => old,
      (page) => page.map((row) => ({ ...row, sealed: old.find(({ id }) => id !== row.id)?.sealed ?? null })),
      (page) => page.map((row) => ({ ...row, sealed: crypto.getRandomValues(new Uint8Array(90)) })),
      (page) => [...old, ...page].map((row) => ({ ...row, version: row.version + 9, sealed: null })),
    ];
    for (const [step, lie] of lies.entries()) {
      await one.write(place, `told ${step}`);
      await one.sync();
      const before = await other.read(place);
      kept.lies(lie);
      await other.sync();
      expect(await other.read(place)).toBe(before);
      expect(await other.read("@ben")).toBe("to Ben");
      kept.lies((page) => page);
      await one.write(place, `true ${step}`);
      await one.sync();
      await other.sync();
      expect(await other.read(place)).toBe(`true ${step}`);
    }
    expect(other.strange.length).toBeGreaterThan(2);
  });

  test("a server that was put back to an earlier time is told again what it lost", async () => {
    const kept = server();
    const [one, other] = [await device(kept), await device(kept)];
    await one.write(place, "old");
    await one.sync();
    const backup = kept.keep();
    for (const text of ["newer", "newest"]) {
      await one.write(place, text);
      await one.sync();
      await other.sync();
    }
    kept.putBack(backup);
    for (let round = 0; round < 3; round += 1) for (const each of [one, other]) await each.sync();
    expect([await one.read(place), await other.read(place)]).toEqual(["newest", "newest"]);
    const fresh = await device(kept);
    await fresh.sync();
    expect(await fresh.read(place)).toBe("newest");
    await fresh.write(place, "and on");
    for (const each of [fresh, one, other]) await each.sync();
    expect([await one.read(place), await other.read(place)]).toEqual(["and on", "and on"]);
  });

  test("a write whose answer was lost is found done", async () => {
    const kept = server();
    const one = await device(kept);
    await one.sync();
    let isLost = true;
    const losing = await device({
      call: (async (route: Route, input: never) => {
        const answer = await kept.call(route, input);
        if (route.method === "POST" && isLost) throw new Error("lost");
        return answer;
      }) as Call,
    });
    await losing.write(place, "said");
    await expect(losing.sync()).rejects.toThrow("lost");
    isLost = false;
    await losing.sync();
    await one.sync();
    expect([await losing.due(), await one.read(place)]).toEqual([0, "said"]);
    expect([...kept.keep().rows.values()].map(({ version }) => version)).toEqual([1]);
  });
});
