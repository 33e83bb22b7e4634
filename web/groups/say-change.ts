import type { AccountId } from "../../src/protocol/ids.ts";
import { nameOfMember } from "../conversations/name-of.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { say, sayList } from "../languages/language.ts";
import type { GroupChange } from "../storage/records.ts";

/** What became of a group, in a sentence for each. */
export function sayChanges(conversation: ConversationView, { body, sender, mine }: MessageView): string[] {
  if (body.kind !== "change") return [];
  const nameOf = (account: AccountId) =>
    account === conversation.group?.me ? say("group.you_object") : nameOfMember(conversation, account);
  const who = mine ? undefined : nameOfMember(conversation, sender);
  return body.changes.map((change) => sayChange(change, who, nameOf));
}

/** `who` is undefined for the reader. */
function sayChange(
  change: GroupChange,
  who: string | undefined,
  nameOf: (account: AccountId) => string,
): string {
  switch (change.kind) {
    case "added":
    case "removed": {
      const whom = sayList(change.accounts.map(nameOf));
      return who === undefined
        ? say(`group.${change.kind}_by_you`, { whom })
        : say(`group.${change.kind}`, { who, whom });
    }
    case "ranked": {
      const whom = nameOf(change.account);
      return who === undefined
        ? say(`group.ranked_${change.rank}_by_you`, { whom })
        : say(`group.ranked_${change.rank}`, { who, whom });
    }
    case "named":
      return who === undefined
        ? say("group.named_by_you", { name: change.name })
        : say("group.named", { who, name: change.name });
    case "described":
      return who === undefined ? say("group.described_by_you") : say("group.described", { who });
    case "left":
      return who === undefined ? say("group.left_by_you") : say("group.left", { who });
    case "out":
      return say("group.out");
  }
}
