import type { AccountId } from "../../src/protocol/ids.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { faceOf, nicknameOf } from "../people/faces.ts";

export function nameOf(conversation: ConversationView): string {
  if (conversation.kind === "saved") return say("saved.name");
  if (conversation.group) return withoutTurns(conversation.group.name ?? say("group.unnamed"));
  const { peer } = conversation;
  if (!peer) return say("people.unknown");
  return withoutTurns(nameOfPerson(peer.accountId, peer.username));
}

/** As this person calls them, else as they show themselves, otherwise by their username. */
export function nameOfPerson(accountId: AccountId, username: string): string {
  return nicknameOf(accountId) ?? (faceOf(accountId)?.name || username);
}

/** Somebody who is or was in this group. */
export function nameOfMember({ group }: Pick<ConversationView, "group">, accountId: AccountId): string {
  const username = group?.people.find((person) => person.accountId === accountId)?.username;
  return withoutTurns(nameOfPerson(accountId, username || say("people.unknown")));
}

/** Whoever wrote something here, as seen by this person. */
export function nameOfSender(conversation: ConversationView, sender: AccountId): string {
  return conversation.group ? nameOfMember(conversation, sender) : nameOf(conversation);
}
