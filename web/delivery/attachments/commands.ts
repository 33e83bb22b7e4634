import type { AttachmentId, ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import type { AttachmentView } from "../patches.ts";

export type AttachmentCommand =
  /** Seals a file and uploads it; answered at once, the rest comes as `uploads`. */
  | {
      readonly kind: "attach";
      readonly conversationId: ConversationId;
      readonly about: Omit<AttachmentView, "size">;
      readonly file: Blob;
    }
  | { readonly kind: "pause_upload"; readonly attachmentId: AttachmentId }
  /** Also tries again what failed. */
  | { readonly kind: "resume_upload"; readonly attachmentId: AttachmentId }
  | { readonly kind: "drop_upload"; readonly attachmentId: AttachmentId }
  /** Of a message that waits for it, which is taken back: answered with its words, or undefined if it is too late. */
  | {
      readonly kind: "cancel_upload";
      readonly messageId: MessageId;
      readonly attachmentId: AttachmentId;
    }
  | { readonly kind: "stop_fetch"; readonly attachmentId: AttachmentId }
  /** Fetched, checked and decrypted. Of no message: what stands beside what is being written. */
  | {
      readonly kind: "fetch_file";
      readonly messageId: MessageId | undefined;
      readonly attachmentId: AttachmentId;
    };
