import type { AccountId } from "../../../src/protocol/ids.ts";
import { amend, type Batch, putInPlace } from "./batch.ts";

/** Said of a group by somebody who may not: it keeps its place and nothing else. Who said it here is told so. */
export function disbelieve(
  batch: Batch,
  event: Parameters<typeof putInPlace>[1],
  sender: AccountId,
  isSaidAgain: boolean | undefined,
): void {
  if (sender === batch.client.accountId && batch.conversation.kind === "group" && !isSaidAgain)
    amend(batch, { refusedChange: "commit.not_allowed" });
  putInPlace(batch, event, sender, { kind: "commit" });
}
