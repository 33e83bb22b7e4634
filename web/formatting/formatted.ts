import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Check, Copy } from "lucide";
import type { ComponentChild } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../languages/language.ts";
import { IconButton } from "../ui/button.ts";
import { remembered } from "../ui/remembered.ts";
import { type Part, readFormatting } from "./read-formatting.ts";
import { sayPlainly } from "./say-plainly.ts";

type Leaf = (text: string) => ComponentChild;

const partsOf = remembered<readonly Part[]>(readFormatting);

export function plainly(text: string): string {
  return sayPlainly(partsOf(text));
}

/** `leaf` draws plain words, with the links among them. */
export function Formatted({ text, leaf }: { text: string; leaf: Leaf }) {
  return html`${draw(partsOf(text), leaf)}`;
}

function draw(parts: readonly Part[], leaf: Leaf): ComponentChild[] {
  return parts.map((part) => drawOne(part, leaf));
}

function drawOne(part: Part, leaf: Leaf): ComponentChild {
  switch (part.kind) {
    case "words":
      return leaf(part.text);
    case "bold":
      return html`<strong>${draw(part.parts, leaf)}</strong>`;
    case "italic":
      return html`<i>${draw(part.parts, leaf)}</i>`;
    case "strike":
      return html`<del>${draw(part.parts, leaf)}</del>`;
    case "code":
      return html`<code class="inline-code" dir="auto">${part.text}</code>`;
    case "block":
      return html`<${CodeBlock} text=${part.text} />`;
    case "spoiler":
      return html`<${Spoiler} parts=${part.parts} leaf=${leaf} />`;
    case "quote":
      return html`<blockquote class="quoted" dir="auto">${draw(part.parts, leaf)}</blockquote>`;
    case "list":
      return drawList(part, leaf);
  }
}

function drawList({ first, items }: Extract<Part, { kind: "list" }>, leaf: Leaf): ComponentChild {
  const lines = items.map((item) => html`<li dir="auto">${draw(item, leaf)}</li>`);
  return first === undefined
    ? html`<ul class="listed">${lines}</ul>`
    : html`<ol class="listed" start=${first}>${lines}</ol>`;
}

function CodeBlock({ text }: { text: string }) {
  const copied = useSignal(false);
  const copy = async () => {
    copied.value = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  };
  return html`<div class="code-block">
    <pre dir="ltr" tabindex="0" role="region" aria-label=${say("formatting.code")}><code>${text}</code></pre>
    <${IconButton} icon=${copied.value ? Check : Copy} label=${say(copied.value ? "formatting.copied" : "formatting.copy_code")} onPress=${copy} />
  </div>`;
}

/** What is hidden is not in the page before it is asked for: no search, copy or screen reader comes across it. */
function Spoiler({ parts, leaf }: { parts: readonly Part[]; leaf: Leaf }) {
  const shown = useSignal(false);
  const words = useRef<HTMLElement>(null);
  useEffect(() => {
    if (shown.value) words.current?.focus({ preventScroll: true });
  }, [shown.value]);
  if (shown.value)
    return html`<bdi class="spoiler-shown" ref=${words} tabindex="-1">${draw(parts, leaf)}</bdi>`;
  return html`<button
    type="button"
    class="spoiler"
    aria-label=${say("formatting.hidden")}
    title=${say("formatting.hidden")}
    onClick=${() => {
      shown.value = true;
    }}
  >${sayPlainly(parts).replace(/\S/gu, "▒")}</button>`;
}
