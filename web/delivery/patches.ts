import type { Attachment } from "../../src/protocol/content.ts";
import type {
  AccountId,
  AttachmentId,
  ConversationId,
  DeviceId,
  LinkId,
  MessageId,
  ReportId,
} from "../../src/protocol/ids.ts";
import type { Poll } from "../../src/protocol/polls.ts";
import type { ReportReason } from "../../src/protocol/reports.ts";
import type { Rights, WhoMay } from "../../src/protocol/rights.ts";
import type { Rank } from "../../src/protocol/role-list.ts";
import type { DeviceDoubt, Evidence, GroupChange, Shelf } from "../storage/records.ts";
import type { CommunityCommand, CommunityResults, CommunityView } from "./communities/commands.ts";
import type { WaitingDevice } from "./devices/link-another.ts";
import type { DeviceCode } from "./devices/link-here.ts";
import type { Seating } from "./devices/tend-devices.ts";

/** The picture of a group, a small JPEG; null when it has none any more. */
export interface PictureView {
  readonly conversationId: ConversationId;
  readonly picture: Uint8Array<ArrayBuffer> | null;
}

/**
 * What passes between the worker (encryption, storage, network) and the models on the main thread.
 * Commands go in, patches come out; models own the signals and hold no other truth than these.
 */

export type Mark = "waiting" | "sent" | "delivered" | "read" | "failed";

/** What is shown of a file; its key stays in the worker. */
export type AttachmentView = Omit<Attachment, "key" | "hash" | "sealedSize">;

/** A file on its way to the server. */
export interface UploadView extends AttachmentView {
  readonly conversationId: ConversationId;
  readonly phase: "sealing" | "uploading" | "paused" | "done" | "failed";
  /** From 0 to 1, of the phase. */
  readonly done: number;
  readonly failure: string | undefined;
  /** The message it goes out with; undefined while it stands beside what is being written. */
  readonly messageId: MessageId | undefined;
}

export interface MessageView {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  /** Sorts the timeline; a waiting message has none and stands at the end, by `sentAt`. */
  readonly sequence: number | undefined;
  readonly sender: AccountId;
  readonly mine: boolean;
  /** The server's time once it has accepted, the own clock's before. Milliseconds. */
  readonly sentAt: number;
  /** Only of an own message that had to wait: when it was written, on the server's clock. */
  readonly writtenAt?: number | undefined;
  readonly body:
    | {
        readonly kind: "text";
        readonly text: string;
        readonly attachments?: readonly AttachmentView[];
        /** What can be answered; the words are the question. */
        readonly poll?: Poll;
        /** May be gone, or older than what this device has: see `quoted`. */
        readonly replyTo?: MessageId;
        readonly forwarded?: true;
        /** Who is called in the words by their username. */
        readonly mentions?: readonly AccountId[];
        readonly mentionsAll?: true;
      }
    /** Taken back for everybody. */
    | { readonly kind: "deleted" }
    | { readonly kind: "not_understood" }
    | { readonly kind: "not_decrypted" }
    | { readonly kind: "founded" }
    /** What became of a group: the sender did it. */
    | {
        readonly kind: "change";
        readonly changes: readonly GroupChange[];
        /** Nobody knows who did it: found where this device came back, and so many messages could not be recovered. */
        readonly meanwhile?: { readonly lost: number } | undefined;
      }
    /** In a public channel: none of its authors signed what stands here. */
    | { readonly kind: "refused" }
    /** Nobody wrote it: so many messages before this place could not be recovered on this device. */
    | { readonly kind: "gap"; readonly count: number };
  /** Only on own messages. */
  readonly mark: Mark | undefined;
  /** What it said before it was changed, the oldest first. */
  readonly earlier?: readonly { readonly text: string; readonly until: number }[];
  readonly reactions?: readonly { readonly accountId: AccountId; readonly emoji: string }[];
  /** Of a poll, by the places of its options. */
  readonly votes?: readonly { readonly accountId: AccountId; readonly choices: readonly number[] }[];
  /** No vote counts any more; those of `late` came too late. */
  readonly closed?: { readonly by: AccountId; readonly late: readonly AccountId[] };
  /** It waits for this time of the own clock, milliseconds. */
  readonly sendAt?: number;
  readonly pinned?: true;
  /** Came sooner than slow mode allows. */
  readonly hasty?: true;
  /** On the server's clock, milliseconds: nothing of it is kept then. */
  readonly expiresAt?: number;
  /** Why it failed: a refusal code, or "storage" or "crypto". */
  readonly failure: string | undefined;
  /** Written since the peer's identity changed: whoever wrote it may be somebody else. */
  readonly impostor?: true;
}

