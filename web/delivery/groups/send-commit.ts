import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../../src/protocol/codec.ts";
import { commitToConversation } from "../../../src/protocol/conversations.ts";
import { type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import type { RefusalCode } from "../../../src/protocol/refusals.ts";
import type { CommitMade } from "../../crypto/commit.ts";
import { encodeRatchets, encodeTree } from "../../crypto/store-group.ts";
import type { KeptWish } from "../../storage/group-wish.ts";
import type { ConversationRecord, PendingCommit } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { Refused } from "../failures.ts";
import { catchUpConversation } from "../inbox/catch-up.ts";
import { readPending } from "./group-at-rest.ts";
import { withoutWish, withWish } from "./wishes.ts";

/** Undefined: there is nothing to commit after all. */
type Make = (
  change: Change,
  conversation: ConversationRecord,
  commitId: MessageId,
) => Promise<CommitMade | undefined>;

/**
 * `adopted`: the group has moved on by this commit. `lost`: by another's. `refused`: it has not moved, or the
 * server says one thing and shows another. `none`: there was nothing to send.
 */
export type CommitSent = "adopted" | "lost" | "refused" | "none";

/** Makes a commit and keeps it with the group it leads to before anything leaves; then sends it. */
export async function sendCommit(
  client: Client,
  id: ConversationId,
  purpose: PendingCommit["purpose"],
  make: Make,
  { refused, wished }: { refused?: (code: RefusalCode) => void; wished?: KeptWish } = {},
): Promise<CommitSent> {
  await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation || conversation.state === "frozen" || (await readPending(change, id))) return;
    const made = await make(change, conversation, newId<MessageId>());
    if (made) change.put("commits", id, kept(id, purpose, made, wished));
    if (wished && conversation.wishes) change.put("conversations", id, withoutWish(conversation, wished));
  });
  return deliverCommit(client, id, refused);
}

function kept(
  conversationId: ConversationId,
  purpose: PendingCommit["purpose"],
  { bundle, pending }: CommitMade,
  wished: KeptWish | undefined,
): PendingCommit {
  const { commitId, generation, epoch } = bundle;
  return {
    commitId,
    purpose,
    generation,
    epoch,
    request: encodeBinary({ conversationId, ...bundle }),
    ratchets: encodeRatchets(pending),
    tree: encodeTree(pending),
    ...(wished ? { wished } : {}),
  };
}

/**
 * Sends the commit that waits, byte for byte the same each time. An answer moves nothing: its own echo, in its
 * place among the events, has the inbox adopt it, and another's for the same epoch has it dropped.
 */
export async function deliverCommit(
  client: Client,
  id: ConversationId,
  refused?: (code: RefusalCode) => void,
): Promise<CommitSent> {
  const waiting = await readPending(client.vault, id);
  if (!waiting) return "none";
  /** A removal came first: made anew, the commit carries it along. */
  let overtaken = false;
  const accepted = await isAccepted(client, waiting, (code) => {
    overtaken = code === "commit.removal_waits";
    refused?.(code);
  });
  await catchUpConversation(client, id);
  const isLeft = await locked(client, async (change) => {
    const left = await readPending(change, id);
    if (left?.commitId !== waiting.commitId) return false;
    change.remove("commits", id);
    const conversation = waiting.wished && (await change.read("conversations", id));
    if (conversation) change.put("conversations", id, withWish(conversation, waiting.wished));
    return true;
  });
  if (isLeft) return overtaken ? "lost" : "refused";
  return accepted ? "adopted" : "lost";
}

/** False: the server's "no" to this commit. All else is waited out. */
async function isAccepted(
  client: Client,
  { request }: PendingCommit,
  refused: (code: RefusalCode) => void,
): Promise<boolean> {
  try {
    await client.call(commitToConversation, v.parse(commitToConversation.input, decodeBinary(request)));
    return true;
  } catch (cause) {
    if (!(cause instanceof Refused) || /^(session|device)\./.test(cause.code)) throw cause;
    refused(cause.code);
    return false;
  }
}
