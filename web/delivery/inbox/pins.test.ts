import { expect, test } from "bun:test";
import { type AccountId, newId } from "../../../src/protocol/ids.ts";
import { openSqliteStorage } from "../../storage/open-sqlite.ts";
import type { Storage } from "../../storage/storage.ts";
import { openVault } from "../../storage/vault.ts";
import { pin } from "./pins.ts";

const root = new Uint8Array(32);
const named = (username: string) => ({ accountId: newId<AccountId>(), username, root, now: 1 });

test("many are pinned at once with one look at all names, and no name leads to two", async () => {
  const storage = await openSqliteStorage("pins");
  let looks = 0;
  const counting: Storage = {
    ...storage,
    list: (store, range) => {
      looks += 1;
      return storage.list(store, range);
    },
  };
  const vault = openVault(counting);
  await vault.change(async (change) => {
    for (let index = 0; index < 300; index += 1) expect(await pin(change, named(`name${index}`))).toBe(true);
    expect(await pin(change, named("name7"))).toBe(false);
  });
  expect(looks).toBe(1);
  await vault.change(async (change) => {
    expect(await pin(change, named("name8"))).toBe(false);
    expect(await pin(change, named("somebody"))).toBe(true);
  });
  storage.close();
});
