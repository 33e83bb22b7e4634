import { html } from "htm/preact";
import { Download, File as FileIcon, Maximize, Play, RotateCw } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Icon } from "../ui/icon.ts";
import type { ShownProps } from "./attachments-in-bubble.ts";
import { Blur } from "./blur.ts";
import { kindOf } from "./kind-of.ts";
import { isGoing, OnItsWay } from "./on-its-way.ts";
import { saySize } from "./say-size.ts";
import { useOpened } from "./use-opened.ts";
import { VoiceNote } from "./voice-note.ts";

/** Larger pictures come when they are asked for. */
const COMES_BY_ITSELF = 10_000_000;

export function Shown(props: ShownProps) {
  const kind = kindOf(props.attachment);
  if (kind === "picture") return html`<${Picture} ...${props} />`;
  if (kind === "film" || kind === "sound") return html`<${Player} ...${props} />`;
  if (kind === "voice") return html`<${VoiceNote} ...${props} />`;
  return html`<${FileRow} ...${props} />`;
}

function Picture({ attachment, message, attachments }: ShownProps) {
  const opened = useOpened(attachments, message.id, attachment.id);
  const frame = useRef<HTMLDivElement>(null);
  const comes = attachment.size <= COMES_BY_ITSELF;
  useEffect(() => {
    if (!comes || !frame.current) return undefined;
    const seen = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) void opened.open();
    });
    seen.observe(frame.current);
    return () => seen.disconnect();
  }, [attachment.id]);
  const { address, failure } = opened;
  const label = say("attachment.open_picture", { name: attachment.name });
  const { conversationId, id: messageId } = message;
  const show = () => {
    if (address.value === undefined) void opened.open();
    else attachments.shown.value = { conversationId, messageId, id: attachment.id };
  };
  return html`<div class="picture" ref=${frame}>
    ${attachment.thumbhash && html`<${Blur} hash=${attachment.thumbhash} />`}
    ${
      failure.value === undefined
        ? html`<button class="picture-open" type="button" aria-label=${label} onClick=${show}>
          ${address.value ? html`<img src=${address.value} alt="" />` : !comes && html`<span class="picture-ask">${saySize(attachment.size)}</span>`}
        </button>`
        : html`<${Failed} failure=${failure.value} again=${opened.open} />`
    }
    ${(!comes || isGoing(attachments, attachment)) && html`<${OnItsWay} attachment=${attachment} message=${message} attachments=${attachments} />`}
  </div>`;
}

/** Fetched as a whole, because nothing is played before it is known to be what was sent. */
function Player({ attachment, message, attachments }: ShownProps) {
  const { address, failure, waiting, open } = useOpened(attachments, message.id, attachment.id);
  const film = kindOf(attachment) === "film";
  const name = attachment.name;
  const showLarge = ({ currentTarget }: Event) => {
    // It would be heard twice.
    if (currentTarget instanceof Element) currentTarget.parentElement?.querySelector("video")?.pause();
    attachments.shown.value = {
      conversationId: message.conversationId,
      messageId: message.id,
      id: attachment.id,
    };
  };
  if (failure.value !== undefined) return html`<${Failed} failure=${failure.value} again=${open} />`;
  if (address.value !== undefined)
    return film
      ? html`${attachment.thumbhash && html`<${Blur} hash=${attachment.thumbhash} />`}
        <video class="film" src=${address.value} controls autoplay playsinline aria-label=${name}></video>
        <${IconButton} icon=${Maximize} class="film-large" label=${say("attachment.open_picture", { name })} onPress=${showLarge} />`
      : html`<div class="sound"><bdi class="file-name">${name}</bdi><audio src=${address.value} controls autoplay aria-label=${name}></audio></div>`;
  return html`${film && attachment.thumbhash && html`<${Blur} hash=${attachment.thumbhash} />`}
    <div class=${film ? "film film-closed" : "file"}>
    <${IconButton} icon=${Play} label=${say("attachment.play", { name })} main onPress=${open} />
    <span class="file-words">
      <bdi class="file-name">${name}</bdi>
      <span class="file-size" role="status">${waiting.value ? say("attachment.fetching") : saySize(attachment.size)}</span>
    </span>
    <${OnItsWay} attachment=${attachment} message=${message} attachments=${attachments} />
  </div>`;
}

function FileRow({ attachment, message, attachments }: ShownProps) {
  const { failure, waiting, fetch } = useOpened(attachments, message.id, attachment.id);
  const save = async () => {
    const address = await fetch();
    if (address === undefined) return;
    const link = document.createElement("a");
    [link.href, link.download] = [address, attachment.name];
    link.click();
  };
  const { name } = attachment;
  return html`<div class="file">
    <${Icon} of=${FileIcon} size=${28} />
    <span class="file-words">
      <bdi class="file-name">${name}</bdi>
      <span class="file-size" role="status">${waiting.value ? say("attachment.fetching") : saySize(attachment.size)}</span>
      ${failure.value !== undefined && html`<span class="file-failed" role="alert">${sayFailure(failure.value)}</span>`}
    </span>
    ${!isGoing(attachments, attachment) && html`<${IconButton} icon=${Download} label=${say("attachment.download", { name })} onPress=${save} />`}
    <${OnItsWay} attachment=${attachment} message=${message} attachments=${attachments} />
  </div>`;
}

function Failed({ failure, again }: { failure: string; again: () => void }) {
  return html`<div class="attachment-failed">
    <p role="alert">${sayFailure(failure)}</p>
    ${failure !== "attachment.damaged" && html`<${Button} icon=${RotateCw} kind="quiet" label=${say("do.try_again")} onPress=${again} />`}
  </div>`;
}
