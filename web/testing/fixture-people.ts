import { type AccountId, type ConversationId, newId } from "../../src/protocol/ids.ts";
import type { Person, Privacy, Profile, Results, Safety } from "../delivery/commands.ts";
import type { ConversationView, Patch, Standing } from "../delivery/patches.ts";
import { emptyView, type FixtureStore } from "./fixture-store.ts";
import { FixtureFailed, type Scene } from "./scene.ts";

/** Of everybody there. */
export const FINGERPRINT = "F".repeat(43);

/** The safety number with everybody. */
export const DIGITS = "012345678901234".repeat(4);

/** Who can be found and written to, and how this person stands to them. */
export function openFixturePeople(
  scene: Scene,
  { conversations, found }: FixtureStore,
  push: (patch: Patch) => void,
) {
  const standings = new Map<AccountId, Standing>();
  let privacy: Privacy = {
    readMarks: true,
    typing: true,
    presence: true,
    strangersWrite: true,
    strangersAdd: true,
    profileInGroups: true,
    archive: true,
  };

  function findPerson(username: string): Person {
    const known = [...conversations.values()].find(({ peer }) => peer?.username === username);
    if (!known && !scene.people.includes(username)) throw new FixtureFailed("account.not_found");
    return { username, conversationId: known?.id };
  }

  function writeTo(username: string): ConversationId {
    const known = [...conversations.values()].find(({ peer }) => peer?.username === username);
    if (known) return known.id;
    if (!scene.people.includes(username)) throw new FixtureFailed("account.not_found");
    return found({ ...emptyView("direct"), peer: { accountId: newId<AccountId>(), username } });
  }

  function strangersIn(id: ConversationId) {
    const view = conversations.get(id);
    return view?.identityChanged && view.peer ? [{ ...view.peer, fingerprint: FINGERPRINT }] : [];
  }

  function acceptIdentity(id: ConversationId, fingerprints: readonly string[]): undefined {
    const view = conversations.get(id);
    if (!view || fingerprints.join() !== FINGERPRINT) throw new FixtureFailed("identity_changed_again");
    const { identityChanged: _, ...rest } = view;
    found(rest);
    return undefined;
  }

  function readSafety(accountId: AccountId): Safety {
    return { digits: DIGITS, isVerified: directWith(accountId)?.verified === true };
  }

  function verify(accountId: AccountId, digits: string | undefined): undefined {
    const view = directWith(accountId);
    if (digits !== undefined && digits !== DIGITS) throw new FixtureFailed("identity_changed_again");
    if (!view) return undefined;
    const { verified: _, ...rest } = view;
    found(digits === undefined ? rest : { ...rest, verified: true });
    return undefined;
  }

  function writeToSelf(): ConversationId {
    const known = [...conversations.values()].find(({ kind }) => kind === "saved");
    return known?.id ?? found(emptyView("saved"));
  }

  function directWith(accountId: AccountId): ConversationView | undefined {
    return [...conversations.values()].find(({ peer }) => peer?.accountId === accountId);
  }

  function usernameOf(accountId: AccountId): string {
    const inGroups = [...conversations.values()].flatMap(({ group }) => group?.people ?? []);
    const known = inGroups.find((one) => one.accountId === accountId)?.username;
    return directWith(accountId)?.peer?.username ?? known ?? "";
  }

  function profile(accountId: AccountId): Profile {
    const standing = directWith(accountId)?.standing ?? standings.get(accountId) ?? "accepted";
    return { accountId, username: usernameOf(accountId), firstUse: true, standing };
  }

  function stand(accountId: AccountId, standing: Exclude<Standing, "asking">): undefined {
    standings.set(accountId, standing);
    const view = directWith(accountId);
    if (!view) return;
    const { standing: _, ...rest } = view;
    found(standing === "accepted" ? rest : { ...rest, standing });
  }

  function call(accountId: AccountId, nickname: string): undefined {
    const named = { accountId, nickname: nickname || undefined };
    push({ kind: "profiles", profiles: [], nicknames: [named] });
    const view = directWith(accountId);
    if (view?.peer) found({ ...view, peer: { ...view.peer, nickname: named.nickname } });
  }

  const isBlocked = (accountId: AccountId) => profile(accountId).standing === "blocked";

  function listBlocked(): Results["list_blocked"] {
    const all = [...conversations.values()].flatMap(({ peer }) => peer?.accountId ?? []);
    return [...new Set([...all, ...standings.keys()])]
      .filter(isBlocked)
      .map((accountId) => ({ accountId, username: usernameOf(accountId) }));
  }

  function choosePrivacy(chosen: Partial<Privacy>): undefined {
    privacy = { ...privacy, ...chosen };
  }

  return {
    findPerson,
    writeTo,
    writeToSelf,
    strangersIn,
    acceptIdentity,
    readSafety,
    verify,
    profile,
    stand,
    call,
    isBlocked,
    listBlocked,
    readPrivacy: () => privacy,
    choosePrivacy,
  };
}
