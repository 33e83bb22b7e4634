import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { GroupView } from "../delivery/patches.ts";
import { fetchedOnce } from "../ui/fetched-once.ts";
import type { Composer } from "./composer-model.ts";

const names = fetchedOnce(async () => (await import("../mentions/mention-list.ts")).openMentionList());
const marks = fetchedOnce(async () => (await import("../formatting/marks-bar.ts")).openMarksBar());

/** What stands before the caret when somebody is about to be called. */
const CALLING = /(?:^|[^\p{L}\p{N}._%+@/-])@([\p{L}\p{M}\p{N}._-]{0,32})$/u;

type Now =
  | { readonly kind: "name"; readonly typed: string; readonly caret: number }
  | { readonly kind: "marks" };

/** Names to choose from behind `@`, marks for what is chosen: drawn over the box, and heard before it. */
export function useHelp(
  box: RefObject<HTMLTextAreaElement | null>,
  composer: Composer,
  group: GroupView | undefined,
) {
  const now = useSignal<Now | undefined>(undefined);
  useEffect(() => {
    const look = () => {
      if (document.activeElement !== box.current) return;
      now.value = box.current ? readHelp(box.current, group !== undefined) : undefined;
      if (now.value?.kind === "name") void names.fetch();
      if (now.value?.kind === "marks") void marks.fetch();
    };
    document.addEventListener("selectionchange", look);
    return () => document.removeEventListener("selectionchange", look);
  }, [composer, group !== undefined]);
  const help = now.value;
  const onClose = () => {
    now.value = undefined;
  };
  if (help?.kind === "name" && names.fetched.value)
    return html`<${names.fetched.value} box=${box} composer=${composer} group=${group} typed=${help.typed} caret=${help.caret} onClose=${onClose} />`;
  if (help?.kind === "marks" && marks.fetched.value)
    return html`<${marks.fetched.value} box=${box} composer=${composer} />`;
  return undefined;
}

function readHelp(
  { value, selectionStart, selectionEnd }: HTMLTextAreaElement,
  inGroup: boolean,
): Now | undefined {
  if (selectionStart !== selectionEnd) return { kind: "marks" };
  const typed = inGroup ? CALLING.exec(value.slice(0, selectionEnd))?.[1] : undefined;
  return typed === undefined ? undefined : { kind: "name", typed, caret: selectionEnd };
}
