import type { AccountId } from "../../src/protocol/ids.ts";
import { nameOfSender } from "../conversations/name-of.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { learnWords, say, sayList } from "../languages/language.ts";
import { sayDuration } from "../languages/say-time.ts";
import type { GroupChange } from "../storage/records.ts";

export async function openSayChanges() {
  await learnWords("changes");
  return sayChanges;
}

/** What became of a group, in a sentence for each. */
export function sayChanges(conversation: ConversationView, { body, sender, mine }: MessageView): string[] {
  if (body.kind !== "change") return [];
  const { group, peer } = conversation;
  const isReader = (account: AccountId) => (group ? account === group.me : account !== peer?.accountId);
  const nameOf = (account: AccountId) =>
    isReader(account) ? say("group.you_object") : nameOfSender(conversation, account);
  const who = mine ? undefined : nameOfSender(conversation, sender);
  if (body.meanwhile) return body.changes.flatMap((change) => sayMeanwhile(change, nameOf));
  return body.changes.map((change) => {
    const alone = change.kind === "added" && change.accounts.length === 1 && change.accounts[0] === sender;
    if (!alone) return sayChange(change, who, nameOf);
    return who === undefined ? say("group.joined_by_you") : say("group.joined", { who });
  });
}

/** What this device found changed: nobody showed it who did it. */
function sayMeanwhile(change: GroupChange, nameOf: (account: AccountId) => string): string[] {
  switch (change.kind) {
    case "added":
    case "removed":
      return [say(`group.meanwhile_${change.kind}`, { whom: sayList(change.accounts.map(nameOf)) })];
    case "ranked":
      return [say(`group.meanwhile_${change.rank}`, { whom: nameOf(change.account) })];
    case "rights":
      return [say("group.meanwhile_rights")];
    default:
      return [];
  }
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
    case "expelled":
      return say("group.expelled", { whom: sayList(change.accounts.map(nameOf)) });
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
    case "pictured":
      return who === undefined ? say("group.pictured_by_you") : say("group.pictured", { who });
    case "listed":
    case "unlisted": {
      const places = sayList(change.names);
      return who === undefined
        ? say(`community.${change.kind}_by_you`, { places })
        : say(`community.${change.kind}`, { who, places });
    }
    case "left":
      return who === undefined ? say("group.left_by_you") : say("group.left", { who });
    case "ended":
      return who === undefined ? say("group.ended_by_you") : say("group.ended", { who });
    case "timer":
      return sayTimer(change.seconds, who);
    case "rights":
      return who === undefined ? say("group.rights_by_you") : say("group.rights", { who });
    case "out":
      return say("group.out");
  }
}

function sayTimer(seconds: number | null, who: string | undefined): string {
  if (seconds === null) return who === undefined ? say("timer.off_by_you") : say("timer.off_by", { who });
  const time = sayDuration(seconds);
  return who === undefined ? say("timer.set_by_you", { time }) : say("timer.set_by", { who, time });
}
