import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { EmojiUsed } from "../delivery/commands.ts";
import { language, say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Field } from "../ui/field.ts";
import { Alert, Waiting } from "../ui/notice.ts";
import { findEmoji } from "./find-emoji.ts";
import { loadEmoji } from "./load-emoji.ts";
import { type Emoji, GROUPS, type GroupOfEmoji } from "./read-emoji.ts";
import { walkGrid } from "./walk-grid.ts";
import { TONES, withTone } from "./with-tone.ts";

export interface PickerProps {
  /** Keeps what was used, and answers what was used before. */
  emojiUsed: (used: { emoji?: string; tone?: number }) => Promise<EmojiUsed>;
  onChoose: (emoji: string) => void;
}

const NOTHING: EmojiUsed = { recent: [], tone: 0 };

/** All there are: by group, by a word in the person's language, or those used last. */
export function EmojiPicker({ emojiUsed, onChoose }: PickerProps) {
  const all = useSignal<readonly Emoji[] | "failed" | undefined>(undefined);
  const used = useSignal<EmojiUsed>(NOTHING);
  const typed = useSignal("");
  const group = useSignal<GroupOfEmoji | "recent" | undefined>(undefined);
  const spoken = language.value;
  const load = async () => {
    all.value = undefined;
    used.value = await emojiUsed({}).catch(() => NOTHING);
    all.value = await loadEmoji(spoken).catch(() => "failed" as const);
  };
  useEffect(() => {
    void load();
  }, [spoken]);
  if (all.value === undefined) return html`<${Waiting} text=${say("app.opening")} />`;
  if (all.value === "failed")
    return html`<${Alert} text=${say("emoji.missing")} /><${Button} label=${say("do.try_again")} onPress=${load} />`;
  const shownGroup = group.value ?? (used.value.recent.length > 0 ? "recent" : "smileys");
  const tone = TONES[used.value.tone] ?? "";
  const shown =
    typed.value.trim() === ""
      ? shownGroup === "recent"
        ? recentOf(all.value, used.value)
        : all.value.filter((one) => one.group === shownGroup).map((one) => toned(one, tone))
      : findEmoji(all.value, typed.value).map((one) => toned(one, tone));
  const choose = (emoji: string) => {
    emojiUsed({ emoji }).catch(() => undefined);
    onChoose(emoji);
  };
  return html`<div class="emoji-picker">
    <${Field} name="find-emoji" label=${say("emoji.find")} value=${typed} autocomplete="off" focused />
    ${
      typed.value.trim() === "" &&
      html`<${Groups} chosen=${shownGroup} onChoose=${(chosen: GroupOfEmoji | "recent") => {
        group.value = chosen;
      }} />`
    }
    <p class="visually-hidden" role="status">${typed.value.trim() !== "" && say("emoji.found", { count: shown.length })}</p>
    ${shown.length === 0 && html`<p class="settings-quiet">${say(typed.value.trim() === "" ? "emoji.none_used" : "emoji.none_found")}</p>`}
    <div class="emoji-grid" role="group" aria-label=${say("emoji.all")} onKeyDown=${walkGrid}>
      ${shown.map(
        ({ emoji, name }, index) => html`<button
          key=${emoji}
          type="button"
          class="emoji"
          tabindex=${index === 0 ? "0" : "-1"}
          aria-label=${name}
          title=${name}
          onClick=${() => choose(emoji)}
        ><span aria-hidden="true">${emoji}</span></button>`,
      )}
    </div>
    <${Tones} chosen=${used.value.tone} onChoose=${async (chosen: number) => {
      used.value = { ...used.value, tone: chosen };
      await emojiUsed({ tone: chosen }).catch(() => undefined);
    }} />
  </div>`;
}

interface Shown {
  readonly emoji: string;
  readonly name: string;
}

function toned({ emoji, name, toned: shows }: Emoji, tone: string): Shown {
  return { emoji: shows ? withTone(emoji, tone) : emoji, name };
}

/** Named as without their tone. */
function recentOf(all: readonly Emoji[], { recent }: EmojiUsed): Shown[] {
  const bare = (emoji: string) => emoji.replace(/\p{Emoji_Modifier}|\ufe0f/gu, "");
  const names = new Map(all.map(({ emoji, name }) => [bare(emoji), name]));
  return recent.map((emoji) => ({ emoji, name: names.get(bare(emoji)) ?? emoji }));
}

const KINDS = {
  recent: { sign: "🕘", name: "emoji.recent" },
  smileys: { sign: "😀", name: "emoji.smileys" },
  people: { sign: "👋", name: "emoji.people" },
  animals: { sign: "🐻", name: "emoji.animals" },
  food: { sign: "🍎", name: "emoji.food" },
  places: { sign: "🚗", name: "emoji.places" },
  activities: { sign: "⚽", name: "emoji.activities" },
  objects: { sign: "💡", name: "emoji.objects" },
  symbols: { sign: "💜", name: "emoji.symbols" },
  flags: { sign: "🏁", name: "emoji.flags" },
} as const;

interface GroupsProps {
  chosen: GroupOfEmoji | "recent";
  onChoose: (group: GroupOfEmoji | "recent") => void;
}

function Groups({ chosen, onChoose }: GroupsProps) {
  return html`<div class="emoji-groups" role="group" aria-label=${say("emoji.groups")}>
    ${(["recent", ...GROUPS] as const).map(
      (one) => html`<button
        key=${one}
        type="button"
        class="emoji"
        aria-pressed=${one === chosen ? "true" : "false"}
        aria-label=${say(KINDS[one].name)}
        title=${say(KINDS[one].name)}
        onClick=${() => onChoose(one)}
      ><span aria-hidden="true">${KINDS[one].sign}</span></button>`,
    )}
  </div>`;
}

function Tones({ chosen, onChoose }: { chosen: number; onChoose: (tone: number) => void }) {
  return html`<div class="emoji-groups" role="group" aria-label=${say("emoji.tone")}>
    ${TONES.map(
      (tone, index) => html`<button
        key=${tone}
        type="button"
        class="emoji"
        aria-pressed=${index === chosen ? "true" : "false"}
        aria-label=${say(TONE_NAMES[index] ?? "emoji.tone_none")}
        onClick=${() => onChoose(index)}
      ><span aria-hidden="true">${withTone("✋", tone)}</span></button>`,
    )}
  </div>`;
}

const TONE_NAMES = [
  "emoji.tone_none",
  "emoji.tone_light",
  "emoji.tone_medium_light",
  "emoji.tone_medium",
  "emoji.tone_medium_dark",
  "emoji.tone_dark",
] as const;
