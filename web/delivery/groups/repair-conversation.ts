import {
  type ConversationCard,
  showConversation,
  showGroupInfo,
} from "../../../src/protocol/conversations.ts";
import { showExternalSender } from "../../../src/protocol/devices.ts";
import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { closedCircle } from "../../../src/protocol/role-list.ts";
import type { CommitMade } from "../../crypto/commit.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { listMembers, type Member } from "../../crypto/group.ts";
import { joinExternally } from "../../crypto/join-externally.ts";
import { type KnownGroup, objectionToShown } from "../../crypto/known-group.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import type { Client } from "../client.ts";
import { Refused, Unreachable } from "../failures.ts";
import { catchUpConversation } from "../inbox/catch-up.ts";
import { moveConversation } from "../inbox/move-conversation.ts";
import { arePinned, onlyThese, pin, rootOf } from "../inbox/pins.ts";
import { closeGroup } from "../inbox/receive-removal.ts";
import { openGroup, readHalves } from "./group-at-rest.ts";
import { knownGroup } from "./known-group.ts";
import { refoundConversation } from "./refound-conversation.ts";
import { isRepairable, recentTries } from "./repairable.ts";
import { type CommitSent, sendCommit } from "./send-commit.ts";

const FIRST_WAIT = 500;
/** A server that refuses each, or breaks the group again after each, is not asked without end. */
const MOST_TRIES = 5;

/**
 * Comes back into a lost group by external commit, replacing this device's own leaf. What the old state still
 * opens is read first. Answers how long to wait before the next try; undefined when there is none to make.
 */
export async function repairConversation(client: Client, id: ConversationId): Promise<number | undefined> {
  const begun = await beginTry(client, id);
  if (begun === undefined) return undefined;
  if (begun.wait > 0) return begun.wait;
  const outcome = await tryOnce(client, id);
  if (outcome === "adopted" || outcome === "none") return undefined;
  if (outcome !== "hopeless" && begun.tries < MOST_TRIES) return waitAfter(begun.tries);
  await giveUp(client, id, GIVEN_UP[outcome] ?? "unrepaired");
  return undefined;
}

/** `unvouched`: nobody with the right to has signed what is shown of the group. */
type Tried = CommitSent | "hopeless" | "unvouched";

const GIVEN_UP: Partial<Record<Tried, ConversationRecord["frozenBy"]>> = {
  hopeless: "refused",
  unvouched: "unvouched",
};

/** A network that is away is no answer: that try does not count. */
async function tryOnce(client: Client, id: ConversationId): Promise<Tried> {
  try {
    await catchUpConversation(client, id);
    return await comeBack(client, id);
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause;
    await moveConversation(client, id, (conversation) => {
      const { tries, lastAt } = conversation.repairs;
      return { ...conversation, repairs: { tries: Math.max(0, tries - 1), lastAt } };
    });
    throw cause;
  }
}

/** Counts the try before it is made, so that one that kills the client counts too. */
async function beginTry(
  client: Client,
  id: ConversationId,
): Promise<{ tries: number; wait: number } | undefined> {
  const now = client.platform.clock.now();
  let begun: { tries: number; wait: number } | undefined;
  await moveConversation(client, id, (conversation) => {
    begun = undefined;
    if (!isRepairable(conversation, now)) return undefined;
    const before = recentTries(conversation, now);
    if (before >= MOST_TRIES) return { ...conversation, state: "frozen", frozenBy: "unrepaired" };
    const wait =
      before === 0 ? 0 : Math.min(waitAfter(before), conversation.repairs.lastAt + waitAfter(before) - now);
    begun = { tries: before + 1, wait };
    if (wait > 0) return undefined;
    return { ...conversation, state: "repairing", repairs: { tries: before + 1, lastAt: now } };
  });
  return begun;
}

function waitAfter(tries: number): number {
  return FIRST_WAIT * 2 ** (tries - 1);
}

function giveUp(client: Client, id: ConversationId, frozenBy: ConversationRecord["frozenBy"]): Promise<void> {
  return moveConversation(client, id, (conversation) =>
    conversation.state === "repairing" ? { ...conversation, state: "frozen", frozenBy } : undefined,
  );
}

