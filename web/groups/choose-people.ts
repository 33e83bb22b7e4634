import { type Signal, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { X } from "lucide";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Field } from "../ui/field.ts";
import { Icon } from "../ui/icon.ts";

interface Props {
  conversations: Conversations;
  people: Signal<readonly string[]>;
}

/** People by exact username, each looked up as they are named. */
export function ChoosePeople({ conversations, people }: Props) {
  const typed = useSignal("");
  const problem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const add = async () => {
    const name = typed.value.trim().replace(/^@/, "").toLowerCase();
    if (name === "" || busy.value) return;
    busy.value = true;
    try {
      if (name === conversations.me.value?.username) throw new Error("yourself");
      const { username } = await conversations.findPerson(name);
      if (!people.value.includes(username)) people.value = [...people.value, username];
      typed.value = "";
      problem.value = undefined;
    } catch (error) {
      problem.value = sayWhy(error, name);
    } finally {
      busy.value = false;
    }
  };
  return html`<form
      class="choose-people"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        add();
      }}
    >
      <${Field}
        name="group-person"
        label=${say("group.people")}
        value=${typed}
        autocomplete="off"
        latin
        hint=${say("group.people_hint")}
        error=${problem.value}
      />
      <${Button} label=${say("group.add")} submits busy=${busy.value} />
    </form>
    ${
      people.value.length > 0 &&
      html`<ul class="chosen-people">
      ${people.value.map(
        (username) => html`<li key=${username}>
          <button
            type="button"
            class="chosen-person"
            aria-label=${say("group.take_out", { name: username })}
            onClick=${() => {
              people.value = people.value.filter((one) => one !== username);
            }}
          ><bdi dir="ltr">${username}</bdi><${Icon} of=${X} size=${16} /></button>
        </li>`,
      )}
    </ul>`
    }`;
}

function sayWhy(error: unknown, name: string): string {
  if (error instanceof Error && error.message === "yourself") return say("group.yourself");
  const code = readFailure(error);
  if (code === "account.not_found") return say("new.not_found", { name });
  if (code === "key_package.none") return say("new.not_ready", { name });
  return sayFailure(code);
}