/** How this person stands to another; nobody else is told. */
export type Standing = "asking" | "accepted" | "declined" | "blocked";

export interface PersonView {
  readonly accountId: AccountId;
  /** Empty until the server has told it. */
  readonly username: string;
  /** Undefined for whoever was in the group and is no more. */
  readonly rank: Rank | undefined;
  /** How far they have read, as they told; nobody tells where many are. */
  readonly read?: number;
  /** Nothing up to here reached them. */
  readonly joined?: number;
}

/** What somebody shows of themselves. */
export interface ProfileView {
  readonly accountId: AccountId;
  /** Empty for none: then the username is shown. */
  readonly name: string;
  readonly bio: string;
  readonly picture: Uint8Array<ArrayBuffer> | null;
}

export interface GroupView {
  /** Undefined until somebody has told this device. */
  readonly name: string | undefined;
  readonly description: string;
  readonly people: readonly PersonView[];
  /** This person themselves. */
  readonly me: AccountId;
  readonly mayAdd: boolean;
  /** Of a community, in whose timeline only those in charge write. */
  readonly community?: CommunityView;
  /** Absent in public channels. */
  readonly rights?: Rights;
  /** This person may not write. */
  readonly silent?: true;
  /** In slow mode, to plain members: they write nothing before this time of the own clock. */
  readonly pausedUntil?: number;
  /** Why a change that waited was not made, until `heed_refusal`. */
  readonly refusedChange?: string;
  /** Who waits to be let in; to those who may. */
  readonly asking?: readonly { readonly accountId: AccountId; readonly username: string }[];
}

/** What anybody on the server can read; see `run-channel-command.ts`. */
export interface ChannelView {
  readonly handle: string;
  readonly subscribers: number;
  readonly comments: boolean;
  readonly mayWrite: boolean;
  readonly isOwner: boolean;
}

export interface ConversationView {
  readonly id: ConversationId;
  readonly kind: "direct" | "saved" | "group" | "channel";
  /** Only of a public channel, whose authors are the people of `group`. */
  readonly channel?: ChannelView;
  /** The other person of a direct conversation. */
  readonly peer:
    | {
        readonly accountId: AccountId;
        readonly username: string;
        readonly nickname?: string | undefined;
        /** When they last showed this device that they were there. */
        readonly seenAt?: number | undefined;
      }
    | undefined;
  /** Of a direct one, unless the other was accepted: waits for an answer, was declined, or is blocked. */
  readonly standing?: Exclude<Standing, "accepted">;
  /** Only of a group. */
  readonly group?: GroupView;
  readonly last: MessageView | undefined;
  /** What this person chose for it on this device; absent is not chosen. */
  readonly shelf?: Partial<Shelf>;
  readonly unread: number;
  /** How long what is written lasts, in seconds; absent for ever. */
  readonly timer?: number;
  /** Kept in sight, the one pinned last at the end. */
  readonly pins?: readonly { readonly messageId: MessageId; readonly sequence: number }[];
  /** Where somebody called this person and they have not been yet, the oldest first. */
  readonly calls?: readonly number[];
  /** Where the unread line stands: the first message after this sequence is unread. */
  readonly readUpTo: number;
  /** Sorts the list. Milliseconds. */
  readonly changedAt: number;
  /**
   * repairing: this device lost the group's keys and comes back by itself, what is written waits; frozen:
   * nothing can be sent, and it is said so.
   */
  readonly state: "ready" | "founding" | "repairing" | "frozen";
  /** Of `frozen`. refused: a change the server accepted may not be. unrepaired: no way back was found today. */
  /** removed, left: this account is in the group no more. */
  readonly frozenBy?:
    | "refused"
    | "unrepaired"
    | "unvouched"
    | "removed"
    | "left"
    | "expelled"
    | "ended"
    | "alone";
  /** What the members saw does not agree: something was withheld, changed or reordered on the way. */
  readonly doubt?: "history_differs";
  /** Whose devices are not what the server shows, here or to others: see `DeviceDoubt`. */
  readonly deviceDoubts?: readonly (DeviceDoubt & { readonly mine: boolean })[];
  /** Of a direct one: this person compared the safety number of the peer's root key. */
  readonly verified?: true;
  /** The peer's root key is another than the one first seen: nothing is sent, and it is said loudly. */
  readonly identityChanged?: true;
}

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "catching_up" }
  | { readonly kind: "online" }
  /** `retryAt` in milliseconds of the own clock. */
  /** `wrong`: it was left because its answers contradict each other. */
  | { readonly kind: "offline"; readonly retryAt: number | undefined; readonly wrong?: boolean };

