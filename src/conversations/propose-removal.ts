import { eq, sql } from "drizzle-orm";
import { appendAccountEvent } from "../accounts/append-account-event.ts";
import type { App } from "../app.ts";
import type { Queries, Writing } from "../db/database.ts";
import { conversationDevices, conversations } from "../db/tables.ts";
import { inTurn } from "../devices/in-turn.ts";
import { loadMls } from "../mls/load-mls.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";
import { currentGroupInfo } from "./current-group-info.ts";
import { dropIfEmpty } from "./drop-if-empty.ts";
import { lockConversations } from "./lock-conversations.ts";
import { nominate } from "./nominate.ts";
import { memberDevices } from "./read-audience.ts";
import type { ToDevice } from "./store-commit.ts";
import { type Unseated, unseatDevices } from "./unseat-devices.ts";
import { type Signed, signRemovals, storeProposals } from "./waiting-removals.ts";

const TRIES = 20;

/** An account that is to be in no conversation any more: a ban. Its sessions are not ended here. */
export async function removeAccountEverywhere(app: App, accountId: AccountId): Promise<void> {
  const seats = await app.db.read
    .select({ id: conversationDevices.conversationId, deviceId: conversationDevices.deviceId })
    .from(conversationDevices)
    .where(eq(conversationDevices.accountId, accountId));
  for (const [id, own] of Map.groupBy(seats, (seat) => seat.id))
    await proposeRemovals(
      app,
      id,
      own.map(({ deviceId }) => deviceId),
    );
}

/**
 * Takes devices out of a conversation: from now on nothing of it is delivered to them or taken from them. Their
 * leaves are in the tree until a member has committed what is proposed here as external sender.
 */
export function proposeRemovals(
  app: App,
  conversationId: ConversationId,
  deviceIds: readonly DeviceId[],
): Promise<void> {
  return inTurn(app.db, conversationId, async () => {
    for (let tries = 0; tries < TRIES; tries += 1)
      if (await proposeOnce(app, conversationId, deviceIds)) return;
    throw new Error("the group moves on faster than a removal can be proposed");
  });
}

/** False: the epoch has passed meanwhile, by way of another server process. */
async function proposeOnce(app: App, id: ConversationId, deviceIds: readonly DeviceId[]): Promise<boolean> {
  const groupInfo = await currentGroupInfo(app.db.read, id);
  const { readKnownGroup } = await loadMls();
  const group = await readKnownGroup(groupInfo);
  const signed = await signRemovals(app, groupInfo, group, deviceIds);
  const { generation, epoch } = group;
  const of = { id, generation, epoch, sentAt: app.clock.now(), deviceIds, signed };
  const outcome = await app.db.write((tx) => takeOut(tx, of), "read_committed");
  if (outcome === "passed") return false;
  if (outcome === "none") return true;
  const { version, devices, proposals, farewells } = outcome;
  if (proposals.length > 0) {
    const frame = { t: "events" as const, conversationId: id, events: proposals };
    app.hub.tellConversation({ conversationId: id, version, devices }, frame);
  }
  for (const { deviceId, event } of farewells) app.hub.tellDevice(deviceId, { t: "account", event });
  nominate(app, id);
  return true;
}

interface Removal {
  readonly id: ConversationId;
  readonly generation: number;
  readonly epoch: number;
  readonly sentAt: number;
  readonly deviceIds: readonly DeviceId[];
  readonly signed: readonly Signed[];
}

async function takeOut(tx: Writing, { id, generation, epoch, sentAt, deviceIds, signed }: Removal) {
  const locked = (await lockConversations(tx, [id])).get(id);
  if (locked?.generation !== generation || locked.epoch !== epoch) return "passed";
  const { head } = locked;
  const unseated = await unseatDevices(tx, id, deviceIds, head + 1);
  if (unseated.length === 0) return "none";
  const fresh = signed.filter((one) => unseated.some(({ deviceId }) => deviceId === one.deviceId));
  const place = { conversationId: id, generation, epoch, head, sentAt };
  const proposals = await storeProposals(tx, place, fresh);
  const version = await raiseVersion(tx, id);
  const farewells: ToDevice[] = [];
  for (const one of unseated) farewells.push(await storeFarewell(tx, place, one));
  const devices = await memberDevices(tx, id);
  await dropIfEmpty(tx, id);
  return { version, devices, proposals, farewells };
}

async function raiseVersion(tx: Queries, id: ConversationId): Promise<number> {
  const [raised] = await tx
    .update(conversations)
    .set({ membershipVersion: sql`${conversations.membershipVersion} + 1` })
    .where(eq(conversations.id, id))
    .returning({ version: conversations.membershipVersion });
  if (raised === undefined) throw new Error("a conversation that was there a moment ago");
  return raised.version;
}

async function storeFarewell(
  tx: Queries,
  place: { conversationId: ConversationId; generation: number; head: number; sentAt: number },
  { accountId, deviceId }: Unseated,
): Promise<ToDevice> {
  const { conversationId, generation, head, sentAt } = place;
  const word = { conversationId, generation, conversationSequence: head + 1, sentAt };
  const said = { kind: "removed" as const, ...word, fromAccountId: null, commit: null };
  return { deviceId, event: await appendAccountEvent(tx, { accountId, deviceId }, said, sentAt) };
}
