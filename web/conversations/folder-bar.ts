import { html } from "htm/preact";
import type { ConversationView } from "../delivery/patches.ts";
import { learnWords, say } from "../languages/language.ts";
import { Unread } from "./list-row.ts";
import type { Conversations } from "./model.ts";

interface Props {
  conversations: Conversations;
  folders: readonly string[];
  folder: string | undefined;
}

export async function openFolderBar() {
  await learnWords("details");
  return FolderBar;
}

/** Which conversations the list shows. */
function FolderBar({ conversations, folders, folder }: Props) {
  const choose = (name: string | undefined) => {
    conversations.folder.value = name;
  };
  return html`<div class="folder-bar" role="group" aria-label=${say("folder.title")}>
    <${Choice} label=${say("folder.all")} on=${folder === undefined} unread=${0} onPress=${() => choose(undefined)} />
    ${folders.map(
      (name) => html`<${Choice}
        key=${name}
        label=${name}
        on=${folder === name}
        unread=${unreadIn(conversations.listed.value, name)}
        onPress=${() => choose(name)}
      />`,
    )}
  </div>`;
}

interface ChoiceProps {
  label: string;
  on: boolean;
  unread: number;
  onPress: () => void;
}

function Choice({ label, on, unread, onPress }: ChoiceProps) {
  return html`<button type="button" class="folder" aria-pressed=${on ? "true" : "false"} onClick=${onPress}>
    <bdi>${label}</bdi>${unread > 0 && html` <${Unread} count=${unread} />`}
  </button>`;
}

function unreadIn(views: readonly ConversationView[], name: string): number {
  return views.reduce(
    (sum, { shelf, unread }) => sum + (shelf?.folders?.includes(name) && !shelf.muted ? unread : 0),
    0,
  );
}
