import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";

/** About communities and what belongs to them; `placeId` is a group or public channel. */
export type CommunityCommand =
  | { readonly kind: "found_community"; readonly name: string }
  /** With a link into it that only the community's members know; listed anew, with the other way in. */
  | ({ readonly kind: "list_place"; readonly approval: boolean } & Place)
  /** Founds a group, opens it to the members and lists it. */
  | {
      readonly kind: "found_in_community";
      readonly conversationId: ConversationId;
      readonly name: string;
      readonly approval: boolean;
    }
  | ({ readonly kind: "unlist_place" } & Place)
  /** Answered with its id, or undefined where somebody in it is asked first. */
  | ({ readonly kind: "join_listed" } & Place)
  /** Looks whether those who were asked have declined. */
  | { readonly kind: "renew_asked"; readonly conversationId: ConversationId }
  /** Answered with the names of the groups in which that could not be done. */
  | {
      readonly kind: "leave_community";
      readonly conversationId: ConversationId;
      readonly withGroups: boolean;
    }
  | {
      readonly kind: "remove_from_community";
      readonly conversationId: ConversationId;
      readonly accountId: AccountId;
      readonly withGroups: boolean;
    };

interface Place {
  readonly conversationId: ConversationId;
  readonly placeId: ConversationId;
}

export interface CommunityResults {
  found_community: ConversationId;
  list_place: undefined;
  found_in_community: ConversationId;
  unlist_place: undefined;
  join_listed: ConversationId | undefined;
  renew_asked: undefined;
  leave_community: readonly string[];
  remove_from_community: readonly string[];
}

/** What is shown of a community. */
export interface CommunityView {
  readonly places: readonly PlaceView[];
}

export interface PlaceView {
  readonly conversationId: ConversationId;
  readonly kind: "group" | "channel";
  readonly name: string;
  /** open: whoever is in the community joins; ask: somebody in it is asked; asked: this person has. */
  readonly way: "open" | "ask" | "asked";
}
