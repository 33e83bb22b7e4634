import type { ConversationId } from "../../../src/protocol/ids.ts";

/** About what is kept, sealed, with the server for devices to come: of one conversation, or of all where it is null. */
export type ArchiveCommand =
  | { readonly kind: "read_archive" }
  | {
      readonly kind: "keep_archive";
      readonly conversationId: ConversationId | null;
      readonly on: boolean;
    }
  /** Also switches it off. */
  | { readonly kind: "drop_archive"; readonly conversationId: ConversationId | null };

export interface ArchiveView {
  /** Of all conversations together. */
  readonly bytes: number;
  /** The server takes no more. */
  readonly isFull: boolean;
}
