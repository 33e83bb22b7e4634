import type { App } from "../app.ts";
import { readAudience } from "../conversations/read-audience.ts";
import { requireMember } from "../conversations/require-member.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

/** Told to the members and never stored; a stranger's is dropped without a word. */
export async function relayTyping(
  app: App,
  of: { readonly conversationId: ConversationId; readonly accountId: AccountId; readonly deviceId: DeviceId },
) {
  const { conversationId, accountId, deviceId } = of;
  try {
    await requireMember(app.db.read, conversationId, deviceId);
  } catch (error) {
    if (error instanceof Refusal) return;
    throw error;
  }
  const audience = await readAudience(app, conversationId);
  if (audience !== undefined) app.hub.tellConversation(audience, { t: "typing", conversationId, accountId });
}
