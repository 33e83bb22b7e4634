import { useModel, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { saySize } from "../attachments/say-size.ts";
import type { Conversations } from "../conversations/model.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { NotLoaded } from "../settings/not-loaded.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert, Waiting } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";
import { Archive } from "./model.ts";

export interface ArchivePartProps {
  conversations: Conversations;
  /** Absent: of all. */
  only?: ConversationView;
}

/** Whether what is said is kept for devices to come, what that costs, and the way to be rid of it. */
export function ArchivePart({ conversations, only }: ArchivePartProps) {
  const archive = useModel(() => new Archive(conversations.doArchive, conversations.readPrivacy, only?.id));
  const asking = useSignal(false);
  useEffect(() => {
    archive.load();
  }, []);
  const all = archive.isOn.value;
  const failure = archive.failure.value;
  if (archive.failed.value)
    return html`<${NotLoaded} what=${say("archive.not_loaded")} onAgain=${archive.load} />`;
  if (all === undefined) return html`<${Waiting} text=${say("app.opening")} />`;
  const isOn = only ? !only.shelf?.unkept : all;
  const choose = async (on: boolean) => {
    if (await archive.choose(on)) asking.value = !on;
  };
  return html`<div>
    ${failure !== undefined && html`<${Alert} text=${sayFailure(failure)} />`}
    <${Switch}
      on=${isOn}
      label=${say(only ? "archive.one" : "archive.all")}
      text=${say(only ? "archive.one_text" : "archive.all_text")}
      onChange=${choose}
    />
    ${only && all === false && html`<p class="settings-quiet">${say("archive.all_off")}</p>`}
    ${!isOn && html`<p class="settings-quiet">${say("archive.others_follow")}</p>`}
    ${!only && html`<${Size} archive=${archive} />`}
    ${archive.dropped.value && html`<p class="settings-quiet" role="status">${say("archive.dropped")}</p>`}
    <${Button}
      label=${say("archive.drop")}
      wide=${only !== undefined}
      onPress=${() => {
        asking.value = true;
      }}
    />
    ${
      asking.value &&
      html`<${AskToDrop} archive=${archive} one=${only !== undefined} onClose=${() => {
        asking.value = false;
      }} />`
    }
  </div>`;
}

function Size({ archive }: { archive: Archive }) {
  const kept = archive.kept.value;
  if (!kept) return html`<p class="settings-quiet">${say("archive.unread")}</p>`;
  return html`<p class="settings-quiet">${say("archive.size", { size: saySize(kept.bytes) })}</p>
    ${kept.isFull && html`<${Alert} text=${sayFailure("archive.full")} />`}`;
}

function AskToDrop({ archive, one, onClose }: { archive: Archive; one: boolean; onClose: () => void }) {
  const drop = async () => {
    if (await archive.drop()) onClose();
  };
  return html`<${Dialog} title=${say("archive.drop_title")} onClose=${onClose}>
    <p>${say(one ? "archive.drop_one_text" : "archive.drop_all_text")}</p>
    ${archive.failure.value !== undefined && html`<${Alert} text=${sayFailure(archive.failure.value)} />`}
    <div class="dialog-do">
      <${Button} label=${say("archive.keep")} onPress=${onClose} />
      <${Button} label=${say("archive.drop")} kind="main" busy=${archive.busy.value} onPress=${drop} />
    </div>
  <//>`;
}
