import type { AddFiles } from "./attach-button.ts";

/** What makes an element take files that are dropped on it; texts and links are left to the browser. */
export function dropInto(add: AddFiles) {
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
  return {
    onDragOver(event: DragEvent) {
      if (carriesFiles(event)) event.preventDefault();
    },
    onDrop(event: DragEvent) {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      add([...(event.dataTransfer?.files ?? [])], false);
    },
  };
}
