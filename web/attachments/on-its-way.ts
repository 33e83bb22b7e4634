import { html } from "htm/preact";
import { Pause, Play, X } from "lucide";
import type { AttachmentView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { IconButton } from "../ui/button.ts";
import type { ShownProps } from "./attachments-in-bubble.ts";
import type { Attachments } from "./model.ts";
import { sayAttachment } from "./say-attachment.ts";

/** Of an own file that the server does not have yet, or of one that is coming from there. */
export function OnItsWay({ attachment, message, attachments }: ShownProps) {
  const { id } = attachment;
  const name = attachment.voice ? sayAttachment(attachment) : attachment.name;
  const upload = attachments.uploads.value.get(id);
  const fetched = attachments.fetching.value.get(id);
  if (upload && isGoing(attachments, attachment))
    return html`<div class="on-its-way">
      <progress max="1" value=${upload.done} aria-label=${say("attachment.progress", { name })}></progress>
      ${upload.phase === "uploading" && html`<${IconButton} icon=${Pause} label=${say("attachment.pause", { name })} onPress=${() => attachments.pause(id)} />`}
      ${upload.phase === "paused" && html`<${IconButton} icon=${Play} mirrored label=${say("attachment.resume", { name })} onPress=${() => attachments.resume(id)} />`}
      <${IconButton} icon=${X} label=${say("attachment.cancel", { name })} onPress=${() => attachments.cancel(message, id)} />
    </div>`;
  if (fetched === undefined) return null;
  return html`<div class="on-its-way">
    <progress max="1" value=${fetched} aria-label=${say("attachment.progress", { name })}></progress>
    <${IconButton} icon=${X} label=${say("attachment.stop_fetch", { name })} onPress=${() => attachments.stopFetch(id)} />
  </div>`;
}

/** Whether the server is to get it and has not yet. What failed is said by its message. */
export function isGoing({ uploads }: Attachments, { id }: AttachmentView): boolean {
  const phase = uploads.value.get(id)?.phase;
  return phase === "sealing" || phase === "uploading" || phase === "paused";
}
