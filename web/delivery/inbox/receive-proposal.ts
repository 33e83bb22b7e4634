import type { ProposalEvent } from "../../../src/protocol/delivery.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { removalsWaiting } from "../../crypto/group.ts";
import { receiveProposal as take } from "../../crypto/receive-proposal.ts";
import { amend, type Batch, doubtGroup } from "./batch.ts";

/**
 * The server takes a device out: kept with the group until a member's commit carries it along, and shown to nobody
 * before. What is no such proposal is not believed, and the conversation's history is in doubt.
 */
export async function receiveProposal(batch: Batch, event: ProposalEvent): Promise<void> {
  const { group, conversation } = batch;
  if (!group || conversation.state === "frozen" || event.generation !== group.generation) return;
  if (event.epoch < group.epoch) return;
  if (event.epoch > group.epoch) return doubtGroup(batch);
  try {
    const next = await take(group, event.proposal);
    // It is told to those who stay: a server that tells it here does so to stop what is written.
    const isOwn = removalsWaiting(next).some(({ deviceId }) => deviceId === batch.client.deviceId);
    if (isOwn) return amend(batch, { differs: true });
    batch.group = next;
    batch.groupChanged = true;
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    amend(batch, { differs: true });
  }
}
