import { rightsOf } from "../../src/protocol/choose-rights.ts";
import {
  type AccountId,
  type AttachmentId,
  type ConversationId,
  type DeviceId,
  type MessageId,
  newId,
} from "../../src/protocol/ids.ts";
import { whoMayBy } from "../../src/protocol/rights.ts";
import type {
  Command,
  ConversationView,
  DraftPlace,
  EmojiUsed,
  MessageView,
  Messenger,
  Patch,
  Person,
  Profile,
  Reportable,
  Results,
  SearchHit,
  SearchResult,
  SearchWish,
} from "../delivery/patches.ts";
import { foldText } from "../search/fold-text.ts";
import type { Evidence } from "../storage/records.ts";
import { openFixtureLinks } from "./fixture-links.ts";

const PAGE = 50;

/** A command that fails, as the worker's do. */
export class FixtureFailed extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = "FixtureFailed";
    this.code = code;
  }
}

/** What a scene starts from. */
export interface Scene {
  readonly patches: readonly Patch[];
  readonly conversations: readonly ConversationView[];
  readonly complete: boolean;
  readonly messages: ReadonlyMap<ConversationId, readonly MessageView[]>;
  readonly drafts: ReadonlyMap<ConversationId, string>;
  /** Names that can be written to besides those already there. */
  readonly people: readonly string[];
  /** Commands that fail, and with what. */
  readonly failing: Partial<Record<Command["kind"], string>>;
  /** Absent: no file can be fetched. */
  readonly fetchFile?: (id: AttachmentId) => Promise<Blob>;
}

export interface FixtureMessenger extends Messenger {
  /** What the page asked for, in order. */
  readonly asked: Command[];
  readonly push: (patch: Patch) => void;
  /** Commands that fail from now on, and with what. */
  readonly failing: Partial<Record<Command["kind"], string>>;
}

/** Of everybody there. */
export const FINGERPRINT = "F".repeat(43);

/** Of every conversation that is stopped. */
export const EVIDENCE: Evidence = {
  commitId: "A".repeat(22) as MessageId,
  sequence: 12,
  sentAt: 1_700_000_000_000,
  senderAccountId: "B".repeat(22) as AccountId,
  senderDeviceId: "C".repeat(22) as DeviceId,
  generation: 0,
  epoch: 3,
  commit: Uint8Array.of(0, 1, 0, 1, 251),
  why: "a member may not add",
  groupInfo: Uint8Array.of(0, 1, 0, 4, 255),
};

