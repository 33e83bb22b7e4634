import * as v from "valibot";
import { messageId } from "./ids.ts";
import { count, text } from "./values.ts";

export const QUESTION_LIMIT = 300;
export const OPTION_LIMIT = 100;
export const FEWEST_OPTIONS = 2;
export const MOST_OPTIONS = 12;

/** Stands beside the words of a message, which are the question. Who chose what is known to all who read it. */
export const poll = v.object({
  options: v.pipe(
    v.array(
      v.pipe(
        text(OPTION_LIMIT, 1),
        v.check((option) => option.trim() === option),
      ),
    ),
    v.minLength(FEWEST_OPTIONS),
    v.maxLength(MOST_OPTIONS),
    v.check((options) => new Set(options).size === options.length),
  ),
  /** More than one may be chosen. */
  several: v.boolean(),
});
export type Poll = v.InferOutput<typeof poll>;

/** By their places among the options. */
export const choices = v.pipe(
  v.array(v.pipe(count, v.maxValue(MOST_OPTIONS - 1))),
  v.maxLength(MOST_OPTIONS),
);

/** The last one of each account counts; none takes it back. */
export const vote = v.object({ kind: v.literal("vote"), target: messageId, choices });
/** By its author, or in a group by those in charge: no vote behind this one counts. */
export const close = v.object({ kind: v.literal("close"), target: messageId });

/** Whether these words and this poll make a question. */
export function isQuestion(words: string, asked: unknown): boolean {
  return words.length > 0 && words.length <= QUESTION_LIMIT && v.is(poll, asked);
}
