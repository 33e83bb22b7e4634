import type { App } from "../app.ts";
import { readAudiences } from "../conversations/read-audience.ts";
import { requireMember } from "../conversations/require-member.ts";
import type { FrameUp } from "../protocol/delivery.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

/** What passes between people and is kept nowhere. */
export type Sign = Extract<FrameUp, { t: "typing" | "asks_presence" | "present" }>;

/**
 * Told to the members and never stored; a stranger's is dropped without a word. One question, no write. Presence is
 * a matter of two: what a group's many would ask each other is dropped too.
 */
export async function relaySign(
  app: App,
  { t, conversationId }: Sign,
  { accountId, deviceId }: { readonly accountId: AccountId; readonly deviceId: DeviceId },
) {
  const conversation = await conversationOf(app, conversationId, deviceId);
  if (!conversation || (t !== "typing" && conversation.kind !== "direct")) return;
  const versions = new Map([[conversationId, conversation.membershipVersion]]);
  const audiences = await readAudiences(app, app.db.read, versions);
  for (const audience of audiences.values())
    app.hub.tellConversation(audience, { t, conversationId, accountId });
}

async function conversationOf(app: App, conversationId: ConversationId, deviceId: DeviceId) {
  try {
    return (await requireMember(app.db.read, conversationId, deviceId)).conversation;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