/** A Messenger over scripted people: the whole contract, kept in memory, without encryption or network. */
export function openFixtureMessenger(scene: Scene, me: AccountId): FixtureMessenger {
  const asked: Command[] = [];
  const failing = { ...scene.failing };
  const listeners = new Set<(patch: Patch) => void>();
  const conversations = new Map(scene.conversations.map((view) => [view.id, view]));
  const messages = new Map([...scene.messages].map(([id, list]) => [id, [...list]]));
  const drafts = new Map<DraftPlace, string>(scene.drafts);
  const runLink = openFixtureLinks(me);
  let privacy = {
    readMarks: true,
    typing: true,
    presence: true,
    strangersWrite: true,
    strangersAdd: true,
    profileInGroups: true,
  };
  let emojiUsed: EmojiUsed = { recent: [], tone: 0 };
  const push = (patch: Patch) => {
    for (const listener of listeners) listener(patch);
  };

  function messagesOf(id: ConversationId): MessageView[] {
    const list = messages.get(id) ?? [];
    messages.set(id, list);
    return list;
  }

  function page(id: ConversationId, before: number, downTo = before): void {
    const all = messagesOf(id);
    const older = all.filter((message) => message.sequence === undefined || message.sequence < before);
    const asked = older.filter(({ sequence = 0 }) => sequence >= downTo - PAGE);
    const shown = asked.length > PAGE && downTo < before ? asked : older.slice(-PAGE);
    push({
      kind: "messages",
      conversationId: id,
      messages: shown,
      reachedStart: shown.length === older.length,
    });
  }

  function search({ text, conversationId }: SearchWish): SearchResult {
    const hits = [...messages].flatMap(([id, list]) =>
      list.flatMap(({ id: messageId, sequence, sender, sentAt, body }): SearchHit[] => {
        if (body.kind !== "text" || sequence === undefined || (conversationId ?? id) !== id) return [];
        if (!foldText(body.text).includes(foldText(text))) return [];
        return [{ conversationId: id, messageId, sequence, sender, sentAt, text: body.text }];
      }),
    );
    return { hits: hits.sort((one, other) => other.sentAt - one.sentAt), complete: true, next: undefined };
  }

  function found(view: ConversationView): ConversationId {
    conversations.set(view.id, view);
    push({ kind: "conversations", conversations: [view], complete: true });
    return view.id;
  }

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

  function writeToSelf(): ConversationId {
    const known = [...conversations.values()].find(({ kind }) => kind === "saved");
    return known?.id ?? found(emptyView("saved"));
  }

  function send({
    conversationId,
    text,
    replyTo,
    poll,
    sendAt,
  }: Extract<Command, { kind: "send" }>): MessageId {
    const list = messagesOf(conversationId);
    const waiting: MessageView = {
      id: newId<MessageId>(),
      conversationId,
      sequence: undefined,
      sender: me,
      mine: true,
      sentAt: Date.now(),
      body: { kind: "text", text, ...(replyTo ? { replyTo } : {}), ...(poll ? { poll } : {}) },
      mark: "waiting",
      failure: undefined,
      ...(sendAt === undefined ? {} : { sendAt }),
    };
    push({ kind: "messages", conversationId, messages: [waiting] });
    if (sendAt !== undefined) return waiting.id;
    const sent: MessageView = { ...waiting, sequence: list.length + 1, mark: "sent" };
    list.push(sent);
    setTimeout(() => push({ kind: "messages", conversationId, messages: [sent] }), 30);
    return waiting.id;
  }

  /** Replaces one message where it stands. */
  function change(id: MessageId, work: (message: MessageView) => MessageView): undefined {
    for (const [conversationId, list] of messages) {
      const at = list.findIndex((message) => message.id === id);
      const before = list[at];
      if (!before) continue;
      const after = work(before);
      messages.set(conversationId, list.with(at, after));
      push({ kind: "messages", conversationId, messages: [after] });
    }
  }

  function pin(id: MessageId, pinned: boolean): undefined {
    change(id, ({ pinned: _, ...message }) => (pinned ? { ...message, pinned } : message));
    const open = asked.findLast((command) => command.kind === "open");
    const view = open && conversations.get(open.conversationId);
    const message = open && messagesOf(open.conversationId).find((one) => one.id === id);
    if (!view || message?.sequence === undefined) return undefined;
    const { pins = [], ...rest } = view;
    const others = pins.filter(({ messageId }) => messageId !== id);
    const now = pinned ? [...others, { messageId: id, sequence: message.sequence }] : others;
    found(now.length > 0 ? { ...rest, pins: now } : rest);
    return undefined;
  }

  function react(id: MessageId, emoji: string | null): undefined {
    return change(id, ({ reactions = [], ...message }) => {
      const others = reactions.filter(({ accountId }) => accountId !== me);
      return { ...message, reactions: emoji === null ? others : [...others, { accountId: me, emoji }] };
    });
  }

  function vote(id: MessageId, choices: readonly number[]): undefined {
    return change(id, ({ votes = [], ...message }) => {
      const others = votes.filter(({ accountId }) => accountId !== me);
      return { ...message, votes: choices.length > 0 ? [...others, { accountId: me, choices }] : others };
    });
  }

  function edit(id: MessageId, text: string): undefined {
    return change(id, (message) => {
      const before = message.body.kind === "text" ? message.body.text : "";
      const earlier = [...(message.earlier ?? []), { text: before, until: Date.now() }];
      return { ...message, body: { kind: "text", text }, earlier };
    });
  }

  function discard(id: MessageId): void {
    for (const [conversationId, list] of messages) {
      const rest = list.filter((message) => message.id !== id);
      if (rest.length === list.length) continue;
      messages.set(conversationId, rest);
      push({ kind: "removed", conversationId, ids: [id] });
    }
  }

  function retry(id: MessageId): void {
    for (const [conversationId, list] of messages) {
      const failed = list.find((message) => message.id === id);
      if (failed)
        push({
          kind: "messages",
          conversationId,
          messages: [{ ...failed, mark: "sent", failure: undefined }],
        });
    }
  }

  /** The oldest came before there were proofs. */
  function reportable(id: ConversationId, accountId: AccountId): Reportable[] {
    const direct = conversations.get(id)?.peer?.accountId === accountId;
    const theirs = messagesOf(id).flatMap(({ id, sender, mine, sentAt, body }) =>
      (sender === accountId || (direct && !mine)) && body.kind === "text"
        ? [{ id, sentAt, text: body.text, files: 0 }]
        : [],
    );
    return theirs.slice(-20).map((one, index) => ({ ...one, provable: index > 0 }));
  }

  function profile(accountId: AccountId): Profile {
    const view = [...conversations.values()].find(({ peer }) => peer?.accountId === accountId);
    return { accountId, username: view?.peer?.username ?? "", firstUse: true };
  }

  function seen(id: ConversationId, upTo: number): void {
    const view = conversations.get(id);
    const rest = messagesOf(id).filter(({ mine, sequence }) => !mine && (sequence ?? 0) > upTo);
    const calls = view?.calls?.filter((sequence) => sequence > upTo) ?? [];
    if (!view) return;
    const { calls: _, ...others } = view;
    const now = { ...others, unread: Math.min(view.unread, rest.length), readUpTo: upTo };
    found(calls.length > 0 ? { ...now, calls } : now);
  }

  function standTo(accountId: AccountId, change: (view: ConversationView) => ConversationView): undefined {
    const view = [...conversations.values()].find(({ peer }) => peer?.accountId === accountId);
    if (view) found(change(view));
    return undefined;
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

  function run(command: Command): Results[Command["kind"]] {
    switch (command.kind) {
      case "open":
        return void page(command.conversationId, Number.POSITIVE_INFINITY);
      case "more":
        return void page(command.conversationId, command.before, command.downTo);
      case "read_history":
        return {
          messages: messagesOf(command.conversationId).filter(({ sequence }) => sequence !== undefined),
          upTo: undefined,
        };
      case "search":
        return search(command);
      case "find_person":
        return findPerson(command.username);
      case "meet_by_link":
        if (command.fingerprint !== FINGERPRINT) throw new FixtureFailed("link_differs");
        return findPerson(command.username);
      case "own_fingerprint":
        return FINGERPRINT;
      case "write_to":
        return writeTo(command.username);
      case "write_to_self":
        return writeToSelf();
      case "send":
        return send(command);
      case "draft":
        return void drafts.set(command.conversationId, command.text);
      case "read_draft":
        return drafts.get(command.conversationId) ?? "";
      case "seen":
        return void seen(command.conversationId, command.upTo);
      case "profile":
        return profile(command.accountId);
      case "shelve": {
        const { kind: _, conversationId, ...chosen } = command;
        const view = conversations.get(conversationId);
        if (view) found({ ...view, shelf: { ...view.shelf, ...chosen } });
        return undefined;
      }
      case "edit":
        return edit(command.messageId, command.text);
      case "set_timer": {
        const view = conversations.get(command.conversationId);
        if (!view) return undefined;
        const { timer: _, ...rest } = view;
        found(command.seconds === null ? rest : { ...rest, timer: command.seconds });
        return undefined;
      }
      case "pin":
        return pin(command.messageId, command.pinned);
      case "vote":
        return vote(command.messageId, command.choices);
      case "close":
        return change(command.messageId, (message) => ({ ...message, closed: { by: me, late: [] } }));
      case "react":
        return react(command.messageId, command.emoji);
      case "delete":
        if (!command.forAll) return void discard(command.messageId);
        return change(command.messageId, (message) => ({ ...message, body: { kind: "deleted" } }));
      case "forward":
        return undefined;
      case "quoted":
        return [...messages.values()].flat().find(({ id }) => id === command.messageId);
      case "reportable":
        return reportable(command.conversationId, command.accountId);
      case "report":
        return command.block
          ? standTo(command.accountId, (view) => ({ ...view, standing: "blocked" }))
          : undefined;
      case "discard":
        return void discard(command.messageId);
      case "retry":
        return void retry(command.messageId);
      case "sign_out":
        return void push({ kind: "signed_out" });
      case "reconnect":
        return void push({ kind: "connection", connection: { kind: "online" } });
      case "stand_to":
        return standTo(command.accountId, (view) => {
          const { standing: _, ...rest } = view;
          return command.standing === "accepted" ? rest : { ...rest, standing: command.standing };
        });
      case "read_strangers":
        return strangersIn(command.conversationId);
      case "accept_identity":
        return acceptIdentity(command.conversationId, command.fingerprints);
      case "nickname":
        return standTo(command.accountId, (view) => ({
          ...view,
          peer: view.peer && { ...view.peer, nickname: command.nickname || undefined },
        }));
      case "set_profile":
        push({ kind: "profiles", profiles: [{ accountId: me, picture: null, ...command }] });
        return undefined;
      case "emoji_used": {
        const { emoji, tone = emojiUsed.tone } = command;
        const recent = emoji ? [emoji, ...emojiUsed.recent.filter((one) => one !== emoji)] : emojiUsed.recent;
        emojiUsed = { recent, tone };
        return emojiUsed;
      }
      case "list_blocked":
        return [...conversations.values()].flatMap(({ standing, peer }) =>
          standing === "blocked" && peer ? [{ accountId: peer.accountId, username: peer.username }] : [],
        );
      case "read_privacy":
        return privacy;
      case "choose_privacy": {
        const { kind: _, ...chosen } = command;
        privacy = Object.assign({}, privacy, chosen);
        return undefined;
      }
      case "found_group":
        return foundGroup(command.name, command.usernames);
      case "create_link":
      case "list_links":
      case "revoke_link":
      case "answer_request":
      case "look_at_link":
      case "join_by_link":
        return runLink(command);
      case "look":
      case "typing":
      case "attach":
      case "pause_upload":
      case "resume_upload":
      case "drop_upload":
      case "cancel_upload":
      case "stop_fetch":
      case "add_members":
      case "remove_member":
      case "set_rank":
      case "set_about":
      case "leave_group":
      case "heed_refusal":
      case "end_group":
        return undefined;
      case "list_place":
      case "unlist_place":
      case "join_listed":
      case "renew_asked":
        return undefined;
      case "found_community":
      case "found_in_community":
        return foundGroup(command.name, []);
      case "leave_community":
      case "remove_from_community":
        return [];
      case "set_rights":
        return setRights(command);
      case "read_evidence":
        return EVIDENCE;
      case "fetch_file":
        throw new FixtureFailed("attachment.gone");
      case "find_channel":
      case "create_channel":
      case "join_channel":
      case "leave_channel":
      case "delete_channel":
      case "change_channel":
      case "set_channel_admin":
      case "post":
      case "change_post":
      case "count_comments":
      case "read_comments":
      case "comment":
      case "delete_comment":
        throw new FixtureFailed("channel.not_found");
    }
  }

  return {
    asked,
    push,
    failing,
    async do<C extends Command>(command: C): Promise<Results[C["kind"]]> {
      asked.push(command);
      await Promise.resolve();
      const failure = failing[command.kind];
      if (failure !== undefined) throw new FixtureFailed(failure);
      if (command.kind === "fetch_file" && scene.fetchFile)
        return scene.fetchFile(command.attachmentId) as Promise<Results[C["kind"]]>;
      return run(command) as Results[C["kind"]];
    },
    listen(listener) {
      listeners.add(listener);
      for (const patch of scene.patches) listener(patch);
      listener({
        kind: "conversations",
        conversations: [...conversations.values()],
        complete: scene.complete,
      });
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
}

function emptyView(kind: ConversationView["kind"]): ConversationView {
  return {
    id: newId<ConversationId>(),
    kind,
    peer: undefined,
    last: undefined,
    unread: 0,
    readUpTo: 0,
    changedAt: Date.now(),
    state: "ready",
  };
}
