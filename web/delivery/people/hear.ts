import type { AccountId } from "../../../src/protocol/ids.ts";
import type { Change, Reader } from "../../storage/vault.ts";
import type { Batch } from "../inbox/batch.ts";
import type { Standing } from "../patches.ts";
import { readPrivacy } from "./privacy.ts";

export async function standingOf(reader: Reader, accountId: AccountId): Promise<Standing> {
  return (await reader.read("people", accountId))?.standing ?? "accepted";
}

/** They learn whether what they wrote was read, and are shown typing. */
export async function isAccepted(reader: Reader, accountId: AccountId): Promise<boolean> {
  return (await standingOf(reader, accountId)) === "accepted";
}

/** True for somebody who is blocked. Whoever was declined asks anew by writing, where strangers may. */
export async function isUnheard({ change, conversation }: Batch, sender: AccountId): Promise<boolean> {
  if (conversation.unwanted) return true;
  const person = await change.read("people", sender);
  if (person?.standing !== "declined" || conversation.kind === "group") return person?.standing === "blocked";
  if (!(await readPrivacy(change)).strangersWrite) return true;
  change.put("people", sender, { ...person, standing: "asking" });
  return false;
}

/** Whether this person is in a group because of whoever added them. */
export async function mayAddMe(reader: Reader, adder: AccountId): Promise<boolean> {
  const person = await reader.read("people", adder);
  if (person?.standing === "blocked") return false;
  return person?.standing === "accepted" || (await readPrivacy(reader)).strangersAdd;
}

/** Whoever this person writes to is accepted; somebody new who begins a conversation has to ask. */
export async function meet(change: Change, peer: AccountId, by: "me" | "them"): Promise<void> {
  const person = await change.read("people", peer);
  const standing = by === "me" ? "accepted" : await standingOfNew(change);
  if (by === "them" ? !person : person?.standing !== standing)
    change.put("people", peer, { ...person, standing });
}

/** Where strangers may not ask, what they write is not heard until this person writes to them. */
async function standingOfNew(reader: Reader): Promise<Standing> {
  return (await readPrivacy(reader)).strangersWrite ? "asking" : "declined";
}
