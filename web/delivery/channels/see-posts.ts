import type { ConversationId } from "../../../src/protocol/ids.ts";
import { between } from "../../storage/key.ts";
import type { Client } from "../client.ts";
import { changeChannel } from "./receive-entries.ts";

const COUNTED = 1_000;

/** Told to this person's own devices alone: nobody else learns who has read what. */
export async function seePosts(
  client: Client,
  { conversationId: id, upTo }: { readonly conversationId: ConversationId; readonly upTo: number },
): Promise<number> {
  let noted = upTo;
  await changeChannel(client, id, async (fold) => {
    const { channel } = fold;
    const readUpTo = Math.max(channel.readUpTo, Math.min(upTo, channel.cursor));
    noted = readUpTo;
    const rest = await fold.change.list("messages", { ...between(id, readUpTo + 1), limit: COUNTED });
    const unread = rest.filter(
      ({ value }) => value.body.kind === "text" && value.sender !== client.accountId,
    ).length;
    if (readUpTo !== channel.readUpTo || unread !== channel.unread)
      fold.channel = { ...channel, readUpTo, unread };
  });
  return noted;
}