async function comeBack(client: Client, id: ConversationId): Promise<Tried> {
  const card = await askCard(client, id);
  const conversation = await client.vault.read("conversations", id);
  if (conversation?.state !== "repairing") return "none";
  if (conversation.kind === "group") return comeBackToGroup(client, id, conversation, card);
  if (!card || (await isBehind(client, card, conversation)))
    return refoundConversation(client, id, {
      conversation,
      after: card?.generation ?? 0,
    });
  return rejoin(client, id);
}

/** A group that the server does not show this device is over for it; one put back to an earlier time has to wait. */
async function comeBackToGroup(
  client: Client,
  id: ConversationId,
  conversation: ConversationRecord,
  card: ConversationCard | undefined,
): Promise<Tried> {
  if (card) return (await isBehind(client, card, conversation)) ? "refused" : rejoin(client, id);
  await closeGroup(client, id, { kind: "out" });
  return "none";
}

/** The server was put back to an earlier time than this device has seen. */
async function isBehind(
  client: Client,
  card: ConversationCard,
  { generation, cursor }: ConversationRecord,
): Promise<boolean> {
  if (card.generation !== generation) return card.generation < generation;
  const halves = await readHalves(client.vault, card.conversationId);
  const group = halves && openGroup(client, halves);
  return card.head < cursor || (group?.generation === generation && card.epoch < group.epoch);
}

async function rejoin(client: Client, id: ConversationId): Promise<Tried> {
  const { externalSender } = await client.call(showExternalSender, {});
  const shown = { ...(await client.call(showGroupInfo, { conversationId: id })), externalSender };
  const before = await client.vault.read("conversations", id);
  const known = before?.kind === "group" ? await knownGroup(client, id, before) : undefined;
  try {
    return await sendCommit(client, id, "rejoin", async (change, conversation, commitId) => {
      const isStale = shown.generation < conversation.generation;
      if (conversation.state !== "repairing" || isStale) return undefined;
      return joinAgain(client, change, { id, conversation, shown, known, commitId });
    });
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    if (cause.reason === "unusable") return "hopeless";
    return cause.reason === "unvouched" ? "unvouched" : "refused";
  }
}

/** Undefined when the server has no such conversation for this device. */
async function askCard(client: Client, conversationId: ConversationId) {
  try {
    return await client.call(showConversation, { conversationId });
  } catch (cause) {
    if (!(cause instanceof Refused) || cause.code !== "conversation.not_found") throw cause;
    return undefined;
  }
}

interface Again {
  readonly id: ConversationId;
  readonly conversation: ConversationRecord;
  readonly shown: {
    readonly generation: number;
    readonly groupInfo: Uint8Array;
    readonly externalSender: Uint8Array;
  };
  readonly known: KnownGroup | undefined;
  readonly commitId: MessageId;
}

/** The server shows the group: it is believed only where what is known here agrees or was changed by whoever may. */
async function joinAgain(client: Client, change: Change, again: Again): Promise<CommitMade> {
  const { id, conversation, shown, known, commitId } = again;
  const { accountId, device, platform } = client;
  const { peer, kind, people } = conversation;
  const now = platform.clock.now();
  const isKnown = (signer: Member | undefined) =>
    people.some(({ accountId, rank }) => rank !== null && accountId === signer?.accountId);
  const made = await joinExternally({
    ...shown,
    device,
    conversationId: id,
    commitId,
    now,
    ...(kind === "group"
      ? {
          roles: "group",
          objection: (facts, signer) => {
            if (known) return objectionToShown(known, facts, signer);
            return isKnown(signer) ? undefined : "Nobody who is known vouches for this group.";
          },
        }
      : { roles: closedCircle(accountId, peer?.accountId ?? accountId) }),
  });
  const members = listMembers(made.pending);
  const root = peer && rootOf(members, peer.accountId);
  const isTheirs =
    kind === "group"
      ? await arePinned(change, members)
      : onlyThese(members, client, peer?.accountId ?? accountId);
  if (!isTheirs || (peer && root && !(await pin(change, { ...peer, root, now }))))
    throw new CryptoFailure("not_allowed", "the group is shown with somebody else in it");
  await demandForward(client, change, again, made);
  return made;
}

/** An earlier epoch of the group is one that somebody removed since may still read. */
async function demandForward(
  client: Client,
  change: Change,
  { id, shown }: Again,
  { bundle }: CommitMade,
): Promise<void> {
  const halves = await readHalves(change, id);
  const known = halves && openGroup(client, halves);
  if (known && known.generation === shown.generation && bundle.epoch < known.epoch)
    throw new CryptoFailure("wrong_epoch", "the group is shown as it was before");
}
