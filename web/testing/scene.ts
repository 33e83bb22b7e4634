import type { AttachmentId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { CommentView } from "../delivery/channels/commands.ts";
import type { Command } from "../delivery/commands.ts";
import type { LinkPreview } from "../delivery/links/commands.ts";
import type { ConversationView, MessageView, Patch } from "../delivery/patches.ts";

/** A command that fails, as the worker's do. */
export class FixtureFailed extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = "FixtureFailed";
    this.code = code;
  }
}

/** What a scene starts from. */
export interface Scene {
  readonly patches: readonly Patch[];
  readonly conversations: readonly ConversationView[];
  readonly complete: boolean;
  readonly messages: ReadonlyMap<ConversationId, readonly MessageView[]>;
  readonly drafts: ReadonlyMap<ConversationId, string>;
  /** Names that can be written to besides those already there. */
  readonly people: readonly string[];
  /** Commands that fail, and with what. */
  readonly failing: Partial<Record<Command["kind"], string>>;
  /** What can be fetched; any other file is gone. */
  readonly files?: ReadonlyMap<AttachmentId, Blob>;
  /** What the page makes itself, once it is asked for. */
  readonly fetchFile?: (id: AttachmentId) => Promise<Blob>;
  /** By the post they are about, oldest first. */
  readonly comments?: ReadonlyMap<MessageId, readonly CommentView[]>;
  /** What a link into a group shows otherwise. */
  readonly link?: Partial<LinkPreview>;
}
