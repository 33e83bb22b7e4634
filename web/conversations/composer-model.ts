import { computed, createModel, signal } from "@preact/signals";
import { TEXT_LIMIT } from "../../src/protocol/content.ts";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { Messenger } from "../delivery/patches.ts";
import { readFailure } from "../read-failure.ts";

const SAVE_AFTER = 400;
const TYPING_EVERY = 3_000;
const SAY_ROOM_BELOW = 500;

interface Wishes {
  readonly messenger: Messenger;
  readonly conversationId: ConversationId;
  readonly draftChanged: (text: string) => void;
}

/** What is being written in one conversation. A draft outlives the page; it is kept as it is typed. */
export const Composer = createModel(({ messenger, conversationId, draftChanged }: Wishes) => {
  const text = signal("");
  const failure = signal<string | undefined>(undefined);
  /** Characters left, once it is close; negative when there are too many. */
  const room = computed(() => {
    const left = TEXT_LIMIT - text.value.trim().length;
    return left < SAY_ROOM_BELOW ? left : undefined;
  });
  const canSend = computed(() => text.value.trim() !== "" && (room.value ?? 0) >= 0);
  let saving: ReturnType<typeof setTimeout> | undefined;
  let typedAt = Number.NEGATIVE_INFINITY;
  let touched = false;

  async function restore(): Promise<void> {
    const draft = await messenger.do({ kind: "read_draft", conversationId }).catch(() => "");
    if (!touched) text.value = draft;
  }

  function write(written: string): void {
    touched = true;
    text.value = written;
    failure.value = undefined;
    clearTimeout(saving);
    saving = setTimeout(keep, SAVE_AFTER);
    if (written.trim() !== "") sayTyping();
  }

  function sayTyping(): void {
    if (performance.now() - typedAt < TYPING_EVERY) return;
    typedAt = performance.now();
    // Lost typing signs are not worth a word.
    messenger.do({ kind: "typing", conversationId }).catch(() => undefined);
  }

  /** Keeps the draft now: on leaving the conversation, hiding the page, or after a pause. */
  function keep(): void {
    if (saving === undefined) return;
    clearTimeout(saving);
    saving = undefined;
    draftChanged(text.value);
    messenger.do({ kind: "draft", conversationId, text: text.value }).catch((error: unknown) => {
      failure.value = readFailure(error);
    });
  }

  /** Empties the box at once; what could not be put aside comes back into it. */
  async function send(): Promise<boolean> {
    if (!canSend.value) return false;
    const written = text.value;
    write("");
    typedAt = Number.NEGATIVE_INFINITY;
    try {
      await messenger.do({ kind: "send", conversationId, text: written.trim() });
      keep();
      return true;
    } catch (error) {
      write(text.value === "" ? written : `${written}\n${text.value}`);
      failure.value = readFailure(error);
      return false;
    }
  }

  return { text, failure, room, canSend, restore, write, keep, send };
});
export type Composer = InstanceType<typeof Composer>;
