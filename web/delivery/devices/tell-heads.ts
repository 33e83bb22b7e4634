import type { AuthenticatedData } from "../../../src/protocol/content.ts";
import type { AccountId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import type { Reader } from "../../storage/vault.ts";

export type Head = AuthenticatedData["deviceLogHeads"][number];

/** Beside the own head: each message grows by them, and a group is gone through in turn. */
const OTHERS = 3;

/** Where this device last saw the device logs of this account and of some of the others in the conversation. */
export async function headsToTell(
  reader: Reader,
  me: AccountId,
  conversation: ConversationRecord,
): Promise<Head[]> {
  const heads: Head[] = [];
  for (const account of [me, ...inTurn(othersIn(conversation, me), conversation.counter)]) {
    const log = await reader.read("device_logs", account);
    const head = log?.hashes.at(-1);
    if (log && head) heads.push({ accountId: account, position: log.hashes.length, head });
  }
  return heads;
}

function othersIn({ peer, people }: ConversationRecord, me: AccountId): AccountId[] {
  if (peer) return [peer.accountId];
  return people.flatMap(({ accountId, rank }) => (rank === null || accountId === me ? [] : accountId));
}

function inTurn(accounts: readonly AccountId[], turn: number): AccountId[] {
  if (accounts.length <= OTHERS) return [...accounts];
  const start = (turn * OTHERS) % accounts.length;
  return [...accounts.slice(start), ...accounts.slice(0, start)].slice(0, OTHERS);
}
