import type { AccountId } from "../../../src/protocol/ids.ts";
import type { OutgoingContent } from "../../storage/records.ts";
import { receiveCommunity } from "../communities/receive-community.ts";
import type { Batch, putInPlace } from "./batch.ts";
import { receiveAbout } from "./receive-about.ts";

export type GroupSaid = Extract<OutgoingContent, { kind: "about" | "community" }>;

/** What a group's members say of it. */
export function receiveGroupSaid(
  batch: Batch,
  event: Parameters<typeof putInPlace>[1],
  sender: AccountId,
  said: GroupSaid,
): void {
  if (said.kind === "about") receiveAbout(batch, event, sender, said);
  else receiveCommunity(batch, event, sender, said);
}
