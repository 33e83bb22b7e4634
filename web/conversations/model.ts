import { computed, createModel, signal } from "@preact/signals";
import type { AccountId, AttachmentId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { Poll } from "../../src/protocol/polls.ts";
import type { WhoMay } from "../../src/protocol/rights.ts";
import type { Rank } from "../../src/protocol/role-list.ts";
import { Attachments, beside } from "../attachments/model.ts";
import type { ArchiveCommand } from "../delivery/archive/commands.ts";
import type { ChannelCommand } from "../delivery/channels/commands.ts";
import type { Command, Messenger, Privacy, SearchWish } from "../delivery/commands.ts";
import type { CommunityCommand } from "../delivery/communities/commands.ts";
import type { DeviceCommand, KeylessCommand } from "../delivery/devices/commands.ts";
import type { Seating } from "../delivery/devices/tend-devices.ts";
import type { AboutGroup } from "../delivery/groups/commands.ts";
import type { LinkCommand } from "../delivery/links/commands.ts";
import type { Connection, ConversationView, DeviceState, MessageView, Patch } from "../delivery/patches.ts";
import type { ReportCommand } from "../delivery/reports/commands.ts";
import { forgetFaces, takeNicknames, takeProfiles } from "../people/faces.ts";
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

type DraftCommand = Extract<Command, { kind: "draft" | "read_draft" }>;

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
  /** Devices that are just coming into the conversations. */
  const seating = signal<Seating | undefined>(undefined);
  const byId = signal<ReadonlyMap<ConversationId, ConversationView>>(new Map());
  const complete = signal(false);
  /** What is changed here does not reach this person's other devices any more. */
  const storeFull = signal(false);
  /** Until when the other of a conversation counts as there. */
  const present = signal<ReadonlyMap<ConversationId, number>>(new Map());
  const typing = signal<ReadonlyMap<ConversationId, Typing>>(new Map());
  const drafts = signal<ReadonlyMap<ConversationId, string>>(new Map());
  /** The last message of somebody else that came while this page was open, for those who listen. */
  const heard = signal<MessageView | undefined>(undefined);
  /** Where comments came or went last, for whoever shows them. */
  const commented = signal<Extract<Patch, { kind: "commented" }> | undefined>(undefined);
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
  /** By the alphabet of the person's language. */
  const folders = computed(() =>
    [...new Set(known.value.flatMap(({ shelf }) => shelf?.folders ?? []))].sort((a, b) => a.localeCompare(b)),
  );
  /** The one that the list shows; undefined shows all. */
  const folder = signal<string | undefined>(undefined);
  const unread = computed(() =>
    listed.value.reduce(
      (sum, { unread, shelf, calls = [] }) => sum + (shelf?.muted ? calls.length : unread),
      0,
    ),
  );
  const attachments = new Attachments(messenger, (id, words) => composerOf(id).giveBack(words));
  const timelines = new Map<ConversationId, Timeline>();
  const composers = new Map<ConversationId, Composer>();
  const firstComposers = new Map<string, Composer>();

  function take(patch: Patch): void {
    if (patch.kind === "signed_in") me.value = patch;
    else if (patch.kind === "signed_out") signedOut.value = true;
    else if (patch.kind === "device") device.value = patch.device;
    else if (patch.kind === "connection") connection.value = patch.connection;
    else if (patch.kind === "seating") seating.value = patch.seating;
    else if (patch.kind === "conversations") takeConversations(patch.conversations, patch.complete);
    else if (patch.kind === "typing") takeTyping(patch.conversationId, patch);
    else if (patch.kind === "present") takePresent(patch.conversationId, patch.until);
    else if (patch.kind === "drafts") takeDrafts(patch.drafts);
    else if (patch.kind === "store_full") storeFull.value = true;
    else if (patch.kind === "uploads") attachments.take(patch);
    else if (patch.kind === "fetching") attachments.takeFetching(patch);
    else if (patch.kind === "profiles") {
      takeProfiles(patch.profiles, patch.pictures);
      takeNicknames(patch.nicknames ?? []);
    } else if (patch.kind === "commented") commented.value = patch;
    else if (patch.kind === "forgotten") forget(patch.conversationId);
    else {
      if (patch.kind === "messages") takeMessages(patch.conversationId, patch.messages, patch.reachedStart);
      timelines.get(patch.conversationId)?.take(patch);
    }
  }

  function takeConversations(views: readonly ConversationView[], isComplete: boolean): void {
    byId.value = new Map([...byId.value, ...views.map((view) => [view.id, view] as const)]);
    takeNicknames(views.flatMap(({ peer }) => peer ?? []));
    if (!isComplete || complete.value) return;
    complete.value = true;
    for (const { id } of listed.value.slice(0, DRAFTS_READ)) void readDraft(id);
  }

  function forget(id: ConversationId): void {
    byId.value = new Map([...byId.value].filter(([one]) => one !== id));
    timelines.delete(id);
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
    const { last, readUpTo = 0 } = byId.value.get(id) ?? {};
    // What is only changed, as by a vote, has been said.
    if (!theirs || (theirs.sequence ?? 0) <= Math.max(last?.sequence ?? 0, readUpTo)) return;
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

  function takeDrafts(come: Extract<Patch, { kind: "drafts" }>["drafts"]): void {
    for (const { conversationId: place, text } of come)
      if (place.startsWith("@")) firstComposers.get(place.slice(1))?.follow(text);
      else {
        const id = place as ConversationId;
        noteDraft(id, text);
        composers.get(id)?.follow(text);
      }
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
      typing: async () =>
        byId.value.get(id)?.group?.rights?.channel
          ? undefined
          : messenger.do({ kind: "typing", conversationId: id }),
      files: computed(() => beside(attachments.uploads.value, id)),
      send: (text, files, doing, sendAt) =>
        doing?.kind === "edit"
          ? messenger.do({ kind: "edit", messageId: doing.message.id, text })
          : messenger.do({
              kind: "send",
              conversationId: id,
              text,
              ...(doing ? { replyTo: doing.message.id } : {}),
              ...(sendAt === undefined ? {} : { sendAt }),
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

  const readHistory = (conversationId: ConversationId, after: number) =>
    messenger.do({ kind: "read_history", conversationId, after });
  const fetchFile = (messageId: MessageId, attachmentId: AttachmentId) =>
    messenger.do({ kind: "fetch_file", messageId, attachmentId });
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
  const pin = (messageId: MessageId, pinned: boolean) => messenger.do({ kind: "pin", messageId, pinned });
  const ask = (conversationId: ConversationId, text: string, poll: Poll) =>
    messenger.do({ kind: "send", conversationId, text, poll });
  const closePoll = (messageId: MessageId) => messenger.do({ kind: "close", messageId });
  const setTimer = (conversationId: ConversationId, seconds: number | null) =>
    messenger.do({ kind: "set_timer", conversationId, seconds });
  const forward = (messageId: MessageId, to: ConversationId) =>
    messenger.do({ kind: "forward", messageId, to });
  const deleteMessage = (messageId: MessageId, forAll: boolean) =>
    messenger.do({ kind: "delete", messageId, forAll });
  const emojiUsed = (used: { emoji?: string; tone?: number }) =>
    messenger.do({ kind: "emoji_used", ...used });
  const foundGroup = (name: string, usernames: readonly string[], channel = false) =>
    messenger.do({ kind: "found_group", name, usernames, ...(channel ? { channel } : {}) });
  const addMembers = (conversationId: ConversationId, usernames: readonly string[]) =>
    messenger.do({ kind: "add_members", conversationId, usernames });
  const removeMember = (conversationId: ConversationId, accountId: AccountId) =>
    messenger.do({ kind: "remove_member", conversationId, accountId });
  const setRank = (conversationId: ConversationId, accountId: AccountId, rank: Rank) =>
    messenger.do({ kind: "set_rank", conversationId, accountId, rank });
  const setAbout = (conversationId: ConversationId, about: AboutGroup) =>
    messenger.do({ kind: "set_about", conversationId, ...about });
  const setRights = (conversationId: ConversationId, chosen: Partial<WhoMay>) =>
    messenger.do({ kind: "set_rights", conversationId, chosen });
  const heedRefusal = (conversationId: ConversationId) =>
    messenger.do({ kind: "heed_refusal", conversationId });
  const leaveGroup = (conversationId: ConversationId) =>
    messenger.do({ kind: "leave_group", conversationId });
  const endGroup = (conversationId: ConversationId) => messenger.do({ kind: "end_group", conversationId });
  const readEvidence = (conversationId: ConversationId) =>
    messenger.do({ kind: "read_evidence", conversationId });
  const doLink = <C extends LinkCommand>(command: C) => messenger.do(command);
  const doCommunity = <C extends CommunityCommand>(command: C) => messenger.do(command);
  const doChannel = <C extends ChannelCommand | DraftCommand>(command: C) => messenger.do(command);
  const doDevice = <C extends DeviceCommand | KeylessCommand>(command: C) => messenger.do(command);
  const doReport = <C extends ReportCommand>(command: C) => messenger.do(command);
  const standTo = (accountId: AccountId, standing: "accepted" | "declined" | "blocked") =>
    messenger.do({ kind: "stand_to", accountId, standing });
  const readStrangers = (conversationId: ConversationId) =>
    messenger.do({ kind: "read_strangers", conversationId });
  const acceptIdentity = (conversationId: ConversationId, fingerprints: readonly string[]) =>
    messenger.do({ kind: "accept_identity", conversationId, fingerprints });
  const readSafety = (accountId: AccountId) => messenger.do({ kind: "read_safety", accountId });
  const verify = (accountId: AccountId, digits: string | undefined) =>
    messenger.do({ kind: "verify", accountId, digits });
  const nickname = (accountId: AccountId, name: string) =>
    messenger.do({ kind: "nickname", accountId, nickname: name });
  const setProfile = (profile: { name: string; bio: string; picture?: Uint8Array<ArrayBuffer> | null }) =>
    messenger.do({ kind: "set_profile", ...profile });
  const doArchive = <C extends ArchiveCommand>(command: C) => messenger.do(command);
  const readPrivacy = () => messenger.do({ kind: "read_privacy" });
  const choosePrivacy = (chosen: Partial<Privacy>) => messenger.do({ kind: "choose_privacy", ...chosen });
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
    seating,
    storeFull,
    byId,
    complete,
    typing,
    present,
    look,
    readHistory,
    fetchFile,
    drafts,
    attachments,
    heard,
    known,
    listed,
    archived,
    folders,
    folder,
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
    pin,
    ask,
    closePoll,
    setTimer,
    emojiUsed,
    forward,
    deleteMessage,
    foundGroup,
    addMembers,
    removeMember,
    setRank,
    setAbout,
    setRights,
    heedRefusal,
    leaveGroup,
    endGroup,
    readEvidence,
    doLink,
    doChannel,
    doReport,
    doDevice,
    doCommunity,
    commented,
    search,
    standTo,
    readStrangers,
    acceptIdentity,
    readSafety,
    verify,
    nickname,
    setProfile,
    doArchive,
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
