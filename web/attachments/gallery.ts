import { html } from "htm/preact";
import { ChevronLeft, ChevronRight, Download, Play, X, ZoomIn, ZoomOut } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { AttachmentView, MessageView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { IconButton } from "../ui/button.ts";
import { Icon } from "../ui/icon.ts";
import { Blur } from "./blur.ts";
import { kindOf } from "./kind-of.ts";
import type { Attachments, Shown } from "./model.ts";
import { OnItsWay } from "./on-its-way.ts";
import { saySize } from "./say-size.ts";
import { useOpened } from "./use-opened.ts";
import { useZoom } from "./use-zoom.ts";

export interface GalleryProps {
  attachments: Attachments;
  messages: readonly MessageView[];
}

interface Entry {
  readonly message: MessageView;
  readonly attachment: AttachmentView;
}

/** One picture or film over everything, the others of the conversation beside it. */
export function Gallery({ attachments, messages }: GalleryProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const keys = useRef<((event: KeyboardEvent) => void) | undefined>(undefined);
  const shown = attachments.shown.value;
  const all = shownIn(messages);
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
    aria-label=${say(kindOf(entry.attachment) === "film" ? "attachment.gallery_film" : "attachment.gallery", { count: index + 1, all: String(all.length) })}
    onCancel=${(event: Event) => {
      event.preventDefault();
      close();
    }}
    onKeyDown=${(event: KeyboardEvent) => {
      // It leaves the picture, not the conversation behind it.
      if (event.key === "Escape") event.stopPropagation();
      // A film's own keys wind it.
      if (!(event.target instanceof HTMLVideoElement)) keys.current?.(event);
    }}
  >
    <${Large} key=${entry.attachment.id} entry=${entry} attachments=${attachments} go=${(steps: number) => go(steps * forwards())} close=${close} keys=${keys} />
    ${index > 0 && html`<${IconButton} icon=${ChevronLeft} mirrored class="gallery-before" label=${say("attachment.before")} onPress=${() => go(-1)} />`}
    ${index < all.length - 1 && html`<${IconButton} icon=${ChevronRight} mirrored class="gallery-after" label=${say("attachment.after")} onPress=${() => go(1)} />`}
  </dialog>`;
}

interface LargeProps {
  entry: Entry;
  attachments: Attachments;
  go: (steps: number) => void;
  close: () => void;
  /** Where the dialog finds what its keys do. */
  keys: { current: ((event: KeyboardEvent) => void) | undefined };
}

function Large({ entry, attachments, go, close, keys }: LargeProps) {
  const { attachment, message } = entry;
  const isFilm = kindOf(attachment) === "film";
  const { address, failure, waiting, open } = useOpened(attachments, message.id, attachment.id);
  const zoom = useZoom({ picture: isFilm ? undefined : attachment.dimensions, go, close });
  const { scale, x, y } = zoom.placement.value;
  keys.current = zoom.onKey;
  useEffect(() => {
    // A film that nobody asked for is not fetched only because it lies between two pictures.
    if (!isFilm || attachments.isAtHand(attachment.id)) void open();
  }, []);
  return html`<header class="gallery-head">
      <bdi class="gallery-name">${attachment.name}</bdi>
      ${!isFilm && html`<${IconButton} icon=${scale > 1 ? ZoomOut : ZoomIn} label=${say(scale > 1 ? "attachment.farther" : "attachment.closer")} onPress=${() => zoom.toggle()} />`}
      ${address.value && html`<a class="icon-button" href=${address.value} download=${attachment.name} aria-label=${say("attachment.download", { name: attachment.name })}><${Icon} of=${Download} /></a>`}
      <${IconButton} icon=${X} label=${say("do.close")} onPress=${close} />
    </header>
    <div
      ref=${zoom.stage}
      class=${`gallery-stage${scale > 1 ? " gallery-near" : ""}`}
      tabindex="0"
      role="group"
      aria-label=${attachment.name}
      ...${zoom.on}
    >
      ${attachment.thumbhash && address.value === undefined && html`<${Blur} hash=${attachment.thumbhash} />`}
      ${
        failure.value !== undefined
          ? html`<p class="gallery-failed" role="alert">${sayFailure(failure.value)}</p>`
          : address.value && !isFilm
            ? html`<img src=${address.value} alt=${attachment.name} draggable=${false} style=${{ transform: `translate(${x}px, ${y}px) scale(${scale})` }} />`
            : address.value &&
              html`<video src=${address.value} controls autoplay playsinline aria-label=${attachment.name}></video>`
      }
      ${
        isFilm &&
        address.value === undefined &&
        failure.value === undefined &&
        html`<div class="gallery-closed">
          <${IconButton} icon=${Play} label=${say("attachment.play", { name: attachment.name })} main onPress=${open} />
          <span role="status">${waiting.value ? say("attachment.fetching") : saySize(attachment.size)}</span>
        </div>`
      }
      <${OnItsWay} attachment=${attachment} message=${message} attachments=${attachments} />
    </div>`;
}

/** Pictures and films, as they stand in the conversation. */
function shownIn(messages: readonly MessageView[]): Entry[] {
  return messages.flatMap((message) =>
    message.body.kind === "text"
      ? (message.body.attachments ?? [])
          .filter((attachment) => ["picture", "film"].includes(kindOf(attachment)))
          .map((attachment) => ({ message, attachment }))
      : [],
  );
}

function whereIs({ message, attachment }: Entry): Shown {
  return { conversationId: message.conversationId, messageId: message.id, id: attachment.id };
}
