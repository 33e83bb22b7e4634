import { grantAttachment } from "../../../src/protocol/attachments.ts";
import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { enqueue } from "../outbox/enqueue.ts";
import { tellOutgoing } from "../outbox/tell-outgoing.ts";
import { findTarget } from "./find-target.ts";

/**
 * A poll is asked anew, without its votes: who chose what was said to those who were there.
 * Its files are not sent again: the members there may fetch them from then on, with the keys that go along.
 */
export async function forwardMessage(
  client: Client,
  target: MessageId,
  to: ConversationId,
  messageId: MessageId,
): Promise<void> {
  const { message } = await findTarget(client, client.vault, target);
  const { body } = message;
  if (body.kind !== "text") throw new Refused("request.not_found", "");
  for (const { id } of body.attachments ?? [])
    await client.call(grantAttachment, { attachmentId: id, conversationId: to });
  const { text, attachments, poll } = body;
  const beside = { ...(attachments ? { attachments } : {}), ...(poll ? { poll } : {}) };
  const said = { kind: "text", text, forwarded: true, ...beside } as const;
  const outgoing = await locked(client, async (change) => {
    const conversation = await change.read("conversations", to);
    if (!conversation) throw new Refused("conversation.not_found", "");
    if (conversation.identityChanged) throw new Failed("identity_changed");
    if (conversation.state === "frozen") throw new Failed("crypto");
    if (await change.read("message_ids", messageId)) return undefined;
    const createdAt = client.platform.clock.now();
    const { timer } = conversation;
    const content = { ...said, ...(timer === undefined ? {} : { expiresIn: timer }) };
    const made = {
      messageId,
      conversationId: to,
      content,
      createdAt,
      envelope: null,
      accepted: null,
      failure: null,
    };
    await enqueue(client, change, made);
    return made;
  });
  if (outgoing) await tellOutgoing(client, outgoing);
}
