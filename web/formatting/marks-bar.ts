import { html } from "htm/preact";
import { Bold, Code, EyeOff, Italic, Strikethrough } from "lucide";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import type { Composer } from "../conversations/composer-model.ts";
import { writeAt } from "../conversations/write-at.ts";
import { learnWords, say } from "../languages/language.ts";
import { IconButton } from "../ui/button.ts";
import { type Mark, markSelection } from "./mark-selection.ts";

interface Props {
  box: RefObject<HTMLTextAreaElement | null>;
  composer: Composer;
}

const BUTTONS = [
  { mark: "bold", icon: Bold, key: "b" },
  { mark: "italic", icon: Italic, key: "i" },
  { mark: "strike", icon: Strikethrough, key: "shift+x" },
  { mark: "code", icon: Code, key: "e" },
  { mark: "spoiler", icon: EyeOff, key: "shift+p" },
] as const;

export async function openMarksBar() {
  await learnWords("writing");
  return MarksBar;
}

/** Over the box while something in it is selected; the selection stays. */
function MarksBar({ box, composer }: Props) {
  const mark = (wanted: Mark) => {
    const element = box.current;
    if (!element) return;
    const { selectionStart: from, selectionEnd: to } = element;
    const marked = markSelection({ text: composer.text.value, from, to }, wanted);
    writeAt(element, composer, marked.text, marked.from, marked.to);
    element.focus();
  };
  useLayoutEffect(() => {
    const element = box.current;
    const heard = (event: KeyboardEvent) => {
      if ((!event.ctrlKey && !event.metaKey) || event.altKey) return;
      const key = `${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`;
      const wanted = BUTTONS.find((button) => button.key === key)?.mark;
      if (!wanted) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      mark(wanted);
    };
    element?.addEventListener("keydown", heard, true);
    return () => element?.removeEventListener("keydown", heard, true);
  }, [composer]);
  return html`<div class="marks-bar" role="toolbar" aria-label=${say("writing.marks")} onMouseDown=${(event: Event) => event.preventDefault()}>
    ${BUTTONS.map(
      (button) =>
        html`<${IconButton} key=${button.mark} icon=${button.icon} label=${say(`writing.${button.mark}`)} onPress=${() => mark(button.mark)} />`,
    )}
  </div>`;
}