/** Where this account's encryption lives, as far as this browser is concerned. */
export type DeviceState =
  | { readonly kind: "starting" }
  | { readonly kind: "ready" }
  /** The account has a device and it is not this browser: nothing can be read or sent here until it is linked. */
  | {
      readonly kind: "elsewhere";
      /** Shown for another device to read: it hands the keys over then. */
      readonly link?: DeviceCode | undefined;
      /** Why linking or recovering ended. */
      readonly failure?: string | undefined;
    }
  /** The browser lacks what is needed (no secure context, no IndexedDB), or its storage failed. */
  | {
      readonly kind: "unusable";
      readonly reason: "insecure_context" | "no_storage" | "storage_failed" | "storage_full";
    };

export type Patch =
  | {
      readonly kind: "signed_in";
      readonly accountId: AccountId;
      readonly username: string;
      readonly role: string;
    }
  /** The session ended on the server: go to sign-in. Local data stays. */
  | { readonly kind: "signed_out" }
  | { readonly kind: "device"; readonly device: DeviceState }
  | { readonly kind: "seating"; readonly seating: Seating }
  | { readonly kind: "connection"; readonly connection: Connection }
  /** Upserts by id. `complete` marks the first full list, after which emptiness is true emptiness. */
  | {
      readonly kind: "conversations";
      readonly conversations: readonly ConversationView[];
      readonly complete: boolean;
    }
  /** Upserts by id; pages come newest first on demand. */
  | {
      readonly kind: "messages";
      readonly conversationId: ConversationId;
      readonly messages: readonly MessageView[];
      /** Present on an answer to `open` or `more`: nothing older is stored, nor in the archive. */
      readonly reachedStart?: boolean;
    }
  /** It leaves the list. */
  | { readonly kind: "forgotten"; readonly conversationId: ConversationId }
  /** Somebody wrote or removed a comment on this post. */
  | { readonly kind: "commented"; readonly conversationId: ConversationId; readonly post: MessageId }
  | { readonly kind: "removed"; readonly conversationId: ConversationId; readonly ids: readonly MessageId[] }
  /** Upserts by id. `complete`: there are no others. */
  | {
      readonly kind: "uploads";
      readonly uploads: readonly UploadView[];
      readonly gone: readonly AttachmentId[];
      readonly complete?: true;
    }
  /** How much of a file has come, from 0 to 1; undefined once it is here, or not wanted any more. */
  | {
      readonly kind: "fetching";
      readonly attachmentId: AttachmentId;
      readonly done: number | undefined;
    }
  /** Upserts by account. */
  | {
      readonly kind: "profiles";
      readonly profiles: readonly ProfileView[];
      /** Of groups. */
      readonly pictures?: readonly PictureView[];
      /** What this person calls others; undefined where they do so no more. */
      readonly nicknames?: readonly {
        readonly accountId: AccountId;
        readonly nickname: string | undefined;
      }[];
    }
  | {
      readonly kind: "typing";
      readonly conversationId: ConversationId;
      readonly accountId: AccountId;
      readonly until: number;
    }
  /** What was being written on another device of this person; empty where nothing is any more. */
  | {
      readonly kind: "drafts";
      readonly drafts: readonly { readonly conversationId: DraftPlace; readonly text: string }[];
    }
  /** The account's devices share no more than they do: what is changed from now on stays on the device. */
  | { readonly kind: "store_full" }
  /** The other of a direct conversation is there. */
  | { readonly kind: "present"; readonly conversationId: ConversationId; readonly until: number };

/** A conversation, or the username of somebody there is none with yet. */
export type DraftPlace = ConversationId | `@${string}`;

/** Every command is answered: with its result or with `failed` and a code (a refusal code, or below). */
export type Command =
  /** Who has exactly this name, and the conversation there is with them; nothing is begun. */
  | { readonly kind: "find_person"; readonly username: string }
  /** Start a direct conversation, or find the one there is; answered with its id. */
  /** Finds them, and holds on to them as the one who made the link. */
  | { readonly kind: "meet_by_link"; readonly username: string; readonly fingerprint: string }
  /** Of this person's own root key. */
  | { readonly kind: "own_fingerprint" }
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

