import type { AccountEvent } from "../../../src/protocol/delivery.ts";
import { type AccountId, type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import type { Group } from "../../crypto/group.ts";
import { receiveCommit } from "../../crypto/receive-commit.ts";
import { placed } from "../../storage/key.ts";
import type { ConversationRecord, GroupChange, MessageRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { readGroup } from "../groups/group-at-rest.ts";
import { isOut } from "../groups/people.ts";
import { messageView, readConversationView } from "../views.ts";

type Removal = Extract<AccountEvent, { kind: "removed" }>;

/** How this account came out of the group: by whom is said only where the commit shows it. */
interface End {
  readonly kind: "removed" | "left" | "out" | "expelled" | "ended";
  readonly by?: AccountId;
  readonly sequence?: number;
  readonly sentAt?: number;
}

/** The server's last word on a group. A commit that does not take this device out is a lie: nothing is ended. */
export async function receiveRemoval(client: Client, event: Removal): Promise<void> {
  const { conversationId: id, conversationSequence: sequence, sentAt } = event;
  const kept = await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    const isOld =
      conversation && (event.generation < conversation.generation || sequence <= conversation.cursor);
    if (!conversation || isOld || isOut(conversation)) return undefined;
    if (conversation.kind !== "group" && event.fromAccountId !== null) return undefined;
    return { group: await readGroup(client, change, id) };
  });
  if (!kept) return;
  const end = await endBy(client, event, kept.group);
  if (end) await closeGroup(client, id, { ...end, sequence, sentAt });
}

async function endBy(client: Client, event: Removal, group: Group | undefined): Promise<End | undefined> {
  /** That it was itself nobody doubts who says so: it could as well fall silent. */
  if (event.fromAccountId === null) return { kind: "expelled" };
  if (!event.commit) return event.fromAccountId === client.accountId ? { kind: "left" } : { kind: "out" };
  if (!group) return { kind: "out" };
  try {
    const received = await receiveCommit(group, event.commit);
    if (received.kind !== "removed") return undefined;
    return { kind: received.ended ? "ended" : "removed", by: received.sender.accountId };
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    /** What lay between is no longer to be had. */
    return cause.reason === "wrong_epoch" ? { kind: "out" } : undefined;
  }
}

/** What was read stays; the group's keys go, and nothing is sent any more. */
export async function closeGroup(client: Client, id: ConversationId, end: End): Promise<void> {
  const last = await client.inTurn(id, () =>
    locked(client, async (change) => {
      const conversation = await change.read("conversations", id);
      if (!conversation || isOut(conversation)) return undefined;
      return close(client, change, id, conversation, end);
    }),
  );
  if (!last) return;
  const view = messageView(client.accountId, id, last.conversation, last.message);
  const row = await readConversationView(client.vault, client.accountId, id);
  if (view && row) client.tell({ kind: "messages", conversationId: id, messages: [view] });
  if (row) client.tell({ kind: "conversations", conversations: [row], complete: false });
}

async function close(
  client: Client,
  change: Change,
  id: ConversationId,
  before: ConversationRecord,
  end: End,
) {
  const me = client.accountId;
  const sequence = Math.max(end.sequence ?? 0, before.cursor + 1);
  const message: MessageRecord = {
    messageId: newId<MessageId>(),
    sequence,
    sender: end.by ?? me,
    sentAt: end.sentAt ?? client.platform.clock.now(),
    body: { kind: "change", changes: [changeOf(end, me)] },
    chain: before.chain,
  };
  const conversation: ConversationRecord = {
    ...before,
    cursor: sequence,
    state: "frozen",
    frozenBy: end.kind === "out" ? "removed" : end.kind,
    people: before.people.map((one) => (one.accountId === me ? { ...one, rank: null } : one)),
    departures: [],
    changedAt: Math.max(before.changedAt, message.sentAt),
  };
  const stored = await change.read("groups", id);
  if (stored) change.remove("trees", stored.treeKey);
  change.remove("groups", id);
  change.remove("commits", id);
  change.put("messages", placed(id, sequence), message);
  change.put("conversations", id, conversation);
  return { conversation, message };
}

function changeOf({ kind }: End, me: AccountId): GroupChange {
  return kind === "removed" || kind === "expelled" ? { kind, accounts: [me] } : { kind };
}
