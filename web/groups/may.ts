import type { AccountId } from "../../src/protocol/ids.ts";
import type { Rank } from "../../src/protocol/role-list.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { height, ownRank } from "./members-of.ts";

/** Only what the others' devices would accept is offered: see `judge-commit.ts`. */
export function mayRemove(own: Rank | undefined, other: Rank): boolean {
  return (own === "owner" || own === "admin") && height(own) > height(other);
}

/** The ranks that somebody of this rank may give to somebody of that one; owner means to hand the group over. */
export function ranksToGive(own: Rank | undefined, other: Rank): readonly Rank[] {
  const all: readonly Rank[] = own === "owner" ? ["admin", "moderator", "member", "owner"] : [];
  const some: readonly Rank[] =
    own === "admin" && height(other) < height("admin") ? ["moderator", "member"] : all;
  return some.filter((rank) => rank !== other);
}

/** A private one. */
export function isChannel({ group }: Pick<ConversationView, "group">): boolean {
  return group?.rights?.channel === true;
}

export function isInCharge(own: Rank | undefined): boolean {
  return own === "owner" || own === "admin";
}

/** A poll: see `apply-to-poll.ts`. */
export function mayClose(conversation: ConversationView, { mine, body, closed }: MessageView): boolean {
  if (body.kind !== "text" || !body.poll || closed) return false;
  return mine || (ownRank(conversation) ?? "member") !== "member";
}

/** Somebody else's message, for everybody: see `apply-deed.ts`. */
export function mayDeleteOf(conversation: ConversationView, sender: AccountId): boolean {
  const own = ownRank(conversation);
  const theirs = conversation.group?.people.find(({ accountId }) => accountId === sender)?.rank ?? "member";
  return own !== undefined && own !== "member" && height(own) > height(theirs);
}
