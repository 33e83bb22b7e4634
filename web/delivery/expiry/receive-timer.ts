import type { AccountId } from "../../../src/protocol/ids.ts";
import { amend, type Batch, putInPlace } from "../inbox/batch.ts";
import { disbelieve } from "../inbox/disbelieve.ts";
import { maySetTimer } from "./expiries.ts";

type Event = Parameters<typeof putInPlace>[1];

interface Said {
  readonly seconds: number | null;
  readonly again?: true | undefined;
}

/**
 * Believed of whoever may set it, in its place among the messages: the last one counts. Said again it is believed of
 * whoever added this device too, where nothing is known.
 */
export function receiveTimer(batch: Batch, event: Event, sender: AccountId, { seconds, again }: Said): void {
  const { conversation } = batch;
  const may = maySetTimer(conversation, sender);
  const isBelieved = again
    ? conversation.timer === undefined && (may || conversation.addedBy === sender)
    : may;
  if (!isBelieved) {
    disbelieve(batch, event, sender, again);
    return;
  }
  amend(batch, { timer: seconds ?? undefined });
  const changes = [{ kind: "timer" as const, seconds }];
  putInPlace(batch, event, sender, again ? { kind: "commit" } : { kind: "change", changes });
}
