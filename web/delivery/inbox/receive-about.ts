import type { Content } from "../../../src/protocol/content.ts";
import type { AccountId } from "../../../src/protocol/ids.ts";
import type { GroupChange } from "../../storage/records.ts";
import { mayName } from "../groups/say-about.ts";
import { amend, type Batch, putInPlace } from "./batch.ts";

export type About = Pick<Extract<Content, { kind: "about" }>, "name" | "description" | "again">;
type Event = Parameters<typeof putInPlace>[1];

/**
 * What the group is called, in its place among the messages: the last one counts. Believed of the owner and the
 * admins; said again by whoever added this device, only where nothing surer is known.
 */
export function receiveAbout(batch: Batch, event: Event, sender: AccountId, about: About): void {
  const before = batch.conversation.about;
  const isBelieved = about.again
    ? !before?.sure && (mayName(batch.conversation, sender) || batch.conversation.addedBy === sender)
    : mayName(batch.conversation, sender);
  const { name, description } = about;
  if (batch.conversation.kind !== "group" || !isBelieved) {
    putInPlace(batch, event, sender, { kind: "commit" });
    return;
  }
  amend(batch, { about: { name, description, sure: true } });
  const changes: GroupChange[] = [];
  if (before && before.name !== name) changes.push({ kind: "named", name });
  else if (before && before.description !== description) changes.push({ kind: "described" });
  putInPlace(batch, event, sender, changes.length > 0 ? { kind: "change", changes } : { kind: "commit" });
}
