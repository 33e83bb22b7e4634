import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";
import { FoldersPart } from "./folders-part.ts";
import type { Conversations } from "./model.ts";

type Shelf = NonNullable<ConversationView["shelf"]>;

/** How one keeps a conversation in one's own list. */
export function ShelfPart({
  conversations,
  conversation,
}: {
  conversations: Conversations;
  conversation: ConversationView;
}) {
  const failure = useSignal<string | undefined>(undefined);
  const { id, shelf = {} } = conversation;
  const choose = async (chosen: Shelf) => {
    failure.value = undefined;
    try {
      await conversations.shelve(id, chosen);
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  return html`<section class="details-part">
    <h3>${say("shelf.title")}</h3>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <${Switch}
      on=${shelf.pinned ?? false}
      label=${say("shelf.pin")}
      onChange=${(pinned: boolean) => choose({ pinned })}
    />
    <${Switch}
      on=${shelf.muted ?? false}
      label=${say("shelf.mute")}
      text=${say("shelf.mute_text")}
      onChange=${(muted: boolean) => choose({ muted })}
    />
    <${Switch}
      on=${shelf.archived ?? false}
      label=${say("shelf.archive")}
      text=${say("shelf.archive_text")}
      onChange=${(archived: boolean) => choose({ archived })}
    />
    <${FoldersPart}
      all=${conversations.folders.value}
      chosen=${shelf.folders ?? []}
      onChoose=${(folders: string[]) => choose({ folders })}
    />
    ${
      conversation.unread === 0 &&
      !shelf.marked &&
      html`<${Button} label=${say("shelf.mark")} wide onPress=${() => choose({ marked: true })} />`
    }
  </section>`;
}
