import type { ConversationId } from "../../../src/protocol/ids.ts";
import { epochAuthenticatorHash, type Group } from "../../crypto/group.ts";
import { EMPTY_CHAIN, extendSeenChain } from "../../crypto/seen-chain.ts";
import { between } from "../../storage/key.ts";
import type { MessageRecord } from "../../storage/records.ts";
import type { Reader } from "../../storage/vault.ts";

type Chain = Uint8Array<ArrayBuffer>;

/** Begins anew with each epoch, so that all who are in it hold the same one whenever they joined. */
export function startChain(group: Group): Promise<Chain> {
  return extendSeenChain(EMPTY_CHAIN, epochAuthenticatorHash(group));
}

/** The own chain as it stood at a sequence; undefined before this device joined. */
export async function chainAt(
  reader: Reader,
  id: ConversationId,
  unwritten: readonly MessageRecord[],
  sequence: number,
): Promise<Chain | undefined> {
  const recent = unwritten.findLast((message) => message.sequence <= sequence);
  if (recent) return recent.chain;
  const range = { ...between(id, 0, sequence), limit: 1, newestFirst: true };
  const [stored] = await reader.list("messages", range);
  return stored?.value.chain;
}
