import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { AttachmentView, MessageView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { IconButton } from "../ui/button.ts";
import { Icon } from "../ui/icon.ts";
import { kindOf } from "./kind-of.ts";
import type { Attachments, Shown } from "./model.ts";
import { useOpened } from "./use-opened.ts";

const CLOSER = 2.5;
const SWIPE = 60;

export interface GalleryProps {
  attachments: Attachments;
  messages: readonly MessageView[];
}

interface Entry {
  readonly message: MessageView;
  readonly attachment: AttachmentView;
}

/** One picture over everything, the others of the conversation beside it. */
export function Gallery({ attachments, messages }: GalleryProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = attachments.shown.value;
  const all = picturesIn(messages);
  const index = all.findIndex(({ attachment }) => attachment.id === shown?.id);
  const entry = all[index];
  useLayoutEffect(() => {
    const before = document.activeElement;
    if (dialog.current && !dialog.current.open) dialog.current.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const close = () => {
    attachments.shown.value = undefined;
  };
  const go = (steps: number) => {
    const next = all[index + steps];
    if (next) attachments.shown.value = whereIs(next);
  };
  /** Arrows go the way they point: later pictures lie where the reading goes. */
  const forwards = () => (document.documentElement.dir === "rtl" ? -1 : 1);
  if (!entry) return null;
  return html`<dialog
    ref=${dialog}
    class="gallery"
    aria-label=${say("attachment.gallery", { count: index + 1, all: String(all.length) })}
    onCancel=${(event: Event) => {
      event.preventDefault();
      close();
    }}
    onKeyDown=${(event: KeyboardEvent) => {
      // It leaves the picture, not the conversation behind it.
      if (event.key === "Escape") event.stopPropagation();
      if (event.key === "ArrowRight") go(forwards());
      if (event.key === "ArrowLeft") go(-forwards());
    }}
  >
    <${Large} key=${entry.attachment.id} entry=${entry} attachments=${attachments} go=${(steps: number) => go(steps * forwards())} close=${close} />
    ${index > 0 && html`<${IconButton} icon=${ChevronLeft} mirrored class="gallery-before" label=${say("attachment.before")} onPress=${() => go(-1)} />`}
    ${index < all.length - 1 && html`<${IconButton} icon=${ChevronRight} mirrored class="gallery-after" label=${say("attachment.after")} onPress=${() => go(1)} />`}
  </dialog>`;
}

interface LargeProps {
  entry: Entry;
  attachments: Attachments;
  go: (steps: number) => void;
  close: () => void;
}

function Large({ entry, attachments, go, close }: LargeProps) {
  const { attachment, message } = entry;
  const { address, failure, open } = useOpened(attachments, message.id, attachment.id);
  const near = useSignal(false);
  const from = useRef<{ x: number; y: number } | undefined>(undefined);
  useEffect(() => void open(), []);
  const toggle = () => {
    near.value = !near.value;
  };
  return html`<header class="gallery-head">
      <bdi class="gallery-name">${attachment.name}</bdi>
      <${IconButton} icon=${near.value ? ZoomOut : ZoomIn} label=${say(near.value ? "attachment.farther" : "attachment.closer")} onPress=${toggle} />
      ${address.value && html`<a class="icon-button" href=${address.value} download=${attachment.name} aria-label=${say("attachment.download", { name: attachment.name })}><${Icon} of=${Download} /></a>`}
      <${IconButton} icon=${X} label=${say("do.close")} onPress=${close} />
    </header>
    <div
      class=${`gallery-stage${near.value ? " gallery-near" : ""}`}
      tabindex="0"
      role="group"
      aria-label=${attachment.name}
      onDblClick=${toggle}
      onWheel=${(event: WheelEvent) => {
        if (event.ctrlKey || event.metaKey) near.value = event.deltaY < 0;
      }}
      onTouchStart=${({ touches }: TouchEvent) => {
        const [touch] = touches;
        from.current = touches.length === 1 && touch ? { x: touch.clientX, y: touch.clientY } : undefined;
      }}
      onTouchEnd=${({ changedTouches }: TouchEvent) => {
        const [touch] = changedTouches;
        if (!touch || !from.current || near.value) return;
        const [across, down] = [touch.clientX - from.current.x, touch.clientY - from.current.y];
        if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down)) go(across < 0 ? 1 : -1);
        else if (down > 2 * SWIPE) close();
      }}
    >
      ${
        failure.value === undefined
          ? address.value &&
            html`<img src=${address.value} alt=${attachment.name} style=${near.value ? { inlineSize: `${CLOSER * 100}%` } : {}} />`
          : html`<p class="gallery-failed" role="alert">${sayFailure(failure.value)}</p>`
      }
    </div>`;
}

function picturesIn(messages: readonly MessageView[]): Entry[] {
  return messages.flatMap((message) =>
    message.body.kind === "text"
      ? (message.body.attachments ?? [])
          .filter((attachment) => kindOf(attachment) === "picture")
          .map((attachment) => ({ message, attachment }))
      : [],
  );
}

function whereIs({ message, attachment }: Entry): Shown {
  return { conversationId: message.conversationId, messageId: message.id, id: attachment.id };
}
