import { type Client, locked } from "../client.ts";
import type { Command, EmojiUsed } from "../commands.ts";

/** There is one record. */
const OWN = "own";
const MOST = 32;

/** Keeps what was used just now, if anything was; answers what is kept. */
export function emojiUsed(
  client: Client,
  { emoji, tone }: Extract<Command, { kind: "emoji_used" }>,
): Promise<EmojiUsed> {
  return locked(client, async (change) => {
    const before = (await change.read("emoji", OWN)) ?? { recent: [], tone: 0 };
    if (emoji === undefined && tone === undefined) return before;
    const recent =
      emoji === undefined ? before.recent : [emoji, ...before.recent.filter((one) => one !== emoji)];
    const after = { recent: recent.slice(0, MOST), tone: tone ?? before.tone };
    change.put("emoji", OWN, after);
    return after;
  });
}
