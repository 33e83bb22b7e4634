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
 * whoever added this device too, once, where nobody has said anything before. It is shown to whoever believes it:
 * nobody's messages disappear without their knowing.
 */
export function receiveTimer(batch: Batch, event: Event, sender: AccountId, { seconds, again }: Said): void {
  const { conversation } = batch;
  const may = maySetTimer(conversation, sender);
  const isUntold = conversation.timer === undefined && !conversation.timerHeard;
  const isBelieved = again ? isUntold && (may || conversation.addedBy === sender) : may;
  if (!isBelieved) {
    disbelieve(batch, event, sender, again);
    return;
  }
  amend(batch, { timer: seconds ?? undefined, timerHeard: true });
  putInPlace(batch, event, sender, { kind: "change", changes: [{ kind: "timer", seconds }] });
}
