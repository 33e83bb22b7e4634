import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { Composer } from "../conversations/composer-model.ts";
import { say } from "../languages/language.ts";
import { sayDuration } from "../languages/say-time.ts";

export interface PauseProps {
  composer: Composer;
  /** Of the own clock, milliseconds. */
  until: number;
}

/** In slow mode: how long until one's next message. What is typed meanwhile stays in the box. */
export function PauseLine({ composer, until }: PauseProps) {
  const left = useSignal(secondsUntil(until));
  useEffect(() => {
    const look = () => {
      left.value = secondsUntil(until);
      composer.held.value = left.value > 0;
    };
    look();
    const looking = setInterval(look, 500);
    return () => {
      clearInterval(looking);
      composer.held.value = false;
    };
  }, [composer, until]);
  if (left.value === 0) return null;
  const shown = left.value <= 60 ? left.value : Math.ceil(left.value / 60) * 60;
  return html`<p class="composer-note" role="timer">${say("group.pause", { time: sayDuration(shown) })}</p>`;
}

function secondsUntil(until: number): number {
  return Math.max(0, Math.ceil((until - Date.now()) / 1000));
}
