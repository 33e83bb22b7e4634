import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";

/** About a message that stands in its place. */
export type DeedCommand =
  | { readonly kind: "edit"; readonly messageId: MessageId; readonly text: string }
  | { readonly kind: "react"; readonly messageId: MessageId; readonly emoji: string | null }
  | { readonly kind: "pin"; readonly messageId: MessageId; readonly pinned: boolean }
  | { readonly kind: "delete"; readonly messageId: MessageId; readonly forAll: boolean }
  /** In place of what this person chose before; nothing takes it back. */
  | { readonly kind: "vote"; readonly messageId: MessageId; readonly choices: readonly number[] }
  | { readonly kind: "close"; readonly messageId: MessageId }
  /** As it stands, without saying who wrote it. */
  | { readonly kind: "forward"; readonly messageId: MessageId; readonly to: ConversationId }
  /** The message that another one of this conversation answers; none of another conversation is shown here. */
  | { readonly kind: "quoted"; readonly conversationId: ConversationId; readonly messageId: MessageId };
