import { and, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { appendAccountEvent } from "../accounts/append-account-event.ts";
import { enclose } from "../accounts/enclosures.ts";
import type { Queries } from "../db/database.ts";
import {
  accounts,
  conversationDevices,
  conversationMembers,
  devices,
  epochRemovals,
  events,
  keyPackages,
} from "../db/tables.ts";
import type { CommitChecked } from "../mls/check-commit.ts";
import type { CommitBundle } from "../protocol/conversations.ts";
import type { AccountEvent, CommitEvent, LeftEvent, ProposalEvent } from "../protocol/delivery.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";
import type { LeafFacts } from "../protocol/judge-commit.ts";
import { mayAddMembers } from "../protocol/role-list.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { dropRequests, keepLinks } from "./keep-links.ts";
import { unseatDevices } from "./unseat-devices.ts";

export interface Commit {
  readonly conversationId: ConversationId;
  readonly bundle: CommitBundle;
  readonly checked: CommitChecked;
  readonly sequence: number;
  readonly sentAt: number;
}

export interface ToDevice {
  readonly deviceId: DeviceId;
  readonly event: AccountEvent;
}

export interface Stored {
  readonly event: CommitEvent | LeftEvent;
  readonly welcomes: readonly ToDevice[];
  /** Who is out of a group hears it once more, and then nothing. */
  readonly farewells: readonly ToDevice[];
  /** What the server has proposed, signed anew for the epoch that begins. */
  readonly proposals?: readonly ProposalEvent[];
}

/** All that becomes true with an accepted commit beside the conversation's own row. Inside the caller's write. */
export async function storeCommit(tx: Queries, commit: Commit): Promise<Stored> {
  const { checked } = commit;
  await demandLiveDevices(tx, commit);
  await demandInviter(tx, commit);
  const { returned = [], added = [] } = await parted(tx, commit);
  const gone = await storeRemovals(tx, commit, returned);
  await storeReturns(tx, commit, returned);
  await storeJoiners(tx, commit, added);
  await keepLinks(tx, commit.conversationId, checked.after.context.roles);
  const event = asEvent(commit);
  await storeEvent(tx, commit, event);
  return {
    event,
    welcomes: await storeWelcomes(tx, commit),
    farewells: checked.after.context.roles.kind === "group" ? await storeFarewells(tx, commit, gone) : [],
  };
}

/** Each added leaf is a device that exists, is not revoked, is of an account that may sign in, and was offered by a key package handed out here. */
async function demandLiveDevices(tx: Queries, { checked: { added }, sentAt }: Commit) {
  if (added.length === 0) return;
  const live = await tx
    .select({ id: devices.id, accountId: devices.accountId, signaturePublicKey: devices.signaturePublicKey })
    .from(devices)
    .innerJoin(accounts, eq(accounts.id, devices.accountId))
    .where(
      and(
        inArray(
          devices.id,
          added.map((leaf) => leaf.deviceId),
        ),
        isNull(devices.revokedAt),
        isNull(accounts.disabledAt),
      ),
    );
  for (const leaf of added) {
    const device = live.find((row) => row.id === leaf.deviceId && row.accountId === leaf.accountId);
    if (device === undefined || !equalBytes(device.signaturePublicKey, leaf.signaturePublicKey)) {
      throw new Refusal("commit.not_allowed");
    }
    if (leaf.keyPackageRef !== undefined)
      await useUp(tx, leaf.deviceId, Uint8Array.from(leaf.keyPackageRef), sentAt);
  }
}

/** One that was handed out serves for one commit; the last resort serves again and again. */
async function useUp(tx: Queries, deviceId: DeviceId, ref: Uint8Array<ArrayBuffer>, now: number) {
  const { claimedAt, committedAt, lastResort } = keyPackages;
  const named = and(eq(keyPackages.ref, ref), eq(keyPackages.deviceId, deviceId));
  const used = await tx
    .update(keyPackages)
    .set({ committedAt: now })
    .where(and(named, eq(lastResort, false), isNotNull(claimedAt), isNull(committedAt)))
    .returning({ ref: keyPackages.ref });
  if (used.length > 0) return;
  const kept = await tx
    .select({ ref: keyPackages.ref })
    .from(keyPackages)
    .where(and(named, eq(lastResort, true)));
  if (kept.length === 0) throw new Refusal("commit.not_allowed");
}

/**
 * Whoever left, or was taken out by the server, has leaves in the tree that the members judge by for a while: that
 * it is out, only the server can hold to.
 */
async function demandInviter(tx: Queries, { conversationId, checked }: Commit) {
  const { added, before, sender, isExternal } = checked;
  const { roles } = before.context;
  if (isExternal || added.length === 0 || roles.kind !== "group") return;
  if (mayAddMembers(roles, sender.accountId)) return;
  const gone = await tx
    .select({ accountId: conversationMembers.accountId })
    .from(conversationMembers)
    .where(
      and(
        eq(conversationMembers.conversationId, conversationId),
        inArray(conversationMembers.accountId, accountsOf(added)),
        isNotNull(conversationMembers.leftSequence),
      ),
    );
  if (gone.length > 0) throw new Refusal("commit.not_allowed");
}

/** Whoever replaces a leaf of its own, and has a seat, was never out. */
async function parted(tx: Queries, { conversationId, checked }: Commit) {
  const { added, removed } = checked;
  const again = added
    .map(({ deviceId }) => deviceId)
    .filter((id) => removed.some((leaf) => leaf.deviceId === id));
  const { deviceId } = conversationDevices;
  const seats = await tx
    .select({ deviceId })
    .from(conversationDevices)
    .where(and(eq(conversationDevices.conversationId, conversationId), inArray(deviceId, again)));
  const wasIn = new Set(seats.map((seat) => seat.deviceId));
  return Object.groupBy(added, (leaf) => (wasIn.has(leaf.deviceId) ? "returned" : "added"));
}

/** Its cursor, its counter and what it may still fetch stay; it writes in the new epoch only. */
async function storeReturns(
  tx: Queries,
  { conversationId, checked }: Commit,
  returned: readonly LeafFacts[],
) {
  for (const { deviceId, leafIndex } of returned)
    await tx
      .update(conversationDevices)
      .set({ leafIndex, joinedEpoch: checked.after.epoch })
      .where(
        and(
          eq(conversationDevices.conversationId, conversationId),
          eq(conversationDevices.deviceId, deviceId),
        ),
      );
}

async function storeRemovals(
  tx: Queries,
  { conversationId, bundle, checked, sequence }: Commit,
  returned: readonly LeafFacts[],
) {
  if (checked.removed.length === 0) return [];
  const { generation, epoch } = bundle;
  await tx.insert(epochRemovals).values({ conversationId, generation, epoch });
  const back = new Set(returned.map((leaf) => leaf.deviceId));
  const gone = checked.removed.map((leaf) => leaf.deviceId).filter((id) => !back.has(id));
  return unseatDevices(tx, conversationId, gone, sequence);
}

/** Also the founder, who is in from epoch 0 and hears its own first commit. */
export async function storeJoiners(
  tx: Queries,
  { conversationId, checked, sequence }: Pick<Commit, "conversationId" | "checked" | "sequence">,
  leaves: readonly LeafFacts[],
) {
  if (leaves.length === 0) return;
  await tx
    .insert(conversationMembers)
    .values(accountsOf(leaves).map((accountId) => ({ conversationId, accountId, joinedSequence: sequence })))
    .onConflictDoUpdate({
      target: [conversationMembers.conversationId, conversationMembers.accountId],
      set: { leftSequence: null },
    });
  await dropRequests(tx, conversationId, accountsOf(leaves));
  await tx
    .insert(conversationDevices)
    .values(
      leaves.map(({ accountId, deviceId, leafIndex }) => ({
        conversationId,
        deviceId,
        accountId,
        leafIndex,
        joinedSequence: sequence,
        joinedEpoch: checked.after.epoch,
        cursor: sequence,
      })),
    )
    // Whoever was in the generation before stays where it is.
    .onConflictDoUpdate({
      target: [conversationDevices.conversationId, conversationDevices.deviceId],
      set: {
        leafIndex: sql`excluded.leaf_index`,
        joinedEpoch: sql`excluded.joined_epoch`,
      },
    });
}

function asEvent({ bundle, checked, sequence, sentAt }: Commit): CommitEvent {
  const { commitId, generation, epoch, commit } = bundle;
  const { accountId, deviceId } = checked.sender;
  return {
    kind: "commit",
    sequence,
    senderAccountId: accountId,
    senderDeviceId: deviceId,
    sentAt,
    commitId,
    generation,
    epoch,
    commit,
  };
}

async function storeEvent(tx: Queries, { conversationId }: Commit, event: CommitEvent) {
  const { commitId, commit, kind: _, ...rest } = event;
  const made = await tx
    .insert(events)
    .values({ ...rest, conversationId, kind: "commit", messageId: commitId, counter: 0, body: commit })
    .onConflictDoNothing({ target: [events.conversationId, events.messageId] })
    .returning({ sequence: events.sequence });
  // The id of somebody else's event, or of a message: no client makes one twice.
  if (made.length === 0) throw new Refusal("commit.malformed");
}

async function storeWelcomes(tx: Queries, { conversationId, bundle, checked, sequence, sentAt }: Commit) {
  const { welcome, generation } = bundle;
  if (welcome === null) return [];
  const enclosed = await enclose(tx, welcome);
  const welcomes: ToDevice[] = [];
  for (const { accountId, deviceId } of checked.added) {
    const event = await appendAccountEvent(
      tx,
      { accountId, deviceId },
      {
        kind: "welcome",
        conversationId,
        generation,
        epoch: checked.after.epoch,
        conversationSequence: sequence,
        fromAccountId: checked.sender.accountId,
        fromDeviceId: checked.sender.deviceId,
        welcome,
      },
      sentAt,
      enclosed,
    );
    welcomes.push({ deviceId, event });
  }
  return welcomes;
}

async function storeFarewells(
  tx: Queries,
  { conversationId, bundle, checked, sequence, sentAt }: Commit,
  gone: readonly { readonly accountId: AccountId; readonly deviceId: DeviceId }[],
): Promise<ToDevice[]> {
  const { generation, commit } = bundle;
  if (gone.length === 0) return [];
  const enclosed = await enclose(tx, commit);
  const farewells: ToDevice[] = [];
  for (const { accountId, deviceId } of gone) {
    const event = await appendAccountEvent(
      tx,
      { accountId, deviceId },
      {
        kind: "removed",
        conversationId,
        generation,
        conversationSequence: sequence,
        fromAccountId: checked.sender.accountId,
        sentAt,
        commit,
      },
      sentAt,
      enclosed,
    );
    farewells.push({ deviceId, event });
  }
  return farewells;
}

function accountsOf(leaves: readonly LeafFacts[]): AccountId[] {
  return [...new Set(leaves.map((leaf) => leaf.accountId))];
}
