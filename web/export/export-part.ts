import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { FolderDown } from "lucide";
import type { Conversations } from "../conversations/model.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { later } from "../ui/later.ts";
import type { ExportProps } from "./export-dialog.ts";

const LaterDialog = later<ExportProps>(
  async () => (await import("./export-dialog.ts")).ExportDialog,
  "export",
  "changes",
  "several",
);

/** The way to an export of one conversation, or of all. */
export function ExportPart({
  conversations,
  only,
}: {
  conversations: Conversations;
  only?: ConversationView;
}) {
  const open = useSignal(false);
  const close = () => {
    open.value = false;
  };
  return html`<${Button}
      label=${only ? say("export.one") : say("export.all")}
      icon=${FolderDown}
      wide=${only !== undefined}
      onPress=${() => {
        open.value = true;
      }}
    />
    ${open.value && html`<${LaterDialog} conversations=${conversations} only=${only} onClose=${close} />`}`;
}
