import type { ConversationId } from "../../../src/protocol/ids.ts";
import { linkIdOf, verifyAsk } from "../../../src/protocol/link-key.ts";
import { type JoinRequest, showLinks } from "../../../src/protocol/links.ts";
import type { Group } from "../../crypto/group.ts";
import { type Client, locked } from "../client.ts";
import { Refused } from "../failures.ts";
import { readGroup } from "../groups/group-at-rest.ts";
import { moveConversation } from "../inbox/move-conversation.ts";

/** Who asks to be let in, as far as a link of this group's list signed for them; and how often each link was used. */
export async function learnRequests(client: Client, id: ConversationId) {
  const shown = await ask(client, id);
  const group = await locked(client, (change) => readGroup(client, change, id));
  const asking = shown && group ? await provenOf(group, shown.requests) : [];
  await moveConversation(client, id, (conversation) => ({ ...conversation, asking }));
  return shown?.links ?? [];
}

/** Undefined to whoever may not know. */
async function ask(client: Client, conversationId: ConversationId) {
  try {
    return await client.call(showLinks, { conversationId });
  } catch (cause) {
    if (!(cause instanceof Refused) || /^(session|device)\./.test(cause.code)) throw cause;
    return undefined;
  }
}

async function provenOf(group: Group, requests: readonly JoinRequest[]): Promise<JoinRequest[]> {
  const keys = new Map<string, Uint8Array>();
  for (const { publicKey, approval } of group.roles.linkKeys)
    if (approval) keys.set(await linkIdOf(publicKey), publicKey);
  const proven: JoinRequest[] = [];
  for (const request of requests) {
    const key = keys.get(request.linkId);
    if (key && (await verifyAsk(request.linkId, key, request))) proven.push(request);
  }
  return proven;
}
