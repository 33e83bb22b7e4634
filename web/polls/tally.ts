import type { AccountId } from "../../src/protocol/ids.ts";
import type { MessageView } from "../delivery/patches.ts";

export interface Counted {
  readonly option: string;
  readonly by: readonly AccountId[];
  /** Of those who voted, from 0 to 1: of several answers all shares are more than one together. */
  readonly share: number;
}

export function tally({ body, votes = [] }: Pick<MessageView, "body" | "votes">): readonly Counted[] {
  const { options = [] } = (body.kind === "text" ? body.poll : undefined) ?? {};
  return options.map((option, place) => {
    const by = votes.filter(({ choices }) => choices.includes(place)).map(({ accountId }) => accountId);
    return { option, by, share: votes.length === 0 ? 0 : by.length / votes.length };
  });
}

/** What is chosen once this one was pressed. */
export function pressed(chosen: readonly number[], place: number, several: boolean): readonly number[] {
  if (!several) return [place];
  return chosen.includes(place)
    ? chosen.filter((one) => one !== place)
    : [...chosen, place].sort((one, other) => one - other);
}
