import { html } from "htm/preact";
import type { AttachmentView, MessageView } from "../delivery/patches.ts";
import { later } from "../ui/later.ts";
import { kindOf } from "./kind-of.ts";
import type { Attachments } from "./model.ts";

const WIDEST = 340;
const HIGHEST = 380;

export interface ShownProps {
  attachment: AttachmentView;
  message: MessageView;
  attachments: Attachments;
}

const Shown = later<ShownProps>(async () => (await import("./shown.ts")).Shown, "attachments");

/** Each has its room before anything of it is there, so that nothing moves when it comes. */
export function AttachmentsInBubble({ message, attachments }: Omit<ShownProps, "attachment">) {
  const files = message.body.kind === "text" ? message.body.attachments : undefined;
  return files?.map(
    (
      attachment,
    ) => html`<div key=${attachment.id} class=${`attachment attachment-${kindOf(attachment)}`} style=${room(attachment)}>
      <${Shown} attachment=${attachment} message=${message} attachments=${attachments} />
    </div>`,
  );
}

function room(attachment: AttachmentView) {
  const { dimensions } = attachment;
  const kind = kindOf(attachment);
  if (!dimensions || (kind !== "picture" && kind !== "film")) return {};
  // Nothing so flat or so narrow that it could not be pressed.
  const shape = Math.min(4, Math.max(0.4, dimensions.width / dimensions.height));
  const width = Math.round(Math.min(WIDEST, HIGHEST * shape));
  return { inlineSize: `${width}px`, aspectRatio: String(shape) };
}
