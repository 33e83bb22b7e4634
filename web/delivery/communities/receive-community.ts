import type { ListedPlace } from "../../../src/protocol/community.ts";
import { MOST_LISTED } from "../../../src/protocol/community.ts";
import type { Content } from "../../../src/protocol/content.ts";
import type { AccountId } from "../../../src/protocol/ids.ts";
import type { CommunityRecord, GroupChange } from "../../storage/records.ts";
import { isInCharge } from "../groups/people.ts";
import { amend, type Batch, putInPlace } from "../inbox/batch.ts";
import { disbelieve } from "../inbox/disbelieve.ts";

type Said = Pick<Extract<Content, { kind: "community" }>, "listed" | "unlisted" | "again">;
type Event = Parameters<typeof putInPlace>[1];

/**
 * What belongs to a community, in its place among the announcements. Believed of the owner and the admins, by the
 * role list at that place; said again by whoever added this device, only where nothing surer is known.
 */
export function receiveCommunity(batch: Batch, event: Event, sender: AccountId, said: Said): void {
  const { conversation } = batch;
  const { community: before, addedBy, kind } = conversation;
  const mayRepeat = said.again === true && addedBy === sender && !before?.wasSure;
  const mayTell = isInCharge(conversation, sender) || mayRepeat;
  if (kind !== "group" || !mayTell || (said.again && before?.sure)) {
    disbelieve(batch, event, sender, said.again);
    return;
  }
  const asked = before?.asked ?? [];
  const listed = said.again ? said.listed : withChanges(before?.listed ?? [], said);
  const sure = said.again || before === undefined || before.sure;
  amend(batch, { community: { listed, asked, sure, wasSure: before?.wasSure } });
  const changes = said.again ? [] : changesOf(before, said);
  putInPlace(batch, event, sender, changes.length > 0 ? { kind: "change", changes } : { kind: "commit" });
}

/** Listed anew, something keeps its place. Whoever lists more than there is room for lists what comes first. */
function withChanges(before: readonly ListedPlace[], { listed, unlisted }: Said): ListedPlace[] {
  const places = new Map(before.map((one) => [one.conversationId, one]));
  for (const id of unlisted) places.delete(id);
  for (const one of listed) places.set(one.conversationId, one);
  return [...places.values()].slice(0, MOST_LISTED);
}

function changesOf(before: CommunityRecord | undefined, { listed, unlisted }: Said): GroupChange[] {
  const known = new Map(before?.listed.map((one) => [one.conversationId, one.name]));
  const added = listed.filter(({ conversationId }) => !known.has(conversationId)).map(({ name }) => name);
  const gone = unlisted.flatMap((id) => known.get(id) ?? []);
  return [
    ...(added.length > 0 ? [{ kind: "listed" as const, names: added }] : []),
    ...(gone.length > 0 ? [{ kind: "unlisted" as const, names: gone }] : []),
  ];
}
