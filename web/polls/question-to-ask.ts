import { FEWEST_OPTIONS, MOST_OPTIONS, type Poll } from "../../src/protocol/polls.ts";

export interface Asked {
  readonly question: string;
  readonly poll: Poll;
}

/** The lines to write answers in: one more than there are, as long as there may be more. */
export function withRoom(options: readonly string[]): readonly string[] {
  const full = options.at(-1)?.trim() !== "";
  const wanted = Math.max(FEWEST_OPTIONS, options.length + (full ? 1 : 0));
  return [...options, ...Array<string>(wanted).fill("")].slice(0, Math.min(wanted, MOST_OPTIONS));
}

/** Empty lines are no answers. */
export function readQuestion(
  written: string,
  lines: readonly string[],
  several: boolean,
): Asked | "missing" | "twice" {
  const question = written.trim();
  const options = lines.map((line) => line.trim()).filter((line) => line !== "");
  if (new Set(options).size < options.length) return "twice";
  if (question === "" || options.length < FEWEST_OPTIONS) return "missing";
  return { question, poll: { options, several } };
}
