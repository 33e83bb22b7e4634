import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import type { Composer } from "../conversations/composer-model.ts";
import { nameOfMember } from "../conversations/name-of.ts";
import { writeAt } from "../conversations/write-at.ts";
import type { GroupView } from "../delivery/patches.ts";
import { membersOf, ownRank } from "../groups/members-of.ts";
import { learnWords, say } from "../languages/language.ts";
import { Avatar } from "../ui/avatar.ts";
import { ALL } from "./find-mentions.ts";

const MOST_SHOWN = 20;

interface Props {
  box: RefObject<HTMLTextAreaElement | null>;
  composer: Composer;
  group: GroupView;
  /** Behind `@`. */
  typed: string;
  caret: number;
  onClose: () => void;
}

interface Choice {
  readonly username: string;
  readonly shown: string;
  readonly account?: string;
}

export async function openMentionList() {
  await learnWords("writing");
  return MentionList;
}

/** Those who can be called. The focus stays in the box; arrows, Enter, Tab and Esc are heard there first. */
function MentionList({ box, composer, group, typed, caret, onClose }: Props) {
  const at = useSignal(0);
  const choices = choicesFor(group, typed);
  const chosen = Math.min(at.value, choices.length - 1);
  const take = (choice: Choice | undefined) => {
    if (!choice || !box.current) return;
    const before = composer.text.value.slice(0, caret - typed.length) + choice.username;
    const after = composer.text.value.slice(caret);
    const text = `${before}${after.startsWith(" ") ? "" : " "}${after}`;
    writeAt(box.current, composer, text, before.length + 1);
    onClose();
  };
  useLayoutEffect(() => {
    at.value = 0;
  }, [typed]);
  // With the drawing: whoever sees a name may press Enter at once, and must not send what they have typed so far.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || choices.length === 0) return;
    const heard = (event: KeyboardEvent) => {
      // Faster fingers than drawing: these names are not of what stands there now.
      const now = element.value.slice(0, element.selectionEnd);
      if (event.isComposing || !now.endsWith(`@${typed}`) || !hear(event.key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const hear = (key: string): boolean => {
      if (key === "ArrowDown") at.value = (chosen + 1) % choices.length;
      else if (key === "ArrowUp") at.value = (chosen + choices.length - 1) % choices.length;
      else if (key === "Enter" || key === "Tab") take(choices[chosen]);
      else if (key === "Escape") onClose();
      else return false;
      return true;
    };
    element.addEventListener("keydown", heard, true);
    return () => element.removeEventListener("keydown", heard, true);
  });
  useEffect(
    () => tellReaders(box.current, choices.length > 0 ? idOf(chosen) : undefined),
    [chosen, choices.length],
  );
  useEffect(() => document.getElementById(idOf(chosen))?.scrollIntoView({ block: "nearest" }), [chosen]);
  if (choices.length === 0) return null;
  return html`<ul class="mention-list" role="listbox" id="mention-list" aria-label=${say("writing.people")}>
    ${choices.map(
      (choice, index) => html`<li
        key=${choice.username}
        id=${idOf(index)}
        class="mention-choice"
        role="option"
        aria-selected=${index === chosen}
        onMouseDown=${(event: Event) => event.preventDefault()}
        onClick=${() => take(choice)}
      >
        ${choice.account && html`<${Avatar} name=${choice.shown} of=${choice.account} size="small" />`}
        <bdi class="mention-shown">${choice.shown}</bdi>
        <bdi class="mention-name" dir="ltr">@${choice.username}</bdi>
      </li>`,
    )}
  </ul>`;
}

const idOf = (index: number) => `mention-${index}`;

/** The focus is in the box and stays there. */
function tellReaders(box: HTMLTextAreaElement | null, active: string | undefined): (() => void) | undefined {
  if (!box || active === undefined) return undefined;
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", "mention-list");
  box.setAttribute("aria-activedescendant", active);
  return () => {
    for (const name of ["aria-autocomplete", "aria-controls", "aria-activedescendant"])
      box.removeAttribute(name);
  };
}

function choicesFor(group: GroupView, typed: string): readonly Choice[] {
  const wanted = typed.toLocaleLowerCase();
  const people = membersOf({ group }).flatMap(({ accountId, username }) =>
    accountId === group.me || username === ""
      ? []
      : { username, shown: nameOfMember({ group }, accountId), account: accountId },
  );
  const all = ownRank({ group }) === "member" ? [] : [{ username: ALL, shown: say("writing.all") }];
  return [...people, ...all].filter((choice) => fits(choice, wanted)).slice(0, MOST_SHOWN);
}

/** By the beginning of the username or of any word of the name. */
function fits({ username, shown }: Choice, wanted: string): boolean {
  const words = shown.toLocaleLowerCase().split(/\s+/);
  return [username, ...words].some((word) => word.startsWith(wanted));
}
