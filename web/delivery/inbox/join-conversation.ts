import { type ConversationCard, showConversation } from "../../../src/protocol/conversations.ts";
import type { AccountEvent } from "../../../src/protocol/delivery.ts";
import { showExternalSender } from "../../../src/protocol/devices.ts";
import { type AccountId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { closedCircle, type RoleList } from "../../../src/protocol/role-list.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { type Group, listMembers } from "../../crypto/group.ts";
import { joinFromWelcome } from "../../crypto/join-group.ts";
import { welcomeRefs } from "../../crypto/key-packages.ts";
import { placed } from "../../storage/key.ts";
import type { ConversationRecord, MemberRecord, MessageRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { Refused } from "../failures.ts";
import { isOut } from "../groups/people.ts";
import { newConversation, startConversation } from "../groups/start-conversation.ts";
import { mayAddMe, meet } from "../people/hear.ts";
import { readConversationView } from "../views.ts";

type Welcome = Extract<AccountEvent, { kind: "welcome" }>;

/** Somebody added this device. The spent key package is erased in the same write that keeps the group. */
export async function joinConversation(
  client: Client,
  event: Welcome,
  readBefore: () => Promise<void>,
): Promise<void> {
  const card = await showCard(client, event);
  if (!card) return;
  const id = event.conversationId;
  const before = await client.vault.read("conversations", id);
  /** What came in the group before is read with its keys, before a new one takes its place. */
  if (before && before.generation < event.generation) await readBefore();
  const { externalSender } = await client.call(showExternalSender, {});
  await client.inTurn(id, () =>
    locked(client, (change) => enter(client, change, { card, event, externalSender })),
  );
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
  client.tend(id);
  client.checkDevices(id);
}

interface Invited {
  readonly card: ConversationCard;
  readonly event: Welcome;
  readonly externalSender: Uint8Array;
}

async function enter(client: Client, change: Change, invited: Invited): Promise<void> {
  const { card, event, externalSender } = invited;
  const id = event.conversationId;
  const known = await change.read("conversations", id);
  if (known && !isLater(known, event)) return;
  // Nobody's group takes the place of a public channel.
  if (await change.read("channels", id)) return;
  const offer = await findOffer(change, event.welcome);
  const peer = peerOf(client, card);
  const isGroup = card.kind === "group";
  const roles = isGroup ? "group" : closedCircle(client.accountId, peer?.accountId ?? client.accountId);
  const joined =
    offer && (await tryJoin(client, event, { privateBytes: offer.secret, externalSender, roles }));
  const state = joined === "refused" ? FROZEN : REPAIRING;
  if (typeof joined !== "object" && known) return change.put("conversations", id, { ...known, ...state });
  if (typeof joined !== "object") {
    await keepWithout(client, change, invited, state);
    if (peer) await meet(change, peer.accountId, "them");
    return;
  }
  await startConversation(client, change, {
    id,
    kind: card.kind,
    peer,
    group: joined,
    sequence: event.conversationSequence,
    startedBy: event.fromAccountId,
    follows: event.fromAccountId === client.accountId,
    ...(isGroup ? { people: card.members } : {}),
  });
  if (offer && !offer.lastResort) change.remove("key_packages", offer.ref);
  if (peer) change.remove("foundings", peer.accountId);
}

/**
 * A later generation; or, for whoever was out of a group, a later place in the same. Never of one that was deleted:
 * its id is free then, and somebody else's group under it would seem to go on with what was said in the other.
 */
function isLater(known: ConversationRecord, event: Welcome): boolean {
  if (isOut(known) && known.frozenBy === "ended") return false;
  if (event.generation !== known.generation) return event.generation > known.generation;
  return isOut(known) && event.conversationSequence > known.cursor;
}

async function showCard(client: Client, event: Welcome): Promise<ConversationCard | undefined> {
  try {
    const card = await client.call(showConversation, { conversationId: event.conversationId });
    return card.conversationId === event.conversationId ? card : undefined;
  } catch (cause) {
    if (cause instanceof Refused && cause.code === "conversation.not_found") return undefined;
    throw cause;
  }
}

async function findOffer(change: Change, welcome: Uint8Array<ArrayBuffer>) {
  try {
    for (const ref of welcomeRefs(welcome)) {
      const offer = await change.read("key_packages", ref);
      if (offer) return { ref, ...offer };
    }
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
  }
  return undefined;
}

/** `refused`: the group is none that this device may be in, so that coming back into it would be no better. */
async function tryJoin(
  client: Client,
  event: Welcome,
  how: { privateBytes: Uint8Array<ArrayBuffer>; externalSender: Uint8Array; roles: RoleList | "group" },
): Promise<Group | "refused" | undefined> {
  const { welcome, conversationId, generation } = event;
  try {
    const group = await joinFromWelcome({
      ...how,
      welcome,
      device: client.device,
      conversationId,
      generation,
    });
    const isIn = listMembers(group).some(
      ({ accountId, deviceId }) => accountId === event.fromAccountId && deviceId === event.fromDeviceId,
    );
    if (!isIn) return "refused";
    return Number(group.epoch) === event.epoch ? group : undefined;
  } catch (cause) {
    if (cause instanceof CryptoFailure) return cause.reason === "not_allowed" ? "refused" : undefined;
    throw cause;
  }
}

function peerOf(
  client: Client,
  card: ConversationCard,
): { accountId: AccountId; username: string } | undefined {
  if (card.kind === "group") return undefined;
  const other = card.members.find(({ accountId }) => accountId !== client.accountId);
  return other && { accountId: other.accountId, username: other.username };
}

/** The Welcome is of no use here: this device comes back into the group by itself, or the person is told. */
const REPAIRING = { state: "repairing" } as const;
const FROZEN = { state: "frozen", frozenBy: "refused" } as const;

async function keepWithout(
  client: Client,
  change: Change,
  { card, event }: Invited,
  state: typeof REPAIRING | typeof FROZEN,
): Promise<void> {
  const first: MessageRecord = {
    messageId: newId<MessageId>(),
    sequence: event.conversationSequence,
    sender: event.fromAccountId,
    sentAt: client.platform.clock.now(),
    body: { kind: "founded" },
    chain: new Uint8Array(32),
  };
  const peer = peerOf(client, card);
  const fresh = newConversation({ kind: card.kind, peer, generation: event.generation, first });
  change.put("messages", placed(event.conversationId, first.sequence), first);
  const adder = card.kind === "group" ? await knownPerson(change, event) : [];
  const addedBy = event.fromAccountId;
  const unwanted = card.kind === "group" && !(await mayAddMe(change, addedBy));
  const kept = { ...fresh, ...state, people: adder, addedBy, ...(unwanted ? { unwanted } : {}) };
  change.put("conversations", event.conversationId, kept);
  if (card.kind !== "group")
    change.put("direct", peer?.accountId ?? client.accountId, { conversationId: event.conversationId });
}

/** Of the people in a group that could not be entered only who is known already vouches for the way back. */
async function knownPerson(change: Change, event: Welcome): Promise<MemberRecord[]> {
  const { fromAccountId: accountId, conversationSequence: joined } = event;
  const pinned = await change.read("pins", accountId);
  if (!pinned) return [];
  const { username } = pinned;
  return [{ accountId, username, rank: "member", joined, delivered: joined, read: joined }];
}
