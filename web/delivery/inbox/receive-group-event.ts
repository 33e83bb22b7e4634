import type { ConversationEvent } from "../../../src/protocol/delivery.ts";
import { readPending } from "../groups/group-at-rest.ts";
import type { Batch } from "./batch.ts";
import { receiveChange } from "./receive-change.ts";
import { receiveDeparture } from "./receive-departure.ts";
import { receiveProposal } from "./receive-proposal.ts";

export type GroupEvent = Exclude<ConversationEvent, { kind: "message" | "erased" }>;

/** What concerns the group itself: seldom, and fetched with the first of it. */
export async function receiveGroupEvent(batch: Batch, event: GroupEvent): Promise<void> {
  if (event.kind === "proposal") return receiveProposal(batch, event);
  if (event.kind === "commit") {
    if (await concerns(batch, event)) await receiveChange(batch, event);
  } else if (event.generation === batch.conversation.generation) await receiveDeparture(batch, event);
}

/** Also the own way into a later generation. */
async function concerns(batch: Batch, event: Extract<GroupEvent, { kind: "commit" }>): Promise<boolean> {
  if (event.generation === batch.conversation.generation) return true;
  return (await readPending(batch.change, batch.id))?.commitId === event.commitId;
}
