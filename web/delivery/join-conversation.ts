import { type ConversationCard, showConversation } from "../../src/protocol/conversations.ts";
import type { AccountEvent } from "../../src/protocol/delivery.ts";
import { type AccountId, type MessageId, newId } from "../../src/protocol/ids.ts";
import { CryptoFailure } from "../crypto/failure.ts";
import type { Group } from "../crypto/group.ts";
import { joinFromWelcome } from "../crypto/join-group.ts";
import { welcomeRefs } from "../crypto/key-packages.ts";
import { placed } from "../storage/key.ts";
import type { MessageRecord } from "../storage/records.ts";
import type { Change } from "../storage/vault.ts";
import { type Client, locked } from "./client.ts";
import { Refused } from "./failures.ts";
import { newConversation, startConversation } from "./start-conversation.ts";
import { readConversationView } from "./views.ts";

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
  await client.inTurn(id, () => locked(client, (change) => enter(client, change, card, event)));
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
  client.tend(id);
}

async function enter(client: Client, change: Change, card: ConversationCard, event: Welcome): Promise<void> {
  const id = event.conversationId;
  const known = await change.read("conversations", id);
  if (known && known.generation >= event.generation) return;
  const offer = await findOffer(change, event.welcome);
  const joined = offer && (await tryJoin(client, event, offer.secret));
  if (!joined && known) return change.put("conversations", id, { ...known, state: "repairing" });
  if (!joined) return keepForRepair(client, change, card, event);
  const peer = peerOf(client, card);
  await startConversation(client, change, {
    id,
    kind: card.kind,
    peer,
    group: joined,
    sequence: event.conversationSequence,
    startedBy: event.fromAccountId,
  });
  if (!offer.lastResort) change.remove("key_packages", offer.ref);
  if (peer) change.remove("foundings", peer.accountId);
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

async function tryJoin(
  client: Client,
  event: Welcome,
  privateBytes: Uint8Array<ArrayBuffer>,
): Promise<Group | undefined> {
  const { welcome, conversationId, generation } = event;
  try {
    const group = await joinFromWelcome({
      welcome,
      privateBytes,
      device: client.device,
      conversationId,
      generation,
    });
    return Number(group.epoch) === event.epoch ? group : undefined;
  } catch (cause) {
    if (cause instanceof CryptoFailure) return undefined;
    throw cause;
  }
}

function peerOf(
  client: Client,
  card: ConversationCard,
): { accountId: AccountId; username: string } | undefined {
  const other = card.members.find(({ accountId }) => accountId !== client.accountId);
  return other && { accountId: other.accountId, username: other.username };
}

/** The Welcome is of no use here, but the device is in the group: it comes back into it by itself. */
function keepForRepair(client: Client, change: Change, card: ConversationCard, event: Welcome): void {
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
  change.put("conversations", event.conversationId, { ...fresh, state: "repairing" });
  change.put("direct", peer?.accountId ?? client.accountId, { conversationId: event.conversationId });
}
