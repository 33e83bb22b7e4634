import type { AccountId, ConversationId, LinkId } from "../../../src/protocol/ids.ts";

/** Links into groups. `secret` is what stands behind `#`. */
export type LinkCommand =
  | {
      readonly kind: "create_link";
      readonly conversationId: ConversationId;
      /** Milliseconds from now; 0 for never. */
      readonly expiresIn: number;
      /** 0 for any number. */
      readonly uses: number;
      readonly approval: boolean;
    }
  | { readonly kind: "list_links"; readonly conversationId: ConversationId }
  | { readonly kind: "revoke_link"; readonly conversationId: ConversationId; readonly linkId: LinkId }
  | {
      readonly kind: "answer_request";
      readonly conversationId: ConversationId;
      readonly accountId: AccountId;
      readonly admit: boolean;
    }
  | { readonly kind: "look_at_link"; readonly linkId: LinkId; readonly secret: string }
  /** Answered with the group's id, or undefined where somebody in it is asked first. */
  | { readonly kind: "join_by_link"; readonly linkId: LinkId; readonly secret: string };

export interface LinkView {
  readonly linkId: LinkId;
  readonly by: AccountId;
  readonly expiresAt: number;
  /** How many may come by it, and have. */
  readonly uses: number;
  readonly used: number;
  readonly approval: boolean;
  /** Only on the device that made it. */
  readonly secret: string | undefined;
}

/** What a link shows of its group to whoever was given it. */
export interface LinkPreview {
  readonly name: string;
  readonly community?: true;
  readonly members: number;
  /** Into a private channel. */
  readonly channel?: true | undefined;
  readonly approval: boolean;
  readonly standing: "outside" | "waiting" | "inside";
  /** Where this device has it. */
  readonly conversationId: ConversationId | undefined;
}
