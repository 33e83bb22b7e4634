import type { Content } from "../../../src/protocol/content.ts";
import type { AccountId } from "../../../src/protocol/ids.ts";
import type { GroupChange } from "../../storage/records.ts";
import { mayName } from "../groups/set-about.ts";
import { amend, type Batch, putInPlace } from "./batch.ts";
import { disbelieve } from "./disbelieve.ts";

export type About = Pick<Extract<Content, { kind: "about" }>, "name" | "description" | "picture" | "again">;
type Event = Parameters<typeof putInPlace>[1];

/**
 * What the group is called, in its place among the messages: the last one counts. Believed of whoever has the
 * right; said again by whoever added this device, only where nothing surer is known.
 */
export function receiveAbout(batch: Batch, event: Event, sender: AccountId, about: About): void {
  const before = batch.conversation.about;
  const isBelieved = about.again
    ? !before?.sure && (mayName(batch.conversation, sender) || batch.conversation.addedBy === sender)
    : mayName(batch.conversation, sender);
  const { name, description, picture } = about;
  if (batch.conversation.kind !== "group" || !isBelieved) {
    disbelieve(batch, event, sender, about.again);
    return;
  }
  amend(batch, { about: { name, description, sure: true } });
  const changes: GroupChange[] = [];
  if (before && before.name !== name) changes.push({ kind: "named", name });
  else if (before && before.description !== description) changes.push({ kind: "described" });
  if (picture !== undefined) {
    keepPicture(batch, picture);
    if (before?.sure) changes.push({ kind: "pictured" });
  }
  putInPlace(batch, event, sender, changes.length > 0 ? { kind: "change", changes } : { kind: "commit" });
}

function keepPicture(batch: Batch, picture: Uint8Array<ArrayBuffer> | null): void {
  if (picture) batch.change.put("pictures", batch.id, { bytes: picture });
  else batch.change.remove("pictures", batch.id);
  batch.picture = picture;
}
