import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { useLayoutEffect } from "preact/hooks";
import { say } from "../languages/language.ts";
import { readPreference, writePreference } from "../settings/preferences.ts";

const NARROWEST = 280;
const WIDEST = 440;
const USUAL = 340;
const STEP = 20;

const width = signal(within(Number(readPreference("list-width") ?? USUAL)));

/** The edge between list and conversation, to be drawn with a pointer or moved with arrow keys. */
export function ListEdge() {
  useLayoutEffect(() => {
    document.documentElement.style.setProperty("--list-width", `${width.value}px`);
  }, [width.value]);
  return html`<div
    class="list-edge"
    role="separator"
    tabindex="0"
    aria-orientation="vertical"
    aria-label=${say("list.width")}
    aria-valuemin=${NARROWEST}
    aria-valuemax=${WIDEST}
    aria-valuenow=${width.value}
    onPointerDown=${grab}
    onPointerMove=${draw}
    onPointerUp=${keep}
    onKeyDown=${step}
    onDblClick=${() => {
      width.value = USUAL;
      keep();
    }}
  ></div>`;
}

function grab(event: PointerEvent): void {
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.setPointerCapture(event.pointerId);
  event.preventDefault();
}

function draw(event: PointerEvent): void {
  const edge = event.currentTarget;
  if (!(edge instanceof HTMLElement) || !edge.hasPointerCapture(event.pointerId)) return;
  const shell = edge.closest(".shell")?.getBoundingClientRect();
  if (shell) width.value = within(runsFromRight() ? shell.right - event.clientX : event.clientX - shell.left);
}

function step(event: KeyboardEvent): void {
  const outwards = runsFromRight() ? -STEP : STEP;
  const wanted = {
    ArrowRight: width.value + outwards,
    ArrowLeft: width.value - outwards,
    Home: NARROWEST,
    End: WIDEST,
  }[event.key];
  if (wanted === undefined) return;
  event.preventDefault();
  width.value = within(wanted);
  keep();
}

function keep(): void {
  writePreference("list-width", String(width.value));
}

function runsFromRight(): boolean {
  return document.documentElement.dir === "rtl";
}

function within(wanted: number): number {
  return Number.isFinite(wanted) ? Math.round(Math.min(Math.max(wanted, NARROWEST), WIDEST)) : USUAL;
}
