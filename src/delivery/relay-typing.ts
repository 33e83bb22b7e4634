import type { App } from "../app.ts";
import { readAudiences } from "../conversations/read-audience.ts";
import { requireMember } from "../conversations/require-member.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

/** Told to the members and never stored; a stranger's is dropped without a word. One question, no write. */
export async function relayTyping(
  app: App,
  of: { readonly conversationId: ConversationId; readonly accountId: AccountId; readonly deviceId: DeviceId },
) {
  const { conversationId, accountId, deviceId } = of;
  const version = await membershipVersion(app, conversationId, deviceId);
  if (version === undefined) return;
  const audiences = await readAudiences(app, app.db.read, new Map([[conversationId, version]]));
  for (const audience of audiences.values())
    app.hub.tellConversation(audience, { t: "typing", conversationId, accountId });
}

async function membershipVersion(app: App, conversationId: ConversationId, deviceId: DeviceId) {
  try {
    return (await requireMember(app.db.read, conversationId, deviceId)).conversation.membershipVersion;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
