import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { AddFiles } from "../attachments/attach-button.ts";
import type { GroupView, MessageView } from "../delivery/patches.ts";
import { directionOf, say } from "../languages/language.ts";
import { enterSends, touchScreen } from "../settings/enter-key.ts";
import type { Composer } from "./composer-model.ts";
import { useHelp } from "./writing-help.ts";

interface Props {
  composer: Composer;
  name: string;
  /** Whose people can be called by name. */
  group: GroupView | undefined;
  add: AddFiles | undefined;
  /** The newest that one can change. */
  lastOwn: (() => MessageView | undefined) | undefined;
  onSend: () => void;
}

/** What is written in, and what helps with writing in it, fetched when it first helps. */
export function WritingBox({ composer, name, group, add, lastOwn, onSend }: Props) {
  const box = useRef<HTMLTextAreaElement>(null);
  const text = composer.text.value;
  useLayoutEffect(() => grow(box.current), [text]);
  const doing = composer.doing.value;
  useEffect(() => {
    if (doing) requestAnimationFrame(() => box.current?.focus());
  }, [doing]);
  useEffect(() => {
    if (!touchScreen()) box.current?.focus({ preventScroll: true });
    const hidden = () => composer.keep();
    document.addEventListener("visibilitychange", hidden);
    return () => document.removeEventListener("visibilitychange", hidden);
  }, [composer]);
  const helped = useHelp(box, composer, group);
  return html`${helped}<textarea
    ref=${box}
    class="composer-box"
    rows="1"
    dir=${directionOf(text)}
    aria-label=${say("composer.label", { name })}
    placeholder=${say("composer.placeholder")}
    enterkeyhint=${enterSends.value ? "send" : "enter"}
    value=${text}
    onInput=${(event: InputEvent) => {
      if (event.currentTarget instanceof HTMLTextAreaElement) composer.write(event.currentTarget.value);
    }}
    onPaste=${(event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (add && files.length > 0) {
        event.preventDefault();
        add(files, false);
        return;
      }
      if (!composer.mayPaste(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
    }}
    onKeyDown=${(event: KeyboardEvent) => {
      if (event.key === "Escape" && composer.doing.value) {
        event.preventDefault();
        event.stopPropagation();
        return composer.stopDoing();
      }
      const own = event.key === "ArrowUp" && composer.text.value === "" ? lastOwn?.() : undefined;
      if (own) {
        event.preventDefault();
        return composer.edit(own);
      }
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      if (!enterSends.value && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      onSend();
    }}
  ></textarea>`;
}

/** As high as its text; the style sheet ends it at eight lines. */
function grow(box: HTMLTextAreaElement | null): void {
  if (!box) return;
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight}px`;
}
