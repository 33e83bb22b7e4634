import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord, OutgoingContent } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { mayDo } from "./people.ts";
import { enqueueAbout } from "./say-about.ts";

type About = Extract<OutgoingContent, { kind: "about" }>;

/** What the group is called from now on: whoever has the right says so. */
export async function setAbout(
  client: Client,
  id: ConversationId,
  about: Pick<About, "name" | "description" | "picture">,
): Promise<void> {
  await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (conversation?.kind !== "group") throw new Refused("conversation.not_found", "");
    if (conversation.state === "frozen") throw new Failed("crypto");
    if (!mayName(conversation, client.accountId)) throw new Refused("commit.not_allowed", "");
    const { name, description, picture } = about;
    const shown = picture === undefined ? {} : { picture };
    await enqueueAbout(client, change, id, { kind: "about", name, description, ...shown });
  });
}

export function mayName(conversation: ConversationRecord, account: AccountId): boolean {
  return mayDo(conversation, account, "about");
}
