import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { NAME_LIMIT } from "../../src/protocol/content.ts";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { detailsPath, navigate } from "../routes.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";

/** A name; what belongs to it and who is in it comes afterwards, where it leads. */
export function NewCommunity({
  conversations,
  onClose,
}: {
  conversations: Conversations;
  onClose: () => void;
}) {
  const name = useSignal("");
  const missing = useSignal(false);
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const isOpen = useRef(true);
  useEffect(
    () => () => {
      isOpen.current = false;
    },
    [],
  );
  const create = async () => {
    missing.value = name.value.trim() === "";
    if (missing.value || busy.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      const id = await conversations.doCommunity({ kind: "found_community", name: name.value.trim() });
      // Whoever has gone on to something else is not taken away from it: it stands in the list.
      if (!isOpen.current) return;
      onClose();
      navigate(detailsPath(id));
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  return html`<${Dialog} title=${say("community.new")} onClose=${onClose}>
    ${
      failure.value === "change_waits"
        ? html`<p role="status">${say("community.founding_waits", { name: name.value.trim() })}</p>
          <div class="dialog-do"><${Button} label=${say("do.close")} kind="main" onPress=${onClose} /></div>`
        : html`<form
            class="new-form"
            novalidate
            onSubmit=${(event: Event) => {
              event.preventDefault();
              void create();
            }}
          >
            <${Field} name="community-name" label=${say("community.name")} value=${name} autocomplete="off" most=${NAME_LIMIT} focused
              error=${missing.value ? say("community.name_missing") : undefined} />
            <p class="details-quiet">${say("community.about")}</p>
            ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
            <${Button} label=${busy.value ? say("community.creating") : say("community.create")} kind="main" wide submits busy=${busy.value} />
          </form>`
    }
  <//>`;
}
