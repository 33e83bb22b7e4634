import { type AccountId, type ConversationId, type MessageId, newId } from "../../src/protocol/ids.ts";
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
  Results,
  SearchHit,
  SearchResult,
  SearchWish,
} from "../delivery/patches.ts";
import { foldText } from "../search/fold-text.ts";

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
}

export interface FixtureMessenger extends Messenger {
  /** What the page asked for, in order. */
  readonly asked: Command[];
  readonly push: (patch: Patch) => void;
}

/** A Messenger over scripted people: the whole contract, kept in memory, without encryption or network. */
/** Of everybody there. */
export const FINGERPRINT = "F".repeat(43);

export function openFixtureMessenger(scene: Scene, me: AccountId): FixtureMessenger {
  const asked: Command[] = [];
  const listeners = new Set<(patch: Patch) => void>();
  const conversations = new Map(scene.conversations.map((view) => [view.id, view]));
  const messages = new Map([...scene.messages].map(([id, list]) => [id, [...list]]));
  const drafts = new Map<DraftPlace, string>(scene.drafts);
  let privacy = { readMarks: true, typing: true, presence: true };
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

  function send(conversationId: ConversationId, text: string, replyTo?: MessageId): MessageId {
    const list = messagesOf(conversationId);
    const waiting: MessageView = {
      id: newId<MessageId>(),
      conversationId,
      sequence: undefined,
      sender: me,
      mine: true,
      sentAt: Date.now(),
      body: { kind: "text", text, ...(replyTo ? { replyTo } : {}) },
      mark: "waiting",
      failure: undefined,
    };
    push({ kind: "messages", conversationId, messages: [waiting] });
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

  function react(id: MessageId, emoji: string | null): undefined {
    return change(id, ({ reactions = [], ...message }) => {
      const others = reactions.filter(({ accountId }) => accountId !== me);
      return { ...message, reactions: emoji === null ? others : [...others, { accountId: me, emoji }] };
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

  function profile(accountId: AccountId): Profile {
    const view = [...conversations.values()].find(({ peer }) => peer?.accountId === accountId);
    return { accountId, username: view?.peer?.username ?? "", firstUse: true };
  }

  function seen(id: ConversationId, upTo: number): void {
    const view = conversations.get(id);
    const rest = messagesOf(id).filter(({ mine, sequence }) => !mine && (sequence ?? 0) > upTo);
    if (view) found({ ...view, unread: Math.min(view.unread, rest.length), readUpTo: upTo });
  }

  function standTo(accountId: AccountId, change: (view: ConversationView) => ConversationView): undefined {
    const view = [...conversations.values()].find(({ peer }) => peer?.accountId === accountId);
    if (view) found(change(view));
    return undefined;
  }

  function foundGroup(name: string, usernames: readonly string[]): ConversationId {
    const others = usernames.map((username) => ({
      accountId: newId<AccountId>(),
      username,
      rank: "member" as const,
    }));
    const own = { accountId: me, username: "me", rank: "owner" as const };
    const group = { name, description: "", me, people: [own, ...others], mayAdd: true };
    return found({ ...emptyView("group"), group });
  }

  function run(command: Command): Results[Command["kind"]] {
    switch (command.kind) {
      case "open":
        return void page(command.conversationId, Number.POSITIVE_INFINITY);
      case "more":
        return void page(command.conversationId, command.before, command.downTo);
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
        return send(command.conversationId, command.text, command.replyTo);
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
      case "react":
        return react(command.messageId, command.emoji);
      case "delete":
        if (!command.forAll) return void discard(command.messageId);
        return change(command.messageId, (message) => ({ ...message, body: { kind: "deleted" } }));
      case "forward":
        return undefined;
      case "quoted":
        return [...messages.values()].flat().find(({ id }) => id === command.messageId);
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
      case "choose_privacy":
        privacy = {
          readMarks: command.readMarks,
          typing: command.typing,
          presence: command.presence,
        };
        return undefined;
      case "found_group":
        return foundGroup(command.name, command.usernames);
      case "look":
      case "typing":
      case "attach":
      case "pause_upload":
      case "resume_upload":
      case "drop_upload":
      case "add_members":
      case "remove_member":
      case "set_rank":
      case "set_about":
      case "leave_group":
        return undefined;
      case "fetch_file":
        throw new FixtureFailed("attachment.gone");
    }
  }

  return {
    asked,
    push,
    async do<C extends Command>(command: C): Promise<Results[C["kind"]]> {
      asked.push(command);
      await Promise.resolve();
      const failure = scene.failing[command.kind];
      if (failure !== undefined) throw new FixtureFailed(failure);
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
