import type { Attachment } from "../../src/protocol/content.ts";
import type { AccountId, AttachmentId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { Poll } from "../../src/protocol/polls.ts";
import type { Rights } from "../../src/protocol/rights.ts";
import type { Rank } from "../../src/protocol/role-list.ts";
import type { DeviceDoubt, GroupChange, Shelf } from "../storage/records.ts";
import type { CommunityView } from "./communities/commands.ts";
import type { DeviceCode } from "./devices/link-here.ts";
import type { Seating } from "./devices/tend-devices.ts";

/**
 * What passes between the worker (encryption, storage, network) and the models on the main thread.
 * Commands go in (`commands.ts`), patches come out; models own the signals and hold no other truth than these.
 */

/** The picture of a group, a small JPEG; null when it has none any more. */
export interface PictureView {
  readonly conversationId: ConversationId;
  readonly picture: Uint8Array<ArrayBuffer> | null;
}

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
