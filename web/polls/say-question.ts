import type { Poll } from "../../src/protocol/polls.ts";
import { say } from "../languages/language.ts";

/** What a message says in words: of a poll, that it is one. */
export function sayQuestion({ text, poll }: { readonly text: string; readonly poll?: Poll }): string {
  return poll ? say("poll.said", { question: text }) : text;
}
