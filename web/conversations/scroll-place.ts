/** Within this many pixels of the end the reader follows the conversation. */
const FOLLOWING = 48;

export interface Anchor {
  readonly id: string;
  readonly offset: number;
}

export function atEnd(list: HTMLElement): boolean {
  return list.scrollHeight - list.scrollTop - list.clientHeight < FOLLOWING;
}

export function toEnd(list: HTMLElement): void {
  list.scrollTop = list.scrollHeight;
}

/** The first message on screen and how far below the upper edge it stands. */
export function readAnchor(list: HTMLElement): Anchor | undefined {
  const edge = list.getBoundingClientRect().top;
  for (const message of list.querySelectorAll<HTMLElement>("[data-message]")) {
    const box = message.getBoundingClientRect();
    if (box.bottom > edge) return { id: message.dataset["message"] ?? "", offset: box.top - edge };
  }
  return undefined;
}

/** Puts the anchor back where it stood, whatever was added or taken away around it. */
export function restoreAnchor(list: HTMLElement, anchor: Anchor): void {
  const message = list.querySelector(`[data-message="${CSS.escape(anchor.id)}"]`);
  if (!message) return;
  const offset = message.getBoundingClientRect().top - list.getBoundingClientRect().top;
  list.scrollTop += offset - anchor.offset;
}

/** The sequence of the newest message whose end is on screen. */
export function newestInView(list: HTMLElement): number | undefined {
  const edge = list.getBoundingClientRect().bottom;
  const shown = [...list.querySelectorAll<HTMLElement>("[data-sequence]")].findLast(
    (message) => message.getBoundingClientRect().bottom <= edge + 1,
  );
  return shown && Number(shown.dataset["sequence"]);
}

/** Shows the unread line near the upper edge, with a little of what came before. */
export function toUnreadLine(list: HTMLElement): boolean {
  const line = list.querySelector("[data-unread]");
  if (!line) return false;
  list.scrollTop +=
    line.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 5;
  return true;
}

/** Shows one message in the middle, marks it for a moment and gives it the focus. */
export function toMessage(list: HTMLElement, sequence: number): boolean {
  const message = list.querySelector<HTMLElement>(`[data-sequence="${sequence}"]`);
  if (!message) return false;
  const { top, height } = message.getBoundingClientRect();
  list.scrollTop += top - list.getBoundingClientRect().top - (list.clientHeight - height) / 2;
  message.tabIndex = -1;
  message.focus({ preventScroll: true });
  message.classList.add("message-found");
  message.addEventListener("animationend", () => message.classList.remove("message-found"), { once: true });
  return true;
}
