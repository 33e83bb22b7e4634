import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Pause, Play } from "lucide";
import { useRef } from "preact/hooks";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { IconButton } from "../ui/button.ts";
import type { ShownProps } from "./attachments-in-bubble.ts";
import { OnItsWay } from "./on-its-way.ts";
import { sayDuration } from "./say-size.ts";
import { useOpened } from "./use-opened.ts";

const HEIGHT = 28;
const STEP = 4;

export function VoiceNote({ attachment, message, attachments }: ShownProps) {
  const { address, failure, waiting, open } = useOpened(attachments, message.id, attachment.id);
  const player = useRef<HTMLAudioElement>(null);
  const playing = useSignal(false);
  const at = useSignal(0);
  const { milliseconds, peaks } = attachment.voice ?? { milliseconds: 0, peaks: new Uint8Array() };
  const whole = Math.max(1, milliseconds) / 1000;
  const press = async () => {
    if (playing.value) return player.current?.pause();
    await open();
    // The element has the address after the next drawing only.
    requestAnimationFrame(() => player.current?.play().catch(() => undefined));
  };
  return html`<div class="voice">
    <${IconButton}
      icon=${playing.value ? Pause : Play}
      main
      label=${say(playing.value ? "attachment.voice_pause" : "attachment.voice_play", { length: sayDuration(milliseconds) })}
      onPress=${press}
    />
    <span class="voice-wave" dir="ltr">
      <${Wave} peaks=${peaks} done=${at.value / whole} />
      <input
        type="range"
        min="0"
        max=${whole}
        step="0.1"
        value=${at.value}
        aria-label=${say("attachment.voice_place")}
        aria-valuetext=${sayDuration(at.value * 1000)}
        onInput=${(event: InputEvent) => {
          if (!(event.currentTarget instanceof HTMLInputElement)) return;
          at.value = Number(event.currentTarget.value);
          if (player.current && address.value) player.current.currentTime = at.value;
        }}
      />
    </span>
    <span class="voice-time" role="status">${waiting.value ? say("attachment.fetching") : sayDuration(playing.value || at.value > 0 ? at.value * 1000 : milliseconds)}</span>
    ${failure.value !== undefined && html`<span class="file-failed" role="alert">${sayFailure(failure.value)}</span>`}
    <${OnItsWay} attachment=${attachment} message=${message} attachments=${attachments} />
    <audio
      ref=${player}
      src=${address.value}
      onPlay=${() => {
        playing.value = true;
      }}
      onPause=${() => {
        playing.value = false;
      }}
      onEnded=${() => {
        at.value = 0;
      }}
      onTimeUpdate=${() => {
        if (player.current && playing.value) at.value = player.current.currentTime;
      }}
    ></audio>
  </div>`;
}

function Wave({ peaks, done }: { peaks: Uint8Array; done: number }) {
  const bars = [...peaks];
  return html`<svg viewBox=${`0 0 ${Math.max(1, bars.length) * STEP} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
    ${bars.map((peak, index) => {
      const tall = Math.max(2, (peak / 255) * HEIGHT);
      return html`<rect
        class=${index / bars.length < done ? "wave-done" : "wave-rest"}
        x=${index * STEP}
        y=${(HEIGHT - tall) / 2}
        width=${STEP - 1.5}
        height=${tall}
        rx="1"
      />`;
    })}
  </svg>`;
}
