import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Download } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import type { Conversations } from "../conversations/model.ts";
import { nameOf, nameOfPerson, nameOfSender } from "../conversations/name-of.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Icon } from "../ui/icon.ts";
import { Alert } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";
import { safeName } from "./safe-name.ts";
import { type ExportSource, type Progress, writeExport } from "./write-export.ts";
import { zip } from "./zip.ts";

export interface ExportProps {
  conversations: Conversations;
  /** Undefined for all of them. */
  only: ConversationView | undefined;
  onClose: () => void;
}

type Phase =
  | { readonly kind: "asking"; readonly failure?: string }
  | { readonly kind: "writing" }
  | { readonly kind: "done"; readonly address: string; readonly name: string };

/** Everything this device keeps of one conversation, or of all, in a file that needs no Elahe to be read. */
export function ExportDialog({ conversations, only, onClose }: ExportProps) {
  const phase = useSignal<Phase>({ kind: "asking" });
  const withFiles = useSignal(true);
  const progress = useSignal<Progress>({ messages: 0, files: 0, missing: 0 });
  const stopped = useRef(false);
  useEffect(
    () => () => {
      stopped.current = true;
      if (phase.value.kind === "done") URL.revokeObjectURL(phase.value.address);
    },
    [],
  );
  const start = async () => {
    phase.value = { kind: "writing" };
    const counted: Progress = { messages: 0, files: 0, missing: 0 };
    const told = () => {
      if (stopped.current) throw new Error("stopped");
      progress.value = { ...counted };
    };
    const chosen = only ? [only] : [...conversations.byId.value.values()];
    try {
      const source = sourceOf(conversations, withFiles.value);
      const made = await zip(writeExport(source, chosen, counted, told));
      const day = new Date(source.now).toISOString().slice(0, 10);
      const name = `elahe-${only ? `${safeName(nameOf(only), "conversation")}-` : ""}${day}.zip`;
      if (!stopped.current) phase.value = { kind: "done", address: URL.createObjectURL(made), name };
    } catch (error) {
      if (!stopped.current) phase.value = { kind: "asking", failure: readFailure(error) };
    }
  };
  const now = phase.value;
  return html`<${Dialog} title=${only ? say("export.one") : say("export.all")} onClose=${onClose}>
    <p>${say("export.text")}</p>
    ${now.kind === "asking" && now.failure !== undefined && html`<${Alert} text=${sayFailure(now.failure)} />`}
    ${
      now.kind === "asking" &&
      html`<${Switch}
          on=${withFiles.value}
          label=${say("export.with_files")}
          text=${say("export.with_files_text")}
          onChange=${(on: boolean) => {
            withFiles.value = on;
          }}
        />
        <div class="dialog-do">
          <${Button} label=${say("do.cancel")} onPress=${onClose} />
          <${Button} label=${say("export.start")} kind="main" onPress=${start} />
        </div>`
    }
    ${now.kind !== "asking" && html`<${Counted} progress=${progress.value} done=${now.kind === "done"} />`}
    ${now.kind === "writing" && html`<div class="dialog-do"><${Button} label=${say("do.cancel")} onPress=${onClose} /></div>`}
    ${
      now.kind === "done" &&
      html`<div class="dialog-do">
        <a class="button button-main" href=${now.address} download=${now.name}><${Icon} of=${Download} size=${18} /> ${say("export.save")}</a>
      </div>`
    }
  <//>`;
}

function Counted({ progress, done }: { progress: Progress; done: boolean }) {
  const { messages, files, missing } = progress;
  return html`<p role="status">
      ${say(done ? "export.made" : "export.making")} ${say("export.messages", { count: messages })} ${say("export.files", { count: files })}
    </p>
    ${missing > 0 && html`<${Alert} text=${say("export.missing", { count: missing })} />`}`;
}

function sourceOf(conversations: Conversations, withFiles: boolean): ExportSource {
  const me = conversations.me.value;
  if (!me) throw new Error("nobody is signed in");
  return {
    readHistory: conversations.readHistory,
    fetchFile: withFiles ? (messageId, { id }) => conversations.fetchFile(messageId, id) : undefined,
    nameOf,
    nameOfSender: (conversation: ConversationView, { mine, sender }: MessageView) =>
      mine ? nameOfPerson(sender, me.username) : nameOfSender(conversation, sender),
    me: { accountId: me.accountId, username: me.username },
    now: Date.now(),
  };
}
