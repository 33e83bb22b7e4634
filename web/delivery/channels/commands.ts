import type { AccountId, ConversationId, MessageId } from "../../../src/protocol/ids.ts";

/** About public channels. Nothing of them waits here: without the server such a command fails. */
export type ChannelCommand =
  | { readonly kind: "find_channel"; readonly handle: string }
  | ({ readonly kind: "create_channel"; readonly handle: string } & AboutChannel)
  | { readonly kind: "join_channel"; readonly handle: string }
  | { readonly kind: "leave_channel"; readonly conversationId: ConversationId }
  | { readonly kind: "delete_channel"; readonly conversationId: ConversationId }
  | ({ readonly kind: "change_channel"; readonly conversationId: ConversationId } & Partial<AboutChannel>)
  | {
      readonly kind: "set_channel_admin";
      readonly conversationId: ConversationId;
      readonly username: string;
      readonly admin: boolean;
    }
  | { readonly kind: "post"; readonly conversationId: ConversationId; readonly text: string }
  | {
      readonly kind: "change_post";
      readonly conversationId: ConversationId;
      readonly post: MessageId;
      /** Undefined takes it back. */
      readonly text: string | undefined;
    }
  | {
      readonly kind: "count_comments";
      readonly conversationId: ConversationId;
      readonly posts: readonly MessageId[];
    }
  | {
      readonly kind: "read_comments";
      readonly conversationId: ConversationId;
      readonly post: MessageId;
      /** The `next` of the answer before; 0 for the newest. */
      readonly before: number;
    }
  | {
      readonly kind: "comment";
      readonly conversationId: ConversationId;
      readonly post: MessageId;
      readonly text: string;
    }
  | {
      readonly kind: "delete_comment";
      readonly conversationId: ConversationId;
      readonly commentId: MessageId;
    };

interface AboutChannel {
  readonly title: string;
  readonly description: string;
  readonly comments: boolean;
}

export interface FoundChannel extends AboutChannel {
  readonly handle: string;
  readonly owner: string;
  readonly subscribers: number;
  /** Where this device has it. */
  readonly conversationId: ConversationId | undefined;
}

export interface CommentView {
  readonly id: MessageId;
  readonly place: number;
  readonly sender: AccountId;
  readonly username: string;
  readonly mine: boolean;
  readonly sentAt: number;
  /** Undefined where its signature does not fit. */
  readonly text: string | undefined;
}
