import { TEXT_LIMIT } from "../../../src/protocol/content.ts";
import {
  type AttachmentId,
  type ConversationId,
  type MessageId,
  newMessageId,
} from "../../../src/protocol/ids.ts";
import { isQuestion, type Poll } from "../../../src/protocol/polls.ts";
import { between } from "../../storage/key.ts";
import type { Outgoing } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { readUploads, takeUploads } from "../attachments/uploads.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { calledIn } from "../groups/calls.ts";
import { meet } from "../people/hear.ts";
import { enqueue } from "./enqueue.ts";
import { tellOutgoing } from "./tell-outgoing.ts";

/** What goes with the words. */
export interface Beside {
  readonly attachments?: readonly AttachmentId[];
  readonly replyTo?: MessageId;
  readonly poll?: Poll;
  readonly sendAt?: number;
}

/** Keeps the message before anything else happens; asked twice under one id, it is kept once. */
export async function writeMessage(
  client: Client,
  conversationId: ConversationId,
  text: string,
  messageId: MessageId,
  { attachments: attachmentIds = [], replyTo, poll, sendAt }: Beside = {},
): Promise<MessageId> {
  if (text.length > TEXT_LIMIT || (poll && !isQuestion(text, poll))) throw new Failed("too_long");
  const bare: Outgoing = {
    messageId,
    conversationId,
    content: { kind: "text", text },
    createdAt: client.platform.clock.now(),
    envelope: null,
    accepted: null,
    failure: null,
  };
  const outgoing = await locked(client, async (change) => {
    const conversation = await change.read("conversations", conversationId);
    if (!conversation) throw new Refused("conversation.not_found", "");
    if (conversation.identityChanged) throw new Failed("identity_changed");
    if (conversation.state === "frozen") throw new Failed("crypto");
    if (await change.read("message_ids", messageId)) return bare;
    const attachments = await takeUploads(change, conversationId, attachmentIds, messageId);
    const content = {
      kind: "text" as const,
      text,
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(poll === undefined ? {} : { poll }),
      ...(attachments.length > 0 ? { attachments } : {}),
      ...calledIn(client.accountId, conversation, text),
      ...(conversation.timer === undefined ? {} : { expiresIn: conversation.timer }),
    };
    const outgoing = { ...bare, content, ...(sendAt === undefined ? {} : { sendAt }) };
    if (conversation.peer) await meet(change, conversation.peer.accountId, "me");
    await enqueue(client, change, outgoing);
    if (!poll) change.remove("drafts", conversationId);
    return outgoing;
  });
  if (attachmentIds.length > 0) client.tell(await readUploads(client.vault, attachmentIds));
  await tellOutgoing(client, outgoing);
  return messageId;
}

/** The newest read mark replaces one that is not encrypted yet. */
export async function writeReadMark(change: Change, client: Client, id: ConversationId, upTo: number) {
  const waiting = await change.list("outbox", { ...between(id, 0), limit: 1_000 });
  const stale = waiting.find(({ value }) => value.content.kind === "read" && value.envelope === null);
  if (stale && (await change.read("outbox", stale.key))) {
    change.put("outbox", stale.key, { ...stale.value, content: { kind: "read", upTo } });
    return;
  }
  await enqueue(client, change, {
    messageId: newMessageId(),
    conversationId: id,
    content: { kind: "read", upTo },
    createdAt: client.platform.clock.now(),
    envelope: null,
    accepted: null,
    failure: null,
  });
}
