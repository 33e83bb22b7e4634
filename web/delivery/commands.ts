import type { AccountId, AttachmentId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { Poll } from "../../src/protocol/polls.ts";
import type { Evidence, Shelf } from "../storage/records.ts";
import type { ArchiveCommand, ArchiveView } from "./archive/commands.ts";
import type { AttachmentCommand } from "./attachments/commands.ts";
import type { ChannelCommand, CommentView, FoundChannel } from "./channels/commands.ts";
import type { CommunityCommand, CommunityResults } from "./communities/commands.ts";
import type { DeedCommand } from "./deeds/commands.ts";
import type { DeviceCommand, KeylessCommand, OwnDeviceView, Recovery } from "./devices/commands.ts";
import type { WaitingDevice } from "./devices/link-another.ts";
import type { GroupCommand } from "./groups/commands.ts";
import type { LinkCommand, LinkPreview, LinkView } from "./links/commands.ts";
import type { AttachmentView, DraftPlace, MessageView, Patch, Standing } from "./patches.ts";
import type { Reportable, ReportCommand } from "./reports/commands.ts";

/** Every command is answered: with its result or with `failed` and a code (of a refusal, or a `LocalFailure`). */
export type Command =
  /** Who has exactly this name, and the conversation there is with them; nothing is begun. */
  | { readonly kind: "find_person"; readonly username: string }
  /** Finds them, and holds on to them as the one who made the link. */
  | { readonly kind: "meet_by_link"; readonly username: string; readonly fingerprint: string }
  /** Of this person's own root key. */
  | { readonly kind: "own_fingerprint" }
  /** Start a direct conversation, or find the one there is; answered with its id. */
  | { readonly kind: "write_to"; readonly username: string }
  | { readonly kind: "write_to_self" }
  /** A group with these people, by exact username; answered with its id. */
  | GroupCommand
  | LinkCommand
  | ChannelCommand
  | CommunityCommand
  | DeedCommand
  | ReportCommand
  /** The newest page of a conversation's messages, as a patch. */
  | { readonly kind: "open"; readonly conversationId: ConversationId }
  /** Older ones; with `downTo` as many as it takes to have that place, and a little before it. */
  | {
      readonly kind: "more";
      readonly conversationId: ConversationId;
      readonly before: number;
      readonly downTo?: number;
    }
  /** All that is stored on this device, newest first. */
  | ({ readonly kind: "search" } & SearchWish)
  | {
      readonly kind: "send";
      readonly conversationId: ConversationId;
      readonly text: string;
      readonly attachments?: readonly AttachmentId[];
      readonly replyTo?: MessageId;
      readonly poll?: Poll;
      /** Not before this time of the own clock, and only while the app is open somewhere on this device. */
      readonly sendAt?: number;
    }
  | AttachmentCommand
  | ({ readonly kind: "shelve"; readonly conversationId: ConversationId } & Partial<Shelf>)
  /** What failed, or waits for its time, goes out now. */
  | { readonly kind: "retry"; readonly messageId: MessageId }
  | { readonly kind: "discard"; readonly messageId: MessageId }
  | { readonly kind: "seen"; readonly conversationId: ConversationId; readonly upTo: number }
  | { readonly kind: "typing"; readonly conversationId: ConversationId }
  /** What is stored of it behind this sequence, oldest first, some hundreds at a time. */
  | { readonly kind: "read_history"; readonly conversationId: ConversationId; readonly after: number }
  /** Again every half minute while the person looks at it, with this conversation open. */
  | { readonly kind: "look"; readonly conversationId: ConversationId | undefined }
  /** Kept here, wrapped like all else, and on the other devices of this person; the empty text removes it. */
  | { readonly kind: "draft"; readonly conversationId: DraftPlace; readonly text: string }
  | { readonly kind: "read_draft"; readonly conversationId: DraftPlace }
  | { readonly kind: "profile"; readonly accountId: AccountId }
  /** Answers somebody who asks, or blocks and unblocks; declining also forgets here what they wrote. */
  | {
      readonly kind: "stand_to";
      readonly accountId: AccountId;
      readonly standing: Exclude<Standing, "asking">;
    }
  /** Who came with another identity; and that the person takes these, by what they were shown, for who they say they are. */
  | { readonly kind: "read_strangers"; readonly conversationId: ConversationId }
  | {
      readonly kind: "accept_identity";
      readonly conversationId: ConversationId;
      readonly fingerprints: readonly string[];
    }
  /** The safety number with somebody, by the roots that this device holds on to. */
  | { readonly kind: "read_safety"; readonly accountId: AccountId }
  /** These digits were compared with them; undefined takes that back. */
  | { readonly kind: "verify"; readonly accountId: AccountId; readonly digits: string | undefined }
  /** What this person calls another, on their devices alone; the empty name takes it away. */
  | { readonly kind: "nickname"; readonly accountId: AccountId; readonly nickname: string }
  /** What others see of this person, from those on whom they write to. */
  | {
      readonly kind: "set_profile";
      readonly name: string;
      readonly bio: string;
      /** Square; without it the one there is stays. */
      readonly picture?: Uint8Array<ArrayBuffer> | null;
    }
  | { readonly kind: "list_blocked" }
  /** Which emoji this person used last, on their devices alone; what is given is kept before it is answered. */
  | { readonly kind: "emoji_used"; readonly emoji?: string; readonly tone?: number }
  | { readonly kind: "read_privacy" }
  /** What others learn and may do from now on; what is not named stays. */
  | ({ readonly kind: "choose_privacy" } & Partial<Privacy>)
  | KeylessCommand
  | DeviceCommand
  | ArchiveCommand
  | { readonly kind: "reconnect" }
  | { readonly kind: "sign_out" };

export interface EmojiUsed {
  /** Newest first. */
  readonly recent: readonly string[];
  /** A place among the tones of skin; 0 is none. */
  readonly tone: number;
}

export interface SearchWish {
  /** Each word is in what is found; none finds everything that fits the rest. */
  readonly text: string;
  readonly conversationId?: ConversationId | undefined;
  readonly sender?: AccountId | undefined;
  /** Milliseconds: sent at this time or later, and before that one. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  /** Only what holds this beside its words, or addresses of the web among them. */
  readonly holds?: Held | undefined;
  /** The `next` of an answer, for what comes after it. */
  readonly before?: number | undefined;
}

export type Held = "links" | "pictures" | "films" | "sounds" | "files";

export interface SearchHit {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly sequence: number;
  readonly sender: AccountId;
  readonly sentAt: number;
  readonly text: string;
  readonly attachments?: readonly AttachmentView[];
  readonly poll?: Poll;
}

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** False while older messages are still being opened: ask again. */
  readonly complete: boolean;
  readonly next: number | undefined;
}

