import type { AccountId } from "../../../src/protocol/ids.ts";
import { MIRRORED, type Mirrored } from "./shapes.ts";

/** Of the own profile: the row needs no account's id, and nobody else's is shared. */
const OWN = "own";
const LONGEST = 256;

/** What the row of a record is called; undefined where no other device is told of it. */
export function rowNameOf(store: Mirrored, key: string, me: AccountId): string | undefined {
  if (store === "profiles" && key !== me) return undefined;
  const name = `${store}/${store === "profiles" ? OWN : key}`;
  return name.length > LONGEST ? undefined : name;
}

/** Undefined for what a later version shares. */
export function recordOf(name: string, me: AccountId): { store: Mirrored; key: string } | undefined {
  const end = name.indexOf("/");
  const store = MIRRORED.find((one) => one === name.slice(0, Math.max(0, end)));
  const key = name.slice(end + 1);
  if (!store || key === "" || (store === "profiles" && key !== OWN)) return undefined;
  return { store, key: store === "profiles" ? me : key };
}
