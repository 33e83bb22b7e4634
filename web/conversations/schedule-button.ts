import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { CalendarClock } from "lucide";
import { say } from "../languages/language.ts";
import { IconButton } from "../ui/button.ts";
import { later } from "../ui/later.ts";
import type { WhenProps } from "./choose-when.ts";

const LaterDialog = later<WhenProps>(async () => (await import("./choose-when.ts")).ChooseWhen, "writing");

/** Sends what is written at a later time. */
export function ScheduleButton({ onChoose }: { onChoose: (sendAt: number) => void }) {
  const isOpen = useSignal(false);
  const close = () => {
    isOpen.value = false;
  };
  return html`<${IconButton} icon=${CalendarClock} label=${say("composer.later")} onPress=${() => {
    isOpen.value = true;
  }} />
  ${
    isOpen.value &&
    html`<${LaterDialog} onClose=${close} onChoose=${(sendAt: number) => {
      close();
      onChoose(sendAt);
    }} />`
  }`;
}
