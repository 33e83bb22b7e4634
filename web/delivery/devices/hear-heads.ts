import type { AccountId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord, DeviceLogRecord } from "../../storage/records.ts";
import { MOST_HEADS } from "../../storage/records.ts";
import { amend, type Batch } from "../inbox/batch.ts";
import { same } from "../inbox/pins.ts";
import type { Head } from "./tell-heads.ts";

/** What somebody else was shown of device logs: what does not agree with what is known here is looked into soon. */
export async function hearHeads(batch: Batch, told: readonly Head[]): Promise<void> {
  for (const head of told) {
    if (!isIn(batch.conversation, head.accountId, batch.client.accountId)) continue;
    const log = await batch.change.read("device_logs", head.accountId);
    if (log?.doubt === "differs" || compareHead(log, head) === "agrees") continue;
    const { heads = [] } = batch.conversation;
    if (heads.length < MOST_HEADS && !heads.some((one) => isSameHead(one, head)))
      amend(batch, { heads: [...heads, head] });
  }
}

/** `ahead`: of a change that this device has not been shown. */
export function compareHead(
  log: DeviceLogRecord | undefined,
  { position, head }: Head,
): "agrees" | "differs" | "ahead" {
  const known = log?.hashes[position - 1];
  if (!known) return "ahead";
  return same(known, head) ? "agrees" : "differs";
}

export function isSameHead(one: Head, other: Head): boolean {
  return one.accountId === other.accountId && one.position === other.position && same(one.head, other.head);
}

export function isIn({ peer, people }: ConversationRecord, account: AccountId, me: AccountId): boolean {
  if (account === me || account === peer?.accountId) return true;
  return people.some(({ accountId, rank }) => accountId === account && rank !== null);
}
