import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import type { WhoMay } from "../../../src/protocol/rights.ts";
import type { Rank } from "../../../src/protocol/role-list.ts";

export type GroupCommand =
  | {
      readonly kind: "found_group";
      readonly name: string;
      readonly usernames: readonly string[];
      /** A private channel: people come into it by links alone. */
      readonly channel?: true;
    }
  | {
      readonly kind: "add_members";
      readonly conversationId: ConversationId;
      readonly usernames: readonly string[];
    }
  | { readonly kind: "remove_member"; readonly conversationId: ConversationId; readonly accountId: AccountId }
  | {
      readonly kind: "set_rank";
      readonly conversationId: ConversationId;
      readonly accountId: AccountId;
      /** owner: the group is handed over, and its owner so far becomes an admin. */
      readonly rank: Rank;
    }
  | ({ readonly kind: "set_about"; readonly conversationId: ConversationId } & AboutGroup)
  /** What is not named stays. */
  | {
      readonly kind: "set_rights";
      readonly conversationId: ConversationId;
      readonly chosen: Partial<WhoMay>;
    }
  | { readonly kind: "leave_group"; readonly conversationId: ConversationId }
  /** It was read why a change was not made. */
  | { readonly kind: "heed_refusal"; readonly conversationId: ConversationId }
  /** By its owner: everybody is removed, and the server forgets it. */
  | { readonly kind: "end_group"; readonly conversationId: ConversationId }
  /** The commit that stopped it; null where none did. */
  | { readonly kind: "read_evidence"; readonly conversationId: ConversationId }
  /** Of any conversation: how long what is written from here on lasts, in seconds; null for ever. */
  | { readonly kind: "set_timer"; readonly conversationId: ConversationId; readonly seconds: number | null };

export interface AboutGroup {
  readonly name: string;
  readonly description: string;
  /** Absent: it stays; null: there is none from now on. */
  readonly picture?: Uint8Array<ArrayBuffer> | null;
}