export interface History {
  readonly messages: readonly MessageView[];
  /** Where to go on; undefined at the end. */
  readonly upTo: number | undefined;
}

export interface Privacy {
  /** That their messages were read. */
  readonly readMarks: boolean;
  /** That something is being typed. */
  readonly typing: boolean;
  /** That one is there; whoever does not show it does not see it of others. */
  readonly presence: boolean;
  /** Whoever this person never wrote to nor accepted may ask to write to them, or add them to a group. */
  readonly strangersWrite: boolean;
  readonly strangersAdd: boolean;
  /** What they show of themselves goes to the people of groups too, and not only to those they write with. */
  readonly profileInGroups: boolean;
  /** What is said is kept, sealed, with the server for devices to come. */
  readonly archive: boolean;
}

export interface Profile {
  readonly accountId: AccountId;
  readonly username: string;
  /** True when the root key was learnt from the server alone (trust on first use). */
  readonly firstUse: boolean;
  /** How this person stands to them. */
  readonly standing: Standing;
}

export interface Person {
  readonly username: string;
  readonly conversationId: ConversationId | undefined;
}

export interface Safety {
  /** 60, the same on both sides. */
  readonly digits: string;
  readonly isVerified: boolean;
}

export interface Results extends CommunityResults {
  link_here: undefined;
  cancel_link: undefined;
  recover: undefined;
  list_devices: readonly OwnDeviceView[];
  rename_device: undefined;
  revoke_device: undefined;
  look_at_code: WaitingDevice;
  link_another: undefined;
  read_recovery: Recovery;
  show_words: string;
  confirm_words: undefined;
  prove_words: undefined;
  find_person: Person;
  meet_by_link: Person;
  own_fingerprint: string;
  write_to: ConversationId;
  write_to_self: ConversationId;
  found_group: ConversationId;
  add_members: undefined;
  remove_member: undefined;
  set_rank: undefined;
  set_about: undefined;
  set_rights: undefined;
  leave_group: undefined;
  heed_refusal: undefined;
  end_group: undefined;
  read_evidence: Evidence | null;
  create_link: LinkView;
  list_links: readonly LinkView[];
  revoke_link: undefined;
  answer_request: undefined;
  look_at_link: LinkPreview;
  join_by_link: ConversationId | undefined;
  find_channel: FoundChannel;
  create_channel: ConversationId;
  join_channel: ConversationId;
  leave_channel: undefined;
  delete_channel: undefined;
  change_channel: undefined;
  set_channel_admin: undefined;
  post: undefined;
  change_post: undefined;
  count_comments: readonly { readonly post: MessageId; readonly count: number }[];
  /** Newest first, without those of whom this person blocked; `next` is where the ones before them begin. */
  read_comments: { readonly comments: readonly CommentView[]; readonly next: number | undefined };
  comment: undefined;
  delete_comment: undefined;
  open: undefined;
  more: undefined;
  edit: undefined;
  react: undefined;
  pin: undefined;
  vote: undefined;
  close: undefined;
  set_timer: undefined;
  delete: undefined;
  forward: undefined;
  quoted: MessageView | undefined;
  reportable: readonly Reportable[];
  report: undefined;
  search: SearchResult;
  send: MessageId;
  attach: undefined;
  pause_upload: undefined;
  resume_upload: undefined;
  drop_upload: undefined;
  cancel_upload: string | undefined;
  stop_fetch: undefined;
  fetch_file: Blob;
  shelve: undefined;
  emoji_used: EmojiUsed;
  retry: undefined;
  discard: undefined;
  /** Up to where it is noted: no farther than everything is here. */
  seen: number;
  typing: undefined;
  look: undefined;
  read_history: History;
  draft: undefined;
  read_draft: string;
  profile: Profile;
  stand_to: undefined;
  read_strangers: readonly StrangerView[];
  accept_identity: undefined;
  read_safety: Safety;
  verify: undefined;
  nickname: undefined;
  set_profile: undefined;
  list_blocked: readonly { readonly accountId: AccountId; readonly username: string }[];
  read_privacy: Privacy;
  choose_privacy: undefined;
  read_archive: ArchiveView;
  keep_archive: undefined;
  drop_archive: undefined;
  reconnect: undefined;
  sign_out: undefined;
}

/** Somebody whose identity is not the one that was first seen; the fingerprint is of the one there is now. */
export interface StrangerView {
  readonly accountId: AccountId;
  readonly username: string;
  readonly fingerprint: string;
}

/** The one door to all that is not view: a worker in the page, a plain object under Bun. */
export interface Messenger {
  do<C extends Command>(command: C): Promise<Results[C["kind"]]>;
  /** Patches from now on; the current state comes first. Returns how to stop. */
  listen(listener: (patch: Patch) => void): () => void;
  close(): Promise<void>;
}
