import { html } from "htm/preact";
import { X } from "lucide";
import { sayProblem } from "../conversations/say-problem.ts";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Field } from "../ui/field.ts";
import { Icon } from "../ui/icon.ts";
import type { PeopleToAdd } from "./people-to-add.ts";

export function ChoosePeople({ people }: { people: PeopleToAdd }) {
  return html`<form
      class="choose-people"
      novalidate
      onSubmit=${async (event: SubmitEvent) => {
        event.preventDefault();
        const form = event.currentTarget;
        await people.add();
        if (form instanceof HTMLFormElement) form.querySelector("input")?.focus();
      }}
    >
      <${Field}
        name="group-person"
        label=${say("group.people")}
        value=${people.typed}
        autocomplete="off"
        latin
        hint=${say("group.people_hint")}
        error=${sayWhy(people)}
      />
      <${Button} label=${say("group.add")} submits busy=${people.busy.value} />
    </form>
    ${people.chosen.value.length > 0 && html`<${Chosen} people=${people} />`}`;
}

function Chosen({ people }: { people: PeopleToAdd }) {
  return html`<ul class="chosen-people">
    ${people.chosen.value.map(
      (username) => html`<li key=${username}>
        <button
          type="button"
          class="chosen-person"
          aria-label=${say("group.take_out", { name: username })}
          onClick=${() => people.leaveOut(username)}
        ><bdi dir="ltr">${username}</bdi><${Icon} of=${X} size=${16} /></button>
      </li>`,
    )}
  </ul>`;
}

function sayWhy(people: PeopleToAdd): string | undefined {
  const name = people.asked.value;
  if (people.problem.value === "yourself") return say("group.yourself");
  if (people.problem.value === "inside") return say("group.inside", { name });
  return sayProblem(people);
}
