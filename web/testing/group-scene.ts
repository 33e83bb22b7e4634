import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import type { ConversationView, GroupView, MessageView } from "../delivery/patches.ts";
import { MINUTE, message } from "./everyday-scene.ts";
import type { Scene } from "./scene.ts";
import { GROUP, ME, testId } from "./test-ids.ts";

/** Owned by this person, with three others, who talked in it. */
export function withGroup(scene: Scene, now: number): Scene {
  const [leyla, tomas, darius] = [201, 202, 203].map((number) => testId<AccountId>(number)) as [
    AccountId,
    AccountId,
    AccountId,
  ];
  const said = (
    index: number,
    sender: AccountId,
    minutes: number,
    body: MessageView["body"],
  ): MessageView => ({
    ...message(GROUP, index, [sender === ME ? "me" : "them", minutes, "", "read"], now),
    sender,
    body,
  });
  const idOf = (index: number) => said(index, ME, 0, text("")).id;
  const text = (words: string) => ({ kind: "text" as const, text: words });
  const list = [
    said(0, ME, 190, { kind: "change", changes: [{ kind: "named", name: "Garden on Sunday" }] }),
    {
      ...said(1, ME, 180, text("Who brings the ladder?")),
      reactions: [
        { accountId: leyla, emoji: "👍" },
        { accountId: ME, emoji: "👍" },
        { accountId: tomas, emoji: "🌿" },
      ],
    },
    said(2, leyla, 170, text("I do.")),
    said(3, leyla, 169, text("And the long shears.")),
    said(4, ME, 120, { kind: "change", changes: [{ kind: "added", accounts: [darius] }] }),
    said(5, ME, 119, { kind: "change", changes: [{ kind: "ranked", account: leyla, rank: "admin" }] }),
    said(6, darius, 60, text("سلام! من هم می‌آیم.")),
    {
      ...said(7, tomas, 30, { ...text("Coffee at nine, ladder at ten."), replyTo: idOf(1) }),
      earlier: [{ text: "Coffee at eight.", until: now - 29 * MINUTE }],
    },
    said(8, darius, 20, { ...text("@amina the key, @tomas the rope, please."), mentions: [ME, tomas] }),
  ];
  const people = [
    { accountId: ME, username: "amina", rank: "owner" as const },
    { accountId: leyla, username: "leyla.moradi", rank: "admin" as const },
    { accountId: tomas, username: "tomas", rank: "member" as const },
    { accountId: darius, username: "darius", rank: "member" as const },
  ];
  const group = {
    name: "Garden on Sunday",
    description: "Pruning, planting, and something to eat afterwards.",
    me: ME,
    people,
    mayAdd: true,
    rights: { addMembers: "admins" as const },
  };
  const view: ConversationView = {
    id: GROUP,
    kind: "group",
    peer: undefined,
    group,
    last: list.at(-1),
    unread: 0,
    readUpTo: list.length,
    changedAt: now - 20 * MINUTE,
    state: "ready",
  };
  return {
    ...scene,
    conversations: [...scene.conversations, view],
    messages: new Map(scene.messages).set(GROUP, list),
  };
}

export function asMember(scene: Scene, ruled: Partial<GroupView>): Scene {
  const conversations = scene.conversations.map((view) => {
    if (view.id !== GROUP || !view.group) return view;
    const people = view.group.people.map((one) =>
      one.accountId === ME ? { ...one, rank: "member" as const } : one,
    );
    return { ...view, group: { ...view.group, people, mayAdd: false, ...ruled } };
  });
  return { ...scene, conversations };
}

export function stopped(scene: Scene, frozenBy: "removed" | "refused"): Scene {
  const conversations = scene.conversations.map((view) =>
    view.id === GROUP ? { ...view, state: "frozen" as const, frozenBy } : view,
  );
  return { ...scene, conversations };
}

/** By the server: somebody and this person from a group, the other from a direct conversation. */
export function expelled(scene: Scene, id: ConversationId, now: number): Scene {
  const view = scene.conversations.find((one) => one.id === id);
  const theirs = view?.peer?.accountId;
  const another = view?.group?.people.at(-1)?.accountId ?? ME;
  const told = (index: number, account: AccountId): MessageView => ({
    ...message(id, index, ["them", 1, "", "read"], now),
    body: { kind: "change", changes: [{ kind: "expelled", accounts: [account] }] },
  });
  const lines = theirs ? [told(90, theirs)] : [told(90, another), told(91, ME)];
  const frozenBy = theirs ? ("alone" as const) : ("expelled" as const);
  const conversations = scene.conversations.map((view) =>
    view.id === id ? { ...view, state: "frozen" as const, frozenBy } : view,
  );
  const messages = new Map(scene.messages).set(id, [...(scene.messages.get(id) ?? []), ...lines]);
  return { ...scene, conversations, messages };
}