/** In a browser whose account has its keys elsewhere. */
export type KeylessCommand =
  /** Shows a code until a device has answered, as `link` of the device's state. */
  | { readonly kind: "link_here" }
  | { readonly kind: "cancel_link" }
  /** With the 24 words: this browser takes the place of all devices that are lost. */
  | { readonly kind: "recover"; readonly words: string };

export type DeviceCommand =
  | { readonly kind: "list_devices" }
  | { readonly kind: "rename_device"; readonly deviceId: DeviceId; readonly name: string }
  /** Signed out for good and out of every conversation. */
  | { readonly kind: "revoke_device"; readonly deviceId: DeviceId }
  /** Who shows this code. */
  | { readonly kind: "look_at_code"; readonly code: string }
  /** Hands them the account's keys. */
  | { readonly kind: "link_another"; readonly code: string }
  | { readonly kind: "read_recovery" }
  | { readonly kind: "show_words" }
  /** They are written down. */
  | { readonly kind: "confirm_words" }
  /** That they open what they should. */
  | { readonly kind: "prove_words"; readonly words: string };

/** About what is kept, sealed, with the server for devices to come: of one conversation, or of all where it is null. */
export type ArchiveCommand =
  | { readonly kind: "read_archive" }
  | {
      readonly kind: "keep_archive";
      readonly conversationId: ConversationId | null;
      readonly on: boolean;
    }
  /** Also switches it off. */
  | { readonly kind: "drop_archive"; readonly conversationId: ConversationId | null };

export interface ArchiveView {
  /** Of all conversations together. */
  readonly bytes: number;
  /** The server takes no more. */
  readonly isFull: boolean;
}

export interface OwnDeviceView {
  readonly deviceId: DeviceId;
  readonly name: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly isThis: boolean;
  /** False: no entry of the account's log vouches for it, whatever the server says. */
  readonly isSigned: boolean;
}

export interface Recovery {
  /** This device can still show the words. */
  readonly hasWords: boolean;
  readonly confirmedAt: number | undefined;
  readonly provenAt: number | undefined;
}

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

export type GroupCommand =
  | {
      readonly kind: "found_group";
      readonly name: string;
      readonly usernames: readonly string[];
      /** A private channel: people come into it by links alone. */
      readonly channel?: true;
    }
  | {
      readonly kind: "add_members";
      readonly conversationId: ConversationId;
      readonly usernames: readonly string[];
    }
  | { readonly kind: "remove_member"; readonly conversationId: ConversationId; readonly accountId: AccountId }
  | {
      readonly kind: "set_rank";
      readonly conversationId: ConversationId;
      readonly accountId: AccountId;
      /** owner: the group is handed over, and its owner so far becomes an admin. */
      readonly rank: Rank;
    }
  | ({ readonly kind: "set_about"; readonly conversationId: ConversationId } & AboutGroup)
  /** What is not named stays. */
  | {
      readonly kind: "set_rights";
      readonly conversationId: ConversationId;
      readonly chosen: Partial<WhoMay>;
    }
  | { readonly kind: "leave_group"; readonly conversationId: ConversationId }
  /** It was read why a change was not made. */
  | { readonly kind: "heed_refusal"; readonly conversationId: ConversationId }
  /** By its owner: everybody is removed, and the server forgets it. */
  | { readonly kind: "end_group"; readonly conversationId: ConversationId }
  /** The commit that stopped it; null where none did. */
  | { readonly kind: "read_evidence"; readonly conversationId: ConversationId }
  /** Of any conversation: how long what is written from here on lasts, in seconds; null for ever. */
  | { readonly kind: "set_timer"; readonly conversationId: ConversationId; readonly seconds: number | null };

/** Links into groups. `secret` is what stands behind `#`. */
export type LinkCommand =
  | {
      readonly kind: "create_link";
      readonly conversationId: ConversationId;
      /** Milliseconds from now; 0 for never. */
      readonly expiresIn: number;
      /** 0 for any number. */
      readonly uses: number;
      readonly approval: boolean;
    }
  | { readonly kind: "list_links"; readonly conversationId: ConversationId }
  | { readonly kind: "revoke_link"; readonly conversationId: ConversationId; readonly linkId: LinkId }
  | {
      readonly kind: "answer_request";
      readonly conversationId: ConversationId;
      readonly accountId: AccountId;
      readonly admit: boolean;
    }
  | { readonly kind: "look_at_link"; readonly linkId: LinkId; readonly secret: string }
  /** Answered with the group's id, or undefined where somebody in it is asked first. */
  | { readonly kind: "join_by_link"; readonly linkId: LinkId; readonly secret: string };

