import { computed, createModel, type ReadonlySignal, signal } from "@preact/signals";
import { MOST_ATTACHMENTS } from "../../src/protocol/attachments.ts";
import { TEXT_LIMIT } from "../../src/protocol/content.ts";
import type { MessageView, UploadView } from "../delivery/patches.ts";
import { readFailure } from "../read-failure.ts";

const SAVE_AFTER = 400;
const TYPING_EVERY = 3_000;
const SAY_ROOM_BELOW = 500;
const MOST_PASTED = 2 * TEXT_LIMIT;

/** Where the words go. */
interface Wishes {
  readonly readDraft: () => Promise<string>;
  readonly keepDraft: (text: string) => Promise<unknown>;
  readonly typing: () => Promise<unknown>;
  /** What stands beside the words; absent where nothing can. */
  readonly files?: ReadonlySignal<readonly UploadView[]>;
  readonly send: (
    text: string,
    files: readonly UploadView[],
    doing?: Doing,
    sendAt?: number,
  ) => Promise<unknown>;
}

/** What the written words are about. */
export interface Doing {
  readonly kind: "answer" | "edit";
  readonly message: MessageView;
}

/** What is being written in one conversation. A draft outlives the page; it is kept as it is typed. */
export const Composer = createModel((wishes: Wishes) => {
  const text = signal("");
  const failure = signal<string | undefined>(undefined);
  /** Being put aside for sending; a moment, but for the first message to somebody. */
  const sending = signal(false);
  /** It is not one's turn yet: see `groups/pause-line.ts`. */
  const held = signal(false);
  const doing = signal<Doing | undefined>(undefined);
  /** What was being written before a message was taken up to be changed: comes back into the box afterwards. */
  let asideOfEdit = "";
  /** Characters left, once it is close; negative when there are too many. */
  const room = computed(() => {
    const left = TEXT_LIMIT - text.value.trim().length;
    return left < SAY_ROOM_BELOW ? left : undefined;
  });
  /** Characters of what was too much to be pasted. */
  const pastedTooMuch = signal<number | undefined>(undefined);
  const files = computed(() => wishes.files?.value ?? []);
  /** Files may still be on their way; they have to be put aside, as the words are. */
  const canSend = computed(
    () =>
      !held.value &&
      (text.value.trim() !== "" || (files.value.length > 0 && doing.value?.kind !== "edit")) &&
      (room.value ?? 0) >= 0 &&
      files.value.length <= MOST_ATTACHMENTS &&
      files.value.every(({ phase }) => phase !== "sealing" && phase !== "failed"),
  );
  let saving: ReturnType<typeof setTimeout> | undefined;
  let typedAt = Number.NEGATIVE_INFINITY;
  let touched = false;
  /** What stands in the box was written in it. */
  let isOwn = false;
  /** Taken out of the box and not put aside yet: still a draft. */
  let onItsWay = "";

  async function restore(): Promise<void> {
    const draft = await wishes.readDraft().catch(() => "");
    if (!touched) text.value = draft;
  }

  /** What was written on another device; nothing that stands in the box by this person's hand is taken out of it. */
  function follow(draft: string): void {
    if (isOwn || onItsWay !== "" || doing.value?.kind === "edit") return;
    touched = true;
    text.value = draft;
  }

  function write(written: string): void {
    touched = true;
    isOwn = written !== "";
    text.value = written;
    failure.value = undefined;
    pastedTooMuch.value = undefined;
    clearTimeout(saving);
    saving = setTimeout(keep, SAVE_AFTER);
    if (written.trim() !== "") sayTyping();
  }

  /** Of a message that was taken back: it stands before what has been written since. */
  function giveBack(words: string): void {
    if (words === "") return;
    if (doing.value?.kind === "edit") stopDoing();
    write(text.value === "" ? words : `${words}\n${text.value}`);
  }

  /** A little too much can be shortened in the box; a whole book only makes it stand still. */
  function mayPaste(pasted: string): boolean {
    pastedTooMuch.value = pasted.length > MOST_PASTED ? pasted.length : undefined;
    return pastedTooMuch.value === undefined;
  }

  function sayTyping(): void {
    if (performance.now() - typedAt < TYPING_EVERY) return;
    typedAt = performance.now();
    // Lost typing signs are not worth a word.
    wishes.typing().catch(() => undefined);
  }

  /** Keeps the draft now: on leaving the conversation, hiding the page, or after a pause. */
  function keep(): void {
    if (saving === undefined) return;
    clearTimeout(saving);
    saving = undefined;
    wishes.keepDraft(draft()).catch((error: unknown) => {
      failure.value = readFailure(error);
    });
  }

  function draft(): string {
    if (doing.value?.kind === "edit") return asideOfEdit;
    return onItsWay === "" ? text.value : `${onItsWay}\n${text.value}`;
  }

  function answer(message: MessageView): void {
    stopDoing();
    doing.value = { kind: "answer", message };
  }

  function edit(message: MessageView): void {
    if (message.body.kind !== "text") return;
    stopDoing();
    asideOfEdit = text.value;
    doing.value = { kind: "edit", message };
    write(message.body.text);
  }

  function stopDoing(): void {
    const before = doing.value;
    doing.value = undefined;
    if (before?.kind === "edit") write(asideOfEdit);
    asideOfEdit = "";
  }

  /** Empties the box at once; what could not be put aside comes back into it. `sendAt`: not before. */
  async function send(sendAt?: number): Promise<boolean> {
    if (!canSend.value) return false;
    const written = text.value;
    const about = doing.value;
    if (about?.kind === "edit") return change(about, written);
    onItsWay = written;
    write("");
    typedAt = Number.NEGATIVE_INFINITY;
    try {
      sending.value = true;
      await wishes.send(written.trim(), files.value, about, sendAt);
      if (doing.value === about) doing.value = undefined;
      onItsWay = "";
      write(text.value);
      keep();
      return true;
    } catch (error) {
      onItsWay = "";
      write(text.value === "" ? written : `${written}\n${text.value}`);
      failure.value = readFailure(error);
      return false;
    } finally {
      sending.value = false;
    }
  }

  /** The new words stay in the box until they are put aside. */
  async function change(about: Doing, written: string): Promise<boolean> {
    try {
      await wishes.send(written.trim(), [], about);
      stopDoing();
      return true;
    } catch (error) {
      failure.value = readFailure(error);
      return false;
    }
  }

  /** What was written on while the first message went out is written on in the conversation itself. */
  function moveTo(other: { readonly write: (written: string) => void }): void {
    if (text.value !== "") other.write(text.value);
    write("");
  }

  return {
    text,
    failure,
    sending,
    held,
    room,
    pastedTooMuch,
    files,
    canSend,
    doing,
    answer,
    edit,
    stopDoing,
    restore,
    follow,
    write,
    giveBack,
    mayPaste,
    keep,
    send,
    moveTo,
  };
});
export type Composer = InstanceType<typeof Composer>;
