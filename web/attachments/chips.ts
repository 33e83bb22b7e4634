import { html } from "htm/preact";
import { Pause, Play, RotateCw, X } from "lucide";
import type { UploadView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Button, IconButton } from "../ui/button.ts";
import type { Attachments } from "./model.ts";
import { sayAttachment } from "./say-attachment.ts";
import { saySize } from "./say-size.ts";

/** What goes out with the words that are being written. */
export function Chips({ files, attachments }: { files: readonly UploadView[]; attachments: Attachments }) {
  return html`<ul class="chips" aria-label=${say("attachment.beside")}>
    ${files.map((file) => html`<${Chip} key=${file.id} file=${file} attachments=${attachments} />`)}
  </ul>`;
}

function Chip({ file, attachments }: { file: UploadView; attachments: Attachments }) {
  const name = file.voice ? sayAttachment(file) : file.name;
  const isUndrawn = file.phase === "failed" && file.failure === "attachment.not_a_picture";
  return html`<li class=${`chip chip-${file.phase}`}>
    <span class="chip-words">
      <bdi class="chip-name">${name}</bdi>
      ${
        file.phase === "failed"
          ? html`<span class="chip-failed" role="alert">${sayFailure(file.failure ?? "storage")}</span>`
          : html`<span class="chip-state"><bdi>${saySize(file.size)}</bdi> · ${sayPhase(file)}</span>`
      }
    </span>
    ${file.phase === "uploading" && html`<${IconButton} icon=${Pause} label=${say("attachment.pause", { name })} onPress=${() => attachments.pause(file.id)} />`}
    ${file.phase === "paused" && html`<${IconButton} icon=${Play} mirrored label=${say("attachment.resume", { name })} onPress=${() => attachments.resume(file.id)} />`}
    ${file.phase === "failed" && !isUndrawn && html`<${IconButton} icon=${RotateCw} label=${say("attachment.try_again", { name })} onPress=${() => attachments.resume(file.id)} />`}
    ${isUndrawn && html`<${Button} kind="quiet" label=${say("attachment.as_it_is")} onPress=${() => attachments.resume(file.id)} />`}
    <${IconButton} icon=${X} label=${say("attachment.remove", { name })} onPress=${() => attachments.drop(file.id)} />
    ${
      (file.phase === "sealing" || file.phase === "uploading" || file.phase === "paused") &&
      html`<progress class="chip-progress" max="1" value=${file.done} aria-label=${say("attachment.progress", { name })}></progress>`
    }
  </li>`;
}

function sayPhase({ phase, done }: UploadView): string {
  if (phase === "sealing") return say("attachment.sealing");
  if (phase === "paused") return say("attachment.paused");
  return phase === "done"
    ? say("attachment.ready")
    : say("attachment.uploaded", { count: Math.floor(done * 100) });
}