/** To the moderators of the server, about somebody else. */
export type ReportCommand =
  /** What they wrote in a conversation: as many as one report takes, around this message or the newest; oldest first. */
  | {
      readonly kind: "reportable";
      readonly conversationId: ConversationId;
      readonly accountId: AccountId;
      readonly around?: MessageId | undefined;
    }
  /** Fails without having told anything. With the same id it can be tried again. */
  | {
      readonly kind: "report";
      readonly reportId: ReportId;
      readonly accountId: AccountId;
      readonly messageIds: readonly MessageId[];
      readonly reason: ReportReason;
      readonly comment: string;
      /** Once the server has it. */
      readonly block: boolean;
    };

export interface Reportable {
  readonly id: MessageId;
  readonly sentAt: number;
  readonly text: string;
  readonly files: number;
  /** False for what came before this device kept proofs, and for what the server knows no more. */
  readonly provable: boolean;
}

/** About public channels. Nothing of them waits here: without the server such a command fails. */
export type ChannelCommand =
  | { readonly kind: "find_channel"; readonly handle: string }
  | ({ readonly kind: "create_channel"; readonly handle: string } & AboutChannel)
  | { readonly kind: "join_channel"; readonly handle: string }
  | { readonly kind: "leave_channel"; readonly conversationId: ConversationId }
  | { readonly kind: "delete_channel"; readonly conversationId: ConversationId }
  | ({ readonly kind: "change_channel"; readonly conversationId: ConversationId } & Partial<AboutChannel>)
  | {
      readonly kind: "set_channel_admin";
      readonly conversationId: ConversationId;
      readonly username: string;
      readonly admin: boolean;
    }
  | { readonly kind: "post"; readonly conversationId: ConversationId; readonly text: string }
  | {
      readonly kind: "change_post";
      readonly conversationId: ConversationId;
      readonly post: MessageId;
      /** Undefined takes it back. */
      readonly text: string | undefined;
    }
  | {
      readonly kind: "count_comments";
      readonly conversationId: ConversationId;
      readonly posts: readonly MessageId[];
    }
  | {
      readonly kind: "read_comments";
      readonly conversationId: ConversationId;
      readonly post: MessageId;
      /** The `next` of the answer before; 0 for the newest. */
      readonly before: number;
    }
  | {
      readonly kind: "comment";
      readonly conversationId: ConversationId;
      readonly post: MessageId;
      readonly text: string;
    }
  | {
      readonly kind: "delete_comment";
      readonly conversationId: ConversationId;
      readonly commentId: MessageId;
    };

export interface AboutGroup {
  readonly name: string;
  readonly description: string;
  /** Absent: it stays; null: there is none from now on. */
  readonly picture?: Uint8Array<ArrayBuffer> | null;
}

interface AboutChannel {
  readonly title: string;
  readonly description: string;
  readonly comments: boolean;
}

export interface FoundChannel extends AboutChannel {
  readonly handle: string;
  readonly owner: string;
  readonly subscribers: number;
  /** Where this device has it. */
  readonly conversationId: ConversationId | undefined;
}

export interface CommentView {
  readonly id: MessageId;
  readonly place: number;
  readonly sender: AccountId;
  readonly username: string;
  readonly mine: boolean;
  readonly sentAt: number;
  /** Undefined where its signature does not fit. */
  readonly text: string | undefined;
}

export interface LinkView {
  readonly linkId: LinkId;
  readonly by: AccountId;
  readonly expiresAt: number;
  /** How many may come by it, and have. */
  readonly uses: number;
  readonly used: number;
  readonly approval: boolean;
  /** Only on the device that made it. */
  readonly secret: string | undefined;
}

/** What a link shows of its group to whoever was given it. */
export interface LinkPreview {
  readonly name: string;
  readonly community?: true;
  readonly members: number;
  /** Into a private channel. */
  readonly channel?: true | undefined;
  readonly approval: boolean;
  readonly standing: "outside" | "waiting" | "inside";
  /** Where this device has it. */
  readonly conversationId: ConversationId | undefined;
}

