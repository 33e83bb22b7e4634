import type { AccountId, ConversationId, MessageId, ReportId } from "../../../src/protocol/ids.ts";
import type { ReportReason } from "../../../src/protocol/reports.ts";

/** To the moderators of the server, about somebody else. */
export type ReportCommand =
  /** What they wrote in a conversation: as many as one report takes, around this message or the newest; oldest first. */
  | {
      readonly kind: "reportable";
      readonly conversationId: ConversationId;
      readonly accountId: AccountId;
      readonly around?: MessageId | undefined;
    }
  /** Fails without having told anything. With the same id it can be tried again. */
  | {
      readonly kind: "report";
      readonly reportId: ReportId;
      readonly accountId: AccountId;
      readonly messageIds: readonly MessageId[];
      readonly reason: ReportReason;
      readonly comment: string;
      /** Once the server has it. */
      readonly block: boolean;
    };

export interface Reportable {
  readonly id: MessageId;
  readonly sentAt: number;
  readonly text: string;
  readonly files: number;
  /** False for what came before this device kept proofs, and for what the server knows no more. */
  readonly provable: boolean;
}
