import { signal } from "@preact/signals";
import { readPreference, writePreference } from "./preferences.ts";

/** Whether Enter sends what is written. Without a choice it does where there is a keyboard. */
export const enterSends = signal(
  readPreference("enter") === "sends" || (!readPreference("enter") && !touchScreen()),
);

export function chooseEnter(sends: boolean): void {
  enterSends.value = sends;
  writePreference("enter", sends ? "sends" : "breaks");
}

/** There Enter breaks the line, as its key says, and nothing takes the focus unasked. */
export function touchScreen(): boolean {
  return typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches;
}