/** About a message that stands in its place. */
export type DeedCommand =
  | { readonly kind: "edit"; readonly messageId: MessageId; readonly text: string }
  | { readonly kind: "react"; readonly messageId: MessageId; readonly emoji: string | null }
  | { readonly kind: "pin"; readonly messageId: MessageId; readonly pinned: boolean }
  | { readonly kind: "delete"; readonly messageId: MessageId; readonly forAll: boolean }
  /** In place of what this person chose before; nothing takes it back. */
  | { readonly kind: "vote"; readonly messageId: MessageId; readonly choices: readonly number[] }
  | { readonly kind: "close"; readonly messageId: MessageId }
  /** As it stands, without saying who wrote it. */
  | { readonly kind: "forward"; readonly messageId: MessageId; readonly to: ConversationId }
  /** The message that another one of this conversation answers; none of another conversation is shown here. */
  | { readonly kind: "quoted"; readonly conversationId: ConversationId; readonly messageId: MessageId };

export type AttachmentCommand =
  /** Seals a file and uploads it; answered at once, the rest comes as `uploads`. */
  | {
      readonly kind: "attach";
      readonly conversationId: ConversationId;
      readonly about: Omit<AttachmentView, "size">;
      readonly file: Blob;
    }
  | { readonly kind: "pause_upload"; readonly attachmentId: AttachmentId }
  /** Also tries again what failed. */
  | { readonly kind: "resume_upload"; readonly attachmentId: AttachmentId }
  | { readonly kind: "drop_upload"; readonly attachmentId: AttachmentId }
  /** Of a message that waits for it, which is taken back: answered with its words, or undefined if it is too late. */
  | {
      readonly kind: "cancel_upload";
      readonly messageId: MessageId;
      readonly attachmentId: AttachmentId;
    }
  | { readonly kind: "stop_fetch"; readonly attachmentId: AttachmentId }
  /** Fetched, checked and decrypted. Of no message: what stands beside what is being written. */
  | {
      readonly kind: "fetch_file";
      readonly messageId: MessageId | undefined;
      readonly attachmentId: AttachmentId;
    };

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

/** Codes of a failed command beyond the server's refusals. */
export type LocalFailure =
  | "unreachable"
  | "storage"
  | "crypto"
  | "elsewhere"
  | "identity_changed"
  /** Once more since the person looked. */
  | "identity_changed_again"
  /** This device has seen no key of theirs yet. */
  | "identity_unknown"
  /** The server names somebody else than the link does. */
  | "link_differs"
  /** The address is not whole: what stands behind `#` does not fit it. */
  | "link_broken"
  /** Nobody whom the link's maker knew vouches for what the server shows of the group. */
  | "link_unvouched"
  | "too_long"
  /** Written so long ago that the server does not know any more whether it has come already. */
  | "too_old"
  | "attachment.not_allowed"
  /** Its name, its type and its content do not say the same. */
  | "attachment.disagrees"
  /** It is not what its sender described. */
  | "attachment.damaged"
  /** Not wanted any more by the person. */
  | "attachment.stopped"
  /** Changed or taken away since it was chosen. */
  | "attachment.unreadable"
  /** This device does not have it any more. */
  | "attachment.gone"
  /** One of a message's files could not be uploaded. */
  | "attachment.failed"
  /** More people than one change takes. */
  | "too_many_people"
  /** Into a private channel nobody is added. */
  | "by_link_only"
  /** A change of a group is kept, and goes out as soon as the server can be reached. */
  | "change_waits"
  /** Typed with a slip, or no code of a new device. */
  | "code_mistyped"
  /** What came for this code was sealed by nobody who was told it. */
  | "device_link_wrong"
  /** Not 24 words, or those of another account. */
  | "wrong_words"
  /** They are not on this device any more. */
  | "words_gone"
  /** What the server keeps for the words is not what was sealed for them last. */
  | "vault_differs"
  /** The account's log does not know the device. */
  | "device_unsigned"
  /** Its answers contradict each other: nothing was taken from them. */
  | "server_wrong";

/** The one door to all that is not view: a worker in the page, a plain object under Bun. */
export interface Messenger {
  do<C extends Command>(command: C): Promise<Results[C["kind"]]>;
  /** Patches from now on; the current state comes first. Returns how to stop. */
  listen(listener: (patch: Patch) => void): () => void;
  close(): Promise<void>;
}
