import { computed, createModel, signal } from "@preact/signals";
import type { AccountId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { Rank } from "../../src/protocol/role-list.ts";
import { Attachments, beside } from "../attachments/model.ts";
import type {
  Connection,
  ConversationView,
  DeviceState,
  MessageView,
  Messenger,
  Patch,
  Privacy,
  SearchWish,
} from "../delivery/patches.ts";
import { forgetFaces, takeProfiles } from "../people/faces.ts";
import type { Shelf } from "../storage/records.ts";
import { Composer } from "./composer-model.ts";
import { Timeline } from "./timeline-model.ts";

const OPEN_TIMELINES = 8;
const DRAFTS_READ = 50;

export interface Typing {
  readonly accountId: AccountId;
  /** Milliseconds of the own clock. */
  readonly until: number;
}

export interface SignedIn {
  readonly accountId: AccountId;
  readonly username: string;
  readonly role: string;
}

/** All that the chat shows, kept in step with the messenger's patches. */
export const Conversations = createModel((messenger: Messenger) => {
  const me = signal<SignedIn | undefined>(undefined);
  const signedOut = signal(false);
  const device = signal<DeviceState>({ kind: "starting" });
  const connection = signal<Connection>({ kind: "connecting" });
  const byId = signal<ReadonlyMap<ConversationId, ConversationView>>(new Map());
  const complete = signal(false);
  /** Until when the other of a conversation counts as there. */
  const present = signal<ReadonlyMap<ConversationId, number>>(new Map());
  const typing = signal<ReadonlyMap<ConversationId, Typing>>(new Map());
  const drafts = signal<ReadonlyMap<ConversationId, string>>(new Map());
  /** The last message of somebody else that came while this page was open, for those who listen. */
  const heard = signal<MessageView | undefined>(undefined);
  const known = computed(() =>
    [...byId.value.values()]
      .filter((view) => isBegun(view) && isListed(view))
      .sort(
        (a, b) =>
          Number(b.shelf?.pinned ?? false) - Number(a.shelf?.pinned ?? false) || b.changedAt - a.changedAt,
      ),
  );
  const listed = computed(() => known.value.filter(({ shelf }) => !shelf?.archived));
  const archived = computed(() => known.value.filter(({ shelf }) => shelf?.archived));
  const unread = computed(() =>
    listed.value.reduce((sum, { unread, shelf }) => sum + (shelf?.muted ? 0 : unread), 0),
  );
  const attachments = new Attachments(messenger);
  const timelines = new Map<ConversationId, Timeline>();
  const composers = new Map<ConversationId, Composer>();
  const firstComposers = new Map<string, Composer>();

  function take(patch: Patch): void {
    if (patch.kind === "signed_in") me.value = patch;
    else if (patch.kind === "signed_out") signedOut.value = true;
    else if (patch.kind === "device") device.value = patch.device;
    else if (patch.kind === "connection") connection.value = patch.connection;
    else if (patch.kind === "conversations") takeConversations(patch.conversations, patch.complete);
    else if (patch.kind === "typing") takeTyping(patch.conversationId, patch);
    else if (patch.kind === "present") takePresent(patch.conversationId, patch.until);
    else if (patch.kind === "uploads") attachments.take(patch);
    else if (patch.kind === "profiles") takeProfiles(patch.profiles);
    else {
      if (patch.kind === "messages") takeMessages(patch.conversationId, patch.messages, patch.reachedStart);
      timelines.get(patch.conversationId)?.take(patch);
    }
  }

  function takeConversations(views: readonly ConversationView[], isComplete: boolean): void {
    byId.value = new Map([...byId.value, ...views.map((view) => [view.id, view] as const)]);
    if (!isComplete || complete.value) return;
    complete.value = true;
    for (const { id } of listed.value.slice(0, DRAFTS_READ)) readDraft(id);
  }

  function takeMessages(
    id: ConversationId,
    messages: readonly MessageView[],
    page: boolean | undefined,
  ): void {
    renewLast(id, messages);
    if (page === undefined) hear(id, messages);
  }

  /** The list shows the same mark as the conversation, whichever patch brings it. */
  function renewLast(id: ConversationId, messages: readonly MessageView[]): void {
    const view = byId.value.get(id);
    const last = messages.find((message) => message.id === view?.last?.id);
    if (view && last) byId.value = new Map(byId.value).set(id, { ...view, last });
  }

  function hear(id: ConversationId, messages: readonly MessageView[]): void {
    const theirs = messages.findLast((message) => !message.mine);
    if (!theirs) return;
    heard.value = theirs;
    stopTyping(id);
  }

  function takePresent(id: ConversationId, until: number): void {
    present.value = new Map(present.value).set(id, until);
    setTimeout(() => {
      if ((present.value.get(id) ?? 0) > until) return;
      present.value = new Map([...present.value].filter(([one]) => one !== id));
    }, until - Date.now());
  }

  function takeTyping(id: ConversationId, { accountId, until }: Typing): void {
    typing.value = new Map(typing.value).set(id, { accountId, until });
    setTimeout(() => {
      if ((typing.value.get(id)?.until ?? 0) <= until) stopTyping(id);
    }, until - Date.now());
  }

  function stopTyping(id: ConversationId): void {
    if (!typing.value.has(id)) return;
    const others = new Map(typing.value);
    others.delete(id);
    typing.value = others;
  }

  async function readDraft(conversationId: ConversationId): Promise<void> {
    const text = await messenger.do({ kind: "read_draft", conversationId }).catch(() => "");
    if (text !== "") noteDraft(conversationId, text);
  }

  function noteDraft(id: ConversationId, text: string): void {
    drafts.value = new Map(drafts.value).set(id, text.trim());
  }

  function timelineOf(id: ConversationId): Timeline {
    const timeline = timelines.get(id) ?? new Timeline(messenger, id, attachments, me);
    timelines.delete(id);
    timelines.set(id, timeline);
    const [oldest] = timelines.keys();
    if (timelines.size > OPEN_TIMELINES && oldest !== undefined) timelines.delete(oldest);
    return timeline;
  }

  function composerOf(id: ConversationId): Composer {
    const known = composers.get(id);
    if (known) return known;
    const composer = new Composer({
      readDraft: () => messenger.do({ kind: "read_draft", conversationId: id }),
      keepDraft: (text) => {
        noteDraft(id, text);
        return messenger.do({ kind: "draft", conversationId: id, text });
      },
      typing: () => messenger.do({ kind: "typing", conversationId: id }),
      files: computed(() => beside(attachments.uploads.value, id)),
      send: (text, files, doing) =>
        doing?.kind === "edit"
          ? messenger.do({ kind: "edit", messageId: doing.message.id, text })
          : messenger.do({
              kind: "send",
              conversationId: id,
              text,
              ...(doing ? { replyTo: doing.message.id } : {}),
              ...(files.length > 0 ? { attachments: files.map((file) => file.id) } : {}),
            }),
    });
    composers.set(id, composer);
    composer.restore();
    return composer;
  }

  /** For a person there is no conversation with yet: nobody is told anything before the first message. */
  function firstComposerOf(username: string): Composer {
    const known = firstComposers.get(username);
    if (known) return known;
    const conversationId = `@${username}` as const;
    const composer = new Composer({
      readDraft: () => messenger.do({ kind: "read_draft", conversationId }),
      keepDraft: (text) => messenger.do({ kind: "draft", conversationId, text }),
      typing: async () => undefined,
      send: async (text) => {
        const begun = await messenger.do({ kind: "write_to", username });
        await messenger.do({ kind: "send", conversationId: begun, text });
      },
    });
    firstComposers.set(username, composer);
    composer.restore();
    return composer;
  }

  function findDirect(username: string): ConversationId | undefined {
    return [...byId.value.values()].find(({ peer }) => peer?.username === username)?.id;
  }

  const look = (open: ConversationId | undefined) =>
    messenger.do({ kind: "look", conversationId: open }).catch(() => undefined);
  const reconnect = () => messenger.do({ kind: "reconnect" }).catch(() => undefined);
  const findPerson = (username: string) => messenger.do({ kind: "find_person", username });
  const meetByLink = (username: string, fingerprint: string) =>
    messenger.do({ kind: "meet_by_link", username, fingerprint });
  const ownFingerprint = () => messenger.do({ kind: "own_fingerprint" });
  const profileOf = (accountId: AccountId) => messenger.do({ kind: "profile", accountId });
  const search = (wish: SearchWish) => messenger.do({ kind: "search", ...wish });
  const writeToSelf = () => messenger.do({ kind: "write_to_self" });
  const shelve = (conversationId: ConversationId, chosen: Partial<Shelf>) =>
    messenger.do({ kind: "shelve", conversationId, ...chosen });
  const react = (messageId: MessageId, emoji: string | null) =>
    messenger.do({ kind: "react", messageId, emoji });
  const forward = (messageId: MessageId, to: ConversationId) =>
    messenger.do({ kind: "forward", messageId, to });
  const deleteMessage = (messageId: MessageId, forAll: boolean) =>
    messenger.do({ kind: "delete", messageId, forAll });
  const emojiUsed = (used: { emoji?: string; tone?: number }) =>
    messenger.do({ kind: "emoji_used", ...used });
  const foundGroup = (name: string, usernames: readonly string[]) =>
    messenger.do({ kind: "found_group", name, usernames });
  const addMembers = (conversationId: ConversationId, usernames: readonly string[]) =>
    messenger.do({ kind: "add_members", conversationId, usernames });
  const removeMember = (conversationId: ConversationId, accountId: AccountId) =>
    messenger.do({ kind: "remove_member", conversationId, accountId });
  const setRank = (conversationId: ConversationId, accountId: AccountId, rank: Rank) =>
    messenger.do({ kind: "set_rank", conversationId, accountId, rank });
  const setAbout = (conversationId: ConversationId, name: string, description: string) =>
    messenger.do({ kind: "set_about", conversationId, name, description });
  const leaveGroup = (conversationId: ConversationId) =>
    messenger.do({ kind: "leave_group", conversationId });
  const standTo = (accountId: AccountId, standing: "accepted" | "declined" | "blocked") =>
    messenger.do({ kind: "stand_to", accountId, standing });
  const nickname = (accountId: AccountId, name: string) =>
    messenger.do({ kind: "nickname", accountId, nickname: name });
  const setProfile = (profile: { name: string; bio: string; picture?: Uint8Array<ArrayBuffer> | null }) =>
    messenger.do({ kind: "set_profile", ...profile });
  const readPrivacy = () => messenger.do({ kind: "read_privacy" });
  const choosePrivacy = (chosen: Privacy) => messenger.do({ kind: "choose_privacy", ...chosen });
  const listBlocked = () => messenger.do({ kind: "list_blocked" });
  const signOut = () => messenger.do({ kind: "sign_out" });

  const stop = messenger.listen(take);
  async function close(): Promise<void> {
    stop();
    forgetFaces();
    for (const composer of [...composers.values(), ...firstComposers.values()]) composer.keep();
    await messenger.close();
  }

  return {
    me,
    signedOut,
    device,
    connection,
    byId,
    complete,
    typing,
    present,
    look,
    drafts,
    attachments,
    heard,
    known,
    listed,
    archived,
    shelve,
    unread,
    timelineOf,
    composerOf,
    reconnect,
    firstComposerOf,
    findDirect,
    findPerson,
    meetByLink,
    ownFingerprint,
    profileOf,
    writeToSelf,
    react,
    emojiUsed,
    forward,
    deleteMessage,
    foundGroup,
    addMembers,
    removeMember,
    setRank,
    setAbout,
    leaveGroup,
    search,
    standTo,
    nickname,
    setProfile,
    readPrivacy,
    choosePrivacy,
    listBlocked,
    signOut,
    close,
  };
});
export type Conversations = InstanceType<typeof Conversations>;

function isListed({ standing }: ConversationView): boolean {
  return standing !== "blocked" && standing !== "declined";
}

/** Somebody else opened it and has not written yet: there is nothing to see. */
function isBegun({ kind, last }: ConversationView): boolean {
  return kind === "group" || last?.body.kind !== "founded" || last.mine;
}
