import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Check, Trash2 } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../languages/language.ts";
import { IconButton } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { type Note, type Recording, recordVoice } from "./record-voice.ts";
import { sayDuration } from "./say-size.ts";

export interface RecorderProps {
  onNote: (note: Note) => void;
  onClose: () => void;
}

/** From the first drawing on it listens; closing it throws away what was said. */
export function VoiceRecorder({ onNote, onClose }: RecorderProps) {
  const recording = useRef<Recording | undefined>(undefined);
  const length = useSignal(0);
  const failed = useSignal(false);
  const finish = async () => {
    const running = recording.current;
    if (!running) return;
    recording.current = undefined;
    try {
      onNote(await running.finish());
      onClose();
    } catch {
      failed.value = true;
    }
  };
  useEffect(() => {
    let closed = false;
    recordVoice(finish).then(
      (running) => {
        if (closed) running.cancel();
        else recording.current = running;
      },
      () => {
        failed.value = true;
      },
    );
    const clock = setInterval(() => {
      length.value = recording.current?.length() ?? length.value;
    }, 250);
    return () => {
      closed = true;
      clearInterval(clock);
      recording.current?.cancel();
      // Coming back to the conversation must not begin to listen again.
      onClose();
    };
  }, []);
  return html`<div class="voice-recording">
    ${
      failed.value
        ? html`<${Alert} text=${say("attachment.no_microphone")} />`
        : html`<span class="voice-live" role="timer" aria-label=${say("attachment.recording")}>${sayDuration(length.value)}</span>`
    }
    <${IconButton} icon=${Trash2} label=${say("attachment.voice_discard")} onPress=${onClose} />
    ${!failed.value && html`<${IconButton} icon=${Check} main label=${say("attachment.voice_done")} onPress=${finish} />`}
  </div>`;
}
