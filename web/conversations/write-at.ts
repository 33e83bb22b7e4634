import type { Composer } from "./composer-model.ts";

/** Changes what is being written and says what is selected then, before the next key is heard. */
export function writeAt(
  box: HTMLTextAreaElement,
  composer: Composer,
  text: string,
  from: number,
  to: number = from,
): void {
  box.value = text;
  box.setSelectionRange(from, to);
  composer.write(text);
}
