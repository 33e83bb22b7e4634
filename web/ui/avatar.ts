import { html } from "htm/preact";
import { Bookmark } from "lucide";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import { faceOf } from "../people/faces.ts";
import { Icon } from "./icon.ts";

const COLOURS = 8;
type Size = "small" | "medium" | "large";
const ICON_SIZE = { small: 18, medium: 22, large: 40 } as const;

/** The picture of somebody or of a group, or letters. Beside the name always, therefore silent for screen readers. */
export function Avatar({
  name,
  of,
  size = "medium",
}: {
  name: string;
  of?: AccountId | ConversationId;
  size?: Size;
}) {
  const picture = of && faceOf(of)?.picture;
  if (picture !== undefined)
    return html`<span class=${`avatar avatar-${size}`} aria-hidden="true"><img class="avatar-picture" src=${picture} alt="" draggable=${false} /></span>`;
  return html`<span class=${`avatar avatar-${size}`} data-person=${colourOf(name)} aria-hidden="true">${initials(name)}</span>`;
}

export function SavedAvatar({ size = "medium" }: { size?: Size }) {
  return html`<span class=${`avatar avatar-${size} avatar-saved`} aria-hidden="true">
    <${Icon} of=${Bookmark} size=${ICON_SIZE[size]} />
  </span>`;
}

/** One letter, or the first letters of the first and last part of a name. */
export function initials(name: string): string {
  const parts = name.split(/[\s._-]+/).filter((part) => part !== "");
  const first = firstLetter(parts[0]);
  const last = parts.length > 1 ? firstLetter(parts.at(-1)) : "";
  return (first + last).toUpperCase();
}

/** The same person has the same colour on every device. */
export function colourOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return (sum % COLOURS) + 1;
}

function firstLetter(part: string | undefined): string {
  return part === undefined ? "" : String.fromCodePoint(part.codePointAt(0) ?? 0x3f);
}
