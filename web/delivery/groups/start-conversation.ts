import type { ListedPlace } from "../../../src/protocol/community.ts";
import type { ConversationKind } from "../../../src/protocol/conversations.ts";
import { type AccountId, type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { type Group, listMembers } from "../../crypto/group.ts";
import { between, placed } from "../../storage/key.ts";
import type { ConversationRecord, MessageRecord } from "../../storage/records.ts";
import type { Change, Reader } from "../../storage/vault.ts";
import type { Client } from "../client.ts";
import { onlyThese, pin, rootOf, strangersAmong } from "../inbox/pins.ts";
import { startChain } from "../inbox/seen-chain.ts";
import { enqueue } from "../outbox/enqueue.ts";
import { mayAddMe, meet } from "../people/hear.ts";
import { putGroup } from "./group-at-rest.ts";
import { isOut, withPeople, withSlowest } from "./people.ts";
import { repeatAbout } from "./say-about.ts";

interface Started {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  readonly peer: { readonly accountId: AccountId; readonly username: string } | undefined;
  readonly group: Group;
  /** Where the commit that brought this device in stands. */
  readonly sequence: number;
  readonly startedBy: AccountId;
  /** Another device of this account was in it before: how this person stands to the other is known. */
  readonly follows?: boolean;
  /** Of a group: who is in it, as far as their names are known, and what it is called by its founder. */
  readonly people?: readonly { readonly accountId: AccountId; readonly username: string }[];
  readonly name?: string | undefined;
  /** Of a community: what belongs to it, by its founder's word or a link's. */
  readonly listed?: readonly ListedPlace[] | undefined;
  /** Joined by a link, which called the group so. */
  readonly byLink?: { readonly name: string } | undefined;
}

/** Writes all that a conversation begins with, founded here or joined; one that is known goes on. */
export async function startConversation(client: Client, change: Change, started: Started): Promise<void> {
  const { id, kind, peer, group, sequence, startedBy } = started;
  const known = await change.read("conversations", id);
  if (known) return continueConversation(client, change, started, known);
  const chain = await startChain(group);
  const first: MessageRecord = {
    messageId: newId<MessageId>(),
    sequence,
    sender: startedBy,
    sentAt: client.platform.clock.now(),
    body: started.byLink ? cameIn(client) : { kind: "founded" },
    chain,
  };
  await putGroup(change, id, group);
  change.put("messages", placed(id, sequence), first);
  const fresh = newConversation({ kind, peer, generation: group.generation, first });
  const isPinned = await pinPeer(client, change, started);
  const begun = await withGroup(client, change, started, {
    ...fresh,
    state: whoIsAllowed(client, started) ? "ready" : "frozen",
    leafKey: { since: client.platform.clock.now(), sent: 0, offered: startedBy !== client.accountId },
    epochFrom: sequence,
    identityChanged: !isPinned,
    ...(isPinned ? {} : await changedFrom(change, fresh, started)),
  });
  change.put("conversations", id, begun);
  const isKnown = started.follows && peer && (await change.read("people", peer.accountId)) !== undefined;
  if (peer && !isKnown) await meet(change, peer.accountId, startedBy === client.accountId ? "me" : "them");
  if (kind !== "group") change.put("direct", peer?.accountId ?? client.accountId, { conversationId: id });
}

/** Of a group: its people, and its name, which its founder says as the first thing. */
async function withGroup(
  client: Client,
  change: Change,
  { id, group, sequence, startedBy, people = [], name, listed, byLink }: Started,
  fresh: ConversationRecord,
): Promise<ConversationRecord> {
  if (fresh.kind !== "group") return fresh;
  const about = name === undefined ? null : { name, description: "", sure: true };
  const isOwn = startedBy === client.accountId;
  const shown = byLink?.name ? { name: byLink.name, description: "" } : fresh.about;
  const unwanted = isOwn ? fresh.unwanted : !(await mayAddMe(change, startedBy));
  const known = listed ? { listed: [...listed], asked: [], sure: about !== null } : undefined;
  const community = known ?? (fresh.community && { ...fresh.community, sure: false, wasSure: undefined });
  const kept = {
    ...fresh,
    about: about ?? (shown && { ...shown, sure: false }),
    ...(community ? { community } : {}),
    /** Also another device of this person: what it says the group is called is believed. */
    addedBy: startedBy,
    unwanted,
  };
  const { people: all, ...rest } = await withPeople(change, kept, group, sequence);
  const named = all.map((one) => ({
    ...one,
    username:
      one.accountId === client.accountId
        ? client.username
        : one.username || (people.find(({ accountId }) => accountId === one.accountId)?.username ?? ""),
  }));
  const begun = withSlowest(client.accountId, { ...rest, people: named });
  if (about) await repeatAbout(client, change, id, begun);
  return begun;
}

function cameIn({ accountId }: Client): MessageRecord["body"] {
  return { kind: "change", changes: [{ kind: "added", accounts: [accountId] }] };
}

/** From the first place on at which somebody else may have written; with whoever is somebody else now. */
export async function changedFrom(
  reader: Reader,
  { identityChangedFrom, peer, people }: ConversationRecord,
  now: Pick<Started, "group" | "sequence" | "people">,
) {
  const named = [peer ?? [], people, now.people ?? []].flat();
  const strangers = await strangersAmong(reader, listMembers(now.group), named);
  return { identityChanged: true, identityChangedFrom: identityChangedFrom ?? now.sequence, strangers };
}

/** The same conversation with a new group: what was read stays, and what may not have arrived is sent again. */
async function continueConversation(
  client: Client,
  change: Change,
  started: Started,
  known: ConversationRecord,
): Promise<void> {
  const { id, group, sequence, startedBy } = started;
  const now = client.platform.clock.now();
  /** The people are those who were here before, whoever the server says they are. */
  const same = { ...started, kind: known.kind, peer: known.peer ?? undefined };
  if (!whoIsAllowed(client, same)) return;
  if (!(await pinPeer(client, change, same)))
    return change.put("conversations", id, {
      ...known,
      ...(await changedFrom(change, known, started)),
      unfollowed: true,
    });
  const chain = await startChain(group);
  await putGroup(change, id, group);
  change.remove("commits", id);
  change.put("messages", placed(id, sequence), {
    messageId: newId<MessageId>(),
    sequence,
    sender: isOut(known) ? startedBy : client.accountId,
    sentAt: now,
    body: isOut(known)
      ? cameIn(client)
      : known.lost > 0
        ? { kind: "gap", count: known.lost }
        : { kind: "commit" },
    chain,
  });
  const next = await withGroup(client, change, same, {
    ...known,
    generation: group.generation,
    cursor: sequence,
    chain,
    blindUpTo: Math.max(known.blindUpTo, sequence - 1),
    epochFrom: sequence,
    lost: 0,
    state: "ready",
    devicesDue: true,
    leafKey: { since: now, sent: 0, offered: startedBy !== client.accountId },
  });
  change.put("conversations", id, next);
  await sendAgain(client, change, id, known);
}

const AGAIN = 200;

/**
 * A server that was put back to an earlier time may have lost what it had taken. The same ids go out again:
 * a server that knows one answers as before, and whoever has one drops it.
 */
async function sendAgain(
  client: Client,
  change: Change,
  id: ConversationId,
  { peer, delivered }: ConversationRecord,
): Promise<void> {
  const waiting = await change.list("outbox", { ...between(id, 0), limit: AGAIN });
  for (const { key, value } of waiting)
    if (value.accepted && (await change.read("outbox", key)))
      change.put("outbox", key, { ...value, accepted: null, envelope: null });
  if (!peer) return;
  const range = { ...between(id, delivered + 1), limit: AGAIN };
  let place = 0;
  for (const { key, value } of await change.list("messages", range)) {
    if (value.sender !== client.accountId || value.body.kind !== "text") continue;
    change.remove("messages", key);
    const { messageId, sentAt: createdAt } = value;
    const rest = { conversationId: id, envelope: null, accepted: null, failure: null };
    place = await enqueue(client, change, { messageId, content: value.body, createdAt, ...rest }, place);
  }
}

export function newConversation(of: {
  readonly kind: ConversationKind;
  readonly peer: Started["peer"];
  readonly generation: number;
  readonly first: MessageRecord;
}): ConversationRecord {
  const { sequence, chain, sentAt } = of.first;
  const marks = { delivered: sequence, read: sequence, readUpTo: sequence, readTold: sequence };
  return {
    kind: of.kind,
    peer: of.peer ?? null,
    generation: of.generation,
    cursor: sequence,
    chain,
    counter: 0,
    unread: 0,
    ...marks,
    lastOwn: 0,
    lastTheirs: 0,
    last: of.first,
    changedAt: sentAt,
    state: "ready",
    frozenBy: "refused",
    repairs: { tries: 0, lastAt: 0 },
    lost: 0,
    blindUpTo: 0,
    leafKey: { since: 0, sent: 0, offered: false },
    differs: false,
    devicesDue: true,
    identityChanged: false,
    people: [],
    rights: { addMembers: "admins" },
    about: null,
    addedBy: null,
    shelf: { pinned: false, muted: false, archived: false, marked: false },
    departures: [],
  };
}

function whoIsAllowed(client: Client, { kind, peer, group }: Started): boolean {
  const members = listMembers(group);
  if (kind === "group")
    return group.roles.kind === "group" && rootOf(members, client.accountId) !== undefined;
  if (!onlyThese(members, client, peer?.accountId ?? client.accountId)) return false;
  return rootOf(members, client.accountId) !== undefined && (kind === "saved") === (peer === undefined);
}

async function pinPeer(
  client: Client,
  change: Change,
  { peer, people = [], group }: Started,
): Promise<boolean> {
  const members = listMembers(group);
  const now = client.platform.clock.now();
  for (const one of people) {
    const root = rootOf(members, one.accountId);
    if (root && one.accountId !== client.accountId && !(await pin(change, { ...one, root, now })))
      return false;
  }
  const root = peer && rootOf(members, peer.accountId);
  return !peer || (root !== undefined && pin(change, { ...peer, root, now }));
}
