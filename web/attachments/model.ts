import { createModel, signal } from "@preact/signals";
import { type AttachmentId, type ConversationId, type MessageId, newId } from "../../src/protocol/ids.ts";
import type { AttachmentCommand } from "../delivery/attachments/commands.ts";
import type { Messenger } from "../delivery/commands.ts";
import type { AttachmentView, MessageView, Patch, UploadView } from "../delivery/patches.ts";
import { readFailure } from "../read-failure.ts";
import type { Note } from "./record-voice.ts";

export type Attach = Extract<AttachmentCommand, { kind: "attach" }>;
/** `again` is how it is tried once more. */
export type Fail = (
  of: AttachmentView & { readonly conversationId: ConversationId },
  failure: string,
  again: () => void,
) => void;

/** As many decrypted files stay at hand. */
const AT_HAND = 60;

/** Takes the words of a message that was taken back. */
type GiveBack = (conversationId: ConversationId, words: string) => void;

/** Which picture is shown over everything. */
export interface Shown {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly id: AttachmentId;
}

/** Files on their way, and those that have been fetched; in step with the messenger's patches. */
export const Attachments = createModel((messenger: Messenger, giveBack: GiveBack) => {
  const uploads = signal<ReadonlyMap<AttachmentId, UploadView>>(new Map());
  /** How much of a file has come, from 0 to 1. */
  const fetching = signal<ReadonlyMap<AttachmentId, number>>(new Map());
  const shown = signal<Shown | undefined>(undefined);
  /** What may have to be asked for again: until it is sealed, nothing of it is stored. */
  const asked = new Map<AttachmentId, Attach>();
  /** What failed before it was sealed, and how it is tried again: only this page has it. */
  const failed = new Map<AttachmentId, () => void>();
  const addresses = new Map<AttachmentId, Promise<string>>();

  function take(patch: Extract<Patch, { kind: "uploads" }>): void {
    const known = new Map(patch.complete ? [] : uploads.value);
    for (const upload of patch.uploads) {
      known.set(upload.id, upload);
      if (upload.phase !== "sealing") settle(upload);
    }
    for (const id of patch.gone) known.delete(id);
    if (patch.complete) {
      for (const id of failed.keys()) {
        const before = uploads.value.get(id);
        if (before) known.set(id, before);
      }
      for (const [id, command] of asked) {
        const before = uploads.value.get(id);
        if (before) known.set(id, before);
        say(command);
      }
    }
    uploads.value = known;
  }

  function settle({ id, phase }: UploadView): void {
    const command = asked.get(id);
    asked.delete(id);
    if (command && phase === "failed") failed.set(id, () => attach(command));
  }

  function takeFetching({ attachmentId, done }: Extract<Patch, { kind: "fetching" }>): void {
    const known = new Map(fetching.value);
    if (done === undefined) known.delete(attachmentId);
    else known.set(attachmentId, done);
    fetching.value = known;
  }

  /** `plain`: as they are. Else pictures are drawn anew, without what the camera wrote into them. */
  async function add(conversationId: ConversationId, files: readonly Blob[], plain: boolean): Promise<void> {
    const { addFile } = await import("./add-file.ts");
    for (const file of files) await addFile({ attach, fail }, conversationId, file, plain);
  }

  function addVoice(conversationId: ConversationId, { file, voice }: Note): void {
    const about = { id: newId<AttachmentId>(), name: "voice-note", type: file.type, voice };
    attach({ kind: "attach", conversationId, about, file });
  }

  function attach(command: Attach): void {
    const { about, conversationId, file } = command;
    asked.set(about.id, command);
    const view = { ...about, size: file.size, conversationId, messageId: undefined, failure: undefined };
    put({ ...view, phase: "sealing", done: 0 });
    say(command);
  }

  function say(command: Attach): void {
    const { about, conversationId, file } = command;
    messenger.do(command).catch((cause) => {
      asked.delete(about.id);
      fail({ ...about, size: file.size, conversationId }, readFailure(cause), () => attach(command));
    });
  }

  const fail: Fail = (of, failure, again) => {
    failed.set(of.id, again);
    put({ ...of, phase: "failed", done: 0, failure, messageId: undefined });
  };

  function put(upload: UploadView): void {
    uploads.value = new Map(uploads.value).set(upload.id, upload);
  }

  function drop(id: AttachmentId): void {
    asked.delete(id);
    failed.delete(id);
    const rest = new Map(uploads.value);
    rest.delete(id);
    uploads.value = rest;
    quietly({ kind: "drop_upload", attachmentId: id });
  }

  const pause = (attachmentId: AttachmentId) => quietly({ kind: "pause_upload", attachmentId });
  const stopFetch = (attachmentId: AttachmentId) => quietly({ kind: "stop_fetch", attachmentId });

  /** With the message that waits for it, whose words go back to where they were written. */
  async function cancel(
    { id: messageId, conversationId }: Pick<MessageView, "id" | "conversationId">,
    attachmentId: AttachmentId,
  ): Promise<void> {
    const asking = messenger.do({ kind: "cancel_upload", messageId, attachmentId });
    const words = await asking.catch(() => undefined);
    if (words !== undefined) giveBack(conversationId, words);
  }

  /** What failed is tried again; a picture that could not be drawn goes as it is. */
  function resume(attachmentId: AttachmentId): void {
    const again = failed.get(attachmentId);
    failed.delete(attachmentId);
    if (again) again();
    else quietly({ kind: "resume_upload", attachmentId });
  }

  /** What comes of it is told by patches; a storage that fails is told for all. */
  function quietly(command: AttachmentCommand): void {
    messenger.do(command).catch(() => undefined);
  }

  /** An address in this page for the decrypted file; asked again, it is not fetched again. */
  function open(messageId: MessageId | undefined, attachmentId: AttachmentId): Promise<string> {
    const known = addresses.get(attachmentId);
    if (known) return known;
    const opening = messenger
      .do({ kind: "fetch_file", messageId, attachmentId })
      .then((file) => URL.createObjectURL(file));
    addresses.set(attachmentId, opening);
    opening.catch(() => addresses.delete(attachmentId));
    forgetOldest();
    return opening;
  }

  const isAtHand = (id: AttachmentId) => addresses.has(id);

  function forgetOldest(): void {
    const [oldest] = addresses;
    if (addresses.size <= AT_HAND || !oldest) return;
    addresses.delete(oldest[0]);
    oldest[1].then(URL.revokeObjectURL, () => undefined);
  }

  return {
    uploads,
    fetching,
    shown,
    take,
    takeFetching,
    add,
    addVoice,
    attach,
    drop,
    pause,
    resume,
    cancel,
    stopFetch,
    open,
    isAtHand,
  };
});
export type Attachments = InstanceType<typeof Attachments>;

/** Those that stand beside what is being written in a conversation. */
export function beside(
  uploads: ReadonlyMap<AttachmentId, UploadView>,
  conversationId: ConversationId,
): readonly UploadView[] {
  return [...uploads.values()].filter(
    (upload) => upload.conversationId === conversationId && upload.messageId === undefined,
  );
}
