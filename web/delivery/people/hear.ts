import type { AccountId } from "../../../src/protocol/ids.ts";
import type { Change, Reader } from "../../storage/vault.ts";
import type { Batch } from "../inbox/batch.ts";
import type { Standing } from "../patches.ts";

export async function standingOf(reader: Reader, accountId: AccountId): Promise<Standing> {
  return (await reader.read("people", accountId))?.standing ?? "accepted";
}

/** They learn whether what they wrote was read, and are shown typing. */
export async function isAccepted(reader: Reader, accountId: AccountId): Promise<boolean> {
  return (await standingOf(reader, accountId)) === "accepted";
}

/** True for somebody who is blocked. Whoever was declined asks anew by writing. */
export async function isUnheard({ change, conversation }: Batch, sender: AccountId): Promise<boolean> {
  const person = await change.read("people", sender);
  const asksAnew = person?.standing === "declined" && conversation.kind !== "group";
  if (asksAnew) change.put("people", sender, { ...person, standing: "asking" });
  return person?.standing === "blocked";
}

/** Whoever this person writes to is accepted; somebody new who begins a conversation has to ask. */
export async function meet(change: Change, peer: AccountId, by: "me" | "them"): Promise<void> {
  const person = await change.read("people", peer);
  const standing = by === "me" ? "accepted" : "asking";
  if (by === "them" ? !person : person?.standing !== standing)
    change.put("people", peer, { ...person, standing });
}
