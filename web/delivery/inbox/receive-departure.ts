import type { LeftEvent } from "../../../src/protocol/delivery.ts";
import { verifyDeparture } from "../../../src/protocol/departure.ts";
import { type MessageId, newId } from "../../../src/protocol/ids.ts";
import { factsOf } from "../../crypto/group.ts";
import { withPeople, withSlowest } from "../groups/people.ts";
import { amend, type Batch, putInPlace } from "./batch.ts";

/** The owner and the admins remove who left at once; the others when nobody of those is there. */
const SOON = 2_000;
const LATER = 8_000;

/** Somebody left: signed by a leaf of theirs as it stands, or not believed. */
export async function receiveDeparture(batch: Batch, event: LeftEvent): Promise<void> {
  const { group, client, conversation } = batch;
  if (!group || conversation.state === "frozen") return;
  const { senderAccountId: accountId, statement, sequence } = event;
  if ((await verifyDeparture(statement, factsOf(group))) !== accountId)
    return amend(batch, { differs: true });
  const rank = conversation.people.find((one) => one.accountId === client.accountId)?.rank;
  const isInCharge = rank === "owner" || rank === "admin";
  const isTold = isInCharge || !conversation.rights.channel;
  const wait = isInCharge ? Math.random() * SOON : SOON + Math.random() * LATER;
  const departure = { accountId, statement, due: client.platform.clock.now() + Math.round(wait) };
  const others = conversation.departures.filter((one) => one.accountId !== accountId);
  const noted = { ...conversation, departures: [...others, departure] };
  batch.conversation = withSlowest(client.accountId, await withPeople(batch.change, noted, group, sequence));
  const place = { messageId: newId<MessageId>(), sequence, sentAt: event.sentAt };
  putInPlace(
    batch,
    place,
    accountId,
    isTold ? { kind: "change", changes: [{ kind: "left" }] } : { kind: "commit" },
  );
}
