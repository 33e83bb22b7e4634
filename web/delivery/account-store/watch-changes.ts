import type { AccountId } from "../../../src/protocol/ids.ts";
import type { StoreName } from "../../storage/storage.ts";
import type { Change, Vault } from "../../storage/vault.ts";
import { noteChange } from "./note-change.ts";
import { MIRRORED, type Mirrored } from "./shapes.ts";

/** The same vault; what is written through it that the account's other devices are to know is marked with it. */
export function watchChanges(
  vault: Vault,
  of: { readonly me: AccountId; readonly now: () => number; readonly marked: () => void },
): Vault {
  return {
    ...vault,
    async change(work) {
      let isMarked = false;
      const answer = await vault.change(async (change) => {
        const touched = new Map<string, { store: Mirrored; key: string }>();
        const said = await work(noticing(change, touched));
        isMarked = false;
        for (const { store, key } of touched.values())
          isMarked = (await noteChange(change, { store, key, me: of.me, at: of.now() })) || isMarked;
        return said;
      });
      if (isMarked) of.marked();
      return answer;
    },
  };
}

function noticing(change: Change, touched: Map<string, { store: Mirrored; key: string }>): Change {
  const touch = (store: StoreName, key: string) => {
    const mirrored = MIRRORED.find((one) => one === store);
    if (mirrored) touched.set(`${store}/${key}`, { store: mirrored, key });
  };
  return {
    ...change,
    put(store, key, value) {
      touch(store, key);
      change.put(store, key, value);
    },
    remove(store, key) {
      touch(store, key);
      change.remove(store, key);
    },
  };
}
