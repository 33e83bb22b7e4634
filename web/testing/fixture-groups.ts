import { rightsOf } from "../../src/protocol/choose-rights.ts";
import { type AccountId, type ConversationId, newId } from "../../src/protocol/ids.ts";
import { whoMayBy } from "../../src/protocol/rights.ts";
import type { Command } from "../delivery/commands.ts";
import { emptyView, type FixtureStore } from "./fixture-store.ts";
import { FixtureFailed } from "./scene.ts";

/** Groups that are founded, and what is changed in them. */
export function openFixtureGroups({ conversations, found }: FixtureStore, me: AccountId) {
  function setRights({ conversationId, chosen }: Extract<Command, { kind: "set_rights" }>): undefined {
    const view = conversations.get(conversationId);
    if (!view?.group) throw new FixtureFailed("conversation.not_found");
    const before = whoMayBy(view.group.rights ?? { addMembers: "admins" });
    found({ ...view, group: { ...view.group, rights: rightsOf({ ...before, ...chosen }) } });
    return undefined;
  }

  function foundGroup(name: string, usernames: readonly string[]): ConversationId {
    const others = usernames.map((username) => ({
      accountId: newId<AccountId>(),
      username,
      rank: "member" as const,
    }));
    const own = { accountId: me, username: "me", rank: "owner" as const };
    const group = {
      name,
      description: "",
      me,
      people: [own, ...others],
      mayAdd: true,
      rights: { addMembers: "admins" as const },
    };
    return found({ ...emptyView("group"), group });
  }

  return { setRights, foundGroup };
}
