import { html } from "htm/preact";
import { X } from "lucide";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { say } from "../languages/language.ts";
import { IconButton } from "./button.ts";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** Modal while mounted: the browser holds the focus inside and gives it back afterwards. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  // What a passive effect cleans up comes after the next paint: a key pressed at once would go nowhere.
  useLayoutEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    dialog?.querySelector<HTMLElement>("[data-first-focus]")?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return html`<dialog
    ref=${element}
    class="dialog"
    aria-label=${title}
    onCancel=${(event: Event) => {
      event.preventDefault();
      onClose();
    }}
    onClick=${(event: Event) => {
      if (event.target === element.current) onClose();
    }}
  >
    <header class="dialog-head">
      <h2 class="dialog-title">${title}</h2>
      <${IconButton} icon=${X} label=${say("do.close")} onPress=${onClose} />
    </header>
    <div class="dialog-body">${children}</div>
  </dialog>`;
}
