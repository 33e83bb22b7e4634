import * as v from "valibot";
import { CHUNK } from "../../src/protocol/attachments.ts";
import { communitySaying, listedPlace, MOST_LISTED } from "../../src/protocol/community.ts";
import {
  attachment,
  attachmentList,
  DESCRIPTION_LIMIT,
  deed,
  deviceLogHead,
  EMOJI_LIMIT,
  MOST_MENTIONS,
  NAME_LIMIT,
} from "../../src/protocol/content.ts";
import { conversationKind } from "../../src/protocol/conversations.ts";
import { messageEnvelope } from "../../src/protocol/delivery.ts";
import { DEPARTURE_SIZE } from "../../src/protocol/departure.ts";
import {
  accountId,
  conversationId,
  deviceId,
  incarnation,
  linkId,
  messageId,
} from "../../src/protocol/ids.ts";
import { choices, poll } from "../../src/protocol/polls.ts";
import { BIO_LIMIT, PICTURE_SIZE, PROFILE_NAME_LIMIT } from "../../src/protocol/profiles.ts";
import { rights } from "../../src/protocol/rights.ts";
import { RANKS } from "../../src/protocol/role-list.ts";
import { bytes, count, epoch, LATEST, SIZE, sequence, text } from "../../src/protocol/values.ts";
import { FOLDER_NAME, MOST_FOLDERS } from "./folder-limits.ts";
import { keptWish } from "./group-wish.ts";
import type { StoreName } from "./storage.ts";

/** What was kept before there was a bound is still read. */
const time = v.pipe(
  v.number(),
  v.integer(),
  v.transform((value) => Math.min(Math.max(value, 0), LATEST)),
);

const MEBIBYTE = 1024 * 1024;
const state = bytes(16 * MEBIBYTE, 1);

/** Who last signed in here, so that a page without network still shows what is stored. */
const account = v.object({ accountId, username: text(64), role: text(16) });

/** Made once for an account. `registration` is the request as first sent; null once it was answered. */
const identity = v.object({
  deviceId,
  /** As the server named itself when the identity was made; certificates name it. */
  origin: text(256),
  keys: bytes(64 * 1024, 1),
  device: bytes(64 * 1024, 1),
  registration: v.nullable(bytes(SIZE.request, 1)),
  /** The account had devices before this one. */
  joined: v.optional(v.literal(true)),
});

/** When the words were known to be written down, and when they were last shown to open the vault. */
const recovery = v.object({ confirmedAt: v.optional(time), provenAt: v.optional(time) });

const keyPackage = v.object({
  secret: bytes(64 * 1024, 1),
  lastResort: v.boolean(),
  /** Nobody is to be added with it from then on. */
  endsAt: v.optional(time),
});

/** What changes with each message. The tree of the epoch lies apart, under `treeKey`. */
const group = v.object({ generation: count, epoch, ratchets: state, treeKey: text(64) });
const tree = v.object({ bytes: state });

/** A commit on its way, and the group as it will be once the server has accepted it. Nothing is sent meanwhile. */
const pendingCommit = v.object({
  commitId: messageId,
  /** rejoin: an external commit, by which this device comes back into a group that it lost. change: of people or ranks. */
  purpose: v.picklist(["update", "rejoin", "change"]),
  generation: count,
  /** The epoch that it ends. */
  epoch,
  /** What goes over the network, byte for byte the same until it is answered. */
  request: bytes(SIZE.request, 1),
  ratchets: state,
  tree: state,
  /** What it was made for: made anew when another's commit comes first. */
  wished: v.optional(keptWish),
});
export type PendingCommit = v.InferOutput<typeof pendingCommit>;

const rank = v.picklist(RANKS);
const someAccounts = v.pipe(v.array(accountId), v.minLength(1), v.maxLength(1000));

const names = v.pipe(v.array(text(NAME_LIMIT)), v.minLength(1), v.maxLength(MOST_LISTED));

/** What became of a group; the message's sender did it. */
const groupChange = v.variant("kind", [
  v.object({ kind: v.literal("added"), accounts: someAccounts }),
  v.object({ kind: v.literal("removed"), accounts: someAccounts }),
  /** By the server, whoever carried it out. */
  v.object({ kind: v.literal("expelled"), accounts: someAccounts }),
  v.object({ kind: v.literal("ranked"), account: accountId, rank }),
  v.object({ kind: v.literal("named"), name: text(NAME_LIMIT) }),
  v.object({ kind: v.literal("described") }),
  v.object({ kind: v.literal("pictured") }),
  /** In a community: by their names. */
  v.object({ kind: v.literal("listed"), names }),
  v.object({ kind: v.literal("unlisted"), names }),
  v.object({ kind: v.literal("left") }),
  v.object({ kind: v.literal("ended") }),
  v.object({ kind: v.literal("timer"), seconds: v.nullable(count) }),
  /** Who may do what, or how slowly people write. */
  v.object({ kind: v.literal("rights") }),
  /** This account is out, and nobody has shown who did it. */
  v.object({ kind: v.literal("out") }),
]);
export type GroupChange = v.InferOutput<typeof groupChange>;

/** Somebody in a group, or who was in it when `rank` is null. */
const member = v.object({
  accountId,
  /** Empty until the server has told it. */
  username: text(64),
  rank: v.nullable(rank),
  /** From where on messages reach them. */
  joined: sequence,
  delivered: sequence,
  read: sequence,
  /** In slow mode: when the server took their last message. */
  wroteAt: v.optional(time),
});
export type MemberRecord = v.InferOutput<typeof member>;

const about = v.object({
  name: text(NAME_LIMIT),
  description: text(DESCRIPTION_LIMIT),
  /** False when changes may have been missed: then who added this device says it again. */
  sure: v.boolean(),
});

/** What belongs to a community, and where of that this person has asked to be let in. */
const community = v.object({
  listed: v.pipe(v.array(listedPlace), v.maxLength(MOST_LISTED)),
  asked: v.optional(v.array(conversationId), []),
  /** As of `about`. */
  sure: v.boolean(),
  /** Was sure once: from then on only those in charge say it again. */
  wasSure: v.optional(v.literal(true)),
});
export type CommunityRecord = v.InferOutput<typeof community>;

const saying = {
  text: text(16_000),
  attachments: v.optional(attachmentList),
  poll: v.optional(poll),
  replyTo: v.optional(messageId),
  forwarded: v.optional(v.literal(true)),
  mentions: v.optional(v.pipe(v.array(accountId), v.maxLength(MOST_MENTIONS))),
  mentionsAll: v.optional(v.literal(true)),
  /** Seconds. */
  expiresIn: v.optional(count),
};

const body = v.variant("kind", [
  v.object({ kind: v.literal("text"), ...saying }),
  /** Its author, or somebody in charge of the group, took it back for everybody. */
  v.object({ kind: v.literal("deleted") }),
  /** Taken out of this device alone; or something done about another message, which it stands in. */
  v.object({ kind: v.literal("hidden") }),
  v.object({ kind: v.literal("deed"), edits: v.optional(messageId) }),
  /** Kept for a version that understands it. */
  v.object({ kind: v.literal("not_understood"), content: bytes(SIZE.messageCiphertext) }),
  v.object({ kind: v.literal("not_decrypted") }),
  v.object({ kind: v.literal("founded") }),
  /** In a public channel: something that none of its authors signed, or that was withheld. */
  v.object({ kind: v.literal("refused") }),
  /** A change of the group that nobody is shown. */
  v.object({ kind: v.literal("commit") }),
  /** A message that this device could not follow; nobody is shown it, the next `gap` counts it. */
  v.object({ kind: v.literal("lost") }),
  /** Written by somebody whom this person blocked, or who had no right to: nothing of it is kept. */
  v.object({ kind: v.literal("blocked") }),
  /** A message that came before, at another place: only its place counts. */
  v.object({ kind: v.literal("again") }),
  /** Where this device came back: so many messages before it could not be recovered. */
  v.object({ kind: v.literal("gap"), count }),
  v.object({
    kind: v.literal("change"),
    changes: v.pipe(v.array(groupChange), v.maxLength(1000)),
    /** Found where this device came back: whoever did it, and so many messages before it could not be recovered. */
    meanwhile: v.optional(v.object({ lost: count })),
  }),
]);

export const MOST_EARLIER = 20;
export const MOST_VOTES = 1000;

/** What shows a moderator that somebody sent this: see `src/protocol/franking.ts`. Of a changed message, of its change. */
const franking = v.object({ messageId, key: bytes(32, 32), content: bytes(SIZE.messageCiphertext, 1) });
export type FrankingRecord = v.InferOutput<typeof franking>;

const message = v.object({
  messageId,
  sequence,
  sender: accountId,
  sentAt: time,
  /** Only of an own message that had to wait before it went out. */
  writtenAt: v.optional(time),
  body,
  /** What it said before, the oldest first, each until when. */
  earlier: v.optional(
    v.pipe(v.array(v.object({ text: text(16_000), until: time })), v.maxLength(MOST_EARLIER)),
  ),
  reactions: v.optional(
    v.pipe(v.array(v.object({ accountId, emoji: text(EMOJI_LIMIT, 1) })), v.maxLength(1000)),
  ),
  /** Of a poll: the last vote of each account, in the order they came. */
  votes: v.optional(v.pipe(v.array(v.object({ accountId, choices })), v.maxLength(MOST_VOTES))),
  /** `late`: whose votes came behind it and do not count. */
  closed: v.optional(
    v.object({ by: accountId, at: time, late: v.pipe(v.array(accountId), v.maxLength(MOST_VOTES)) }),
  ),
  pinned: v.optional(v.literal(true)),
  /** Came sooner than slow mode allows. */
  hasty: v.optional(v.literal(true)),
  /** Only of what somebody else wrote. */
  franking: v.optional(franking),
  /** On the server's clock: nothing of it is kept then. */
  expiresAt: v.optional(time),
  /** The place of what changed it last. */
  changedBy: v.optional(sequence),
  /** The chain over the epoch's events up to and with this one: see `seen-chain.ts`. */
  chain: bytes(32, 32),
});
export type MessageRecord = v.InferOutput<typeof message>;

/** As it lies in the archive, where nothing lies that disappears. */
export const archivedMessage = v.omit(message, ["changedBy", "chain", "expiresAt", "franking"]);

/** `marked`: as unread, to come back to it. `folders`: by their names; one that nothing is in is none. */
const shelf = v.object({
  pinned: v.boolean(),
  muted: v.boolean(),
  archived: v.boolean(),
  marked: v.boolean(),
  folders: v.optional(v.pipe(v.array(text(FOLDER_NAME, 1)), v.maxLength(MOST_FOLDERS))),
  /** Nothing of it goes into the archive. */
  unkept: v.optional(v.boolean()),
});
export type Shelf = v.InferOutput<typeof shelf>;

/** As the link's holder signed it. */
const joinRequest = v.object({
  username: text(64),
  linkId,
  accountId,
  deviceId,
  rootPublicKey: bytes(32, 32),
  at: time,
  signature: bytes(64, 64),
});

export const MOST_HEADS = 32;
export const MOST_DOUBTS = 64;

/**
 * differs: the server showed others another device log of this account than it shows here, or here another than
 * before. unlisted: a device in the group does not stand in it.
 */
const deviceDoubt = v.object({ accountId, why: v.picklist(["differs", "unlisted"]) });
export type DeviceDoubt = v.InferOutput<typeof deviceDoubt>;

const stranger = v.object({ accountId, username: text(64), root: bytes(32, 32) });
export type Stranger = v.InferOutput<typeof stranger>;

export const MOST_CALLS = 100;
export const MOST_WISHES = 20;
export const MOST_PINS = 50;

const conversation = v.object({
  kind: conversationKind,
  peer: v.nullable(v.object({ accountId, username: text(64) })),
  /** When the peer last showed that they are there, by the clock of this device. */
  seenAt: v.optional(time),
  generation: count,
  /** Everything up to here is in storage. */
  cursor: sequence,
  chain: bytes(32, 32),
  /** The counter of the last message this device encrypted. */
  counter: count,
  unread: count,
  /** Where somebody called this person by name and they have not been yet, the oldest first. */
  calls: v.optional(v.pipe(v.array(sequence), v.maxLength(MOST_CALLS))),
  /** How long what is written lasts, in seconds; absent for ever. */
  timer: v.optional(count),
  /** Said by whoever may set it, or once by whoever added this account. */
  timerHeard: v.optional(v.literal(true)),
  /** Messages kept in sight, the one pinned last at the end. */
  pins: v.optional(v.pipe(v.array(v.object({ messageId, sequence })), v.maxLength(MOST_PINS))),
  readUpTo: sequence,
  /** How far the own read marks that were queued went. */
  readTold: sequence,
  /** How far the peer's devices and the peer's eyes are. */
  delivered: sequence,
  read: sequence,
  lastOwn: sequence,
  /** The newest message that somebody else wrote: what a read mark is worth sending for. */
  lastTheirs: sequence,
  last: v.nullable(message),
  changedAt: time,
  /** repairing: this device lost the group and comes back into it by itself; what is written waits. */
  state: v.picklist(["ready", "repairing", "frozen"]),
  /**
   * refused: a change that may not be. unrepaired: no way back was found today. unvouched: nobody who had the right
   * to has signed what is shown of the group. removed, left, expelled (by the
   * server): this account is in it no more. alone: the other was expelled from a direct conversation.
   */
  frozenBy: v.optional(
    v.picklist(["refused", "unrepaired", "unvouched", "removed", "left", "expelled", "ended", "alone"]),
    "refused",
  ),
  /** Tries to come back, and when the last one was: see `repair-conversation.ts`. */
  repairs: v.optional(v.object({ tries: count, lastAt: time }), { tries: 0, lastAt: 0 }),
  /** Messages that could not be followed since the group was lost. */
  lost: v.optional(count, 0),
  /** Up to here this device did not see everything: accounts of the past are not compared. */
  blindUpTo: v.optional(sequence, 0),
  /** Where the epoch of the group that is kept here began. */
  epochFrom: v.optional(sequence),
  /** When this device's leaf key was made, what it sent since, and whether others held a way to it from before. */
  leafKey: v.optional(v.object({ since: time, sent: count, offered: v.boolean() }), {
    since: 0,
    sent: 0,
    offered: false,
  }),
  /** Somebody's account of the past differs from this device's: something was withheld or reordered. */
  differs: v.boolean(),
  /** The peer's root key is not the pinned one: nothing is sent. */
  identityChanged: v.boolean(),
  /** Since when: from there on somebody unknown writes under the peer's name. */
  identityChangedFrom: v.optional(sequence),
  /** Who came with another root than the pinned one, or by the name of somebody else, as last seen. */
  strangers: v.optional(v.pipe(v.array(stranger), v.maxLength(1_000))),
  /** They came with a later group, which was not followed. */
  unfollowed: v.optional(v.literal(true)),
  /** The group has changed since its devices were held against the device logs. */
  devicesDue: v.optional(v.literal(true)),
  /** What others were shown of device logs, until this device has looked. */
  heads: v.optional(v.pipe(v.array(deviceLogHead), v.maxLength(MOST_HEADS))),
  /** Never taken back. */
  deviceDoubts: v.optional(v.pipe(v.array(deviceDoubt), v.maxLength(MOST_DOUBTS))),
  /** Of a group, in the order they came. */
  people: v.optional(v.array(member), []),
  /** As the role list says them. */
  rights: v.optional(rights, { addMembers: "admins" }),
  /** In slow mode: nothing is sent before this time of the own clock. */
  pausedUntil: v.optional(time),
  about: v.optional(v.nullable(about), null),
  /** Absent where it is none. */
  community: v.optional(community),
  /** Who added this account: may tell it once what the group is called. */
  addedBy: v.optional(v.nullable(accountId), null),
  /** Added by somebody who may not: nothing of it is shown, and this device leaves it as soon as it can. */
  unwanted: v.optional(v.boolean()),
  /** How this person keeps it in their list. */
  shelf: v.optional(shelf, { pinned: false, muted: false, archived: false, marked: false }),
  /** What this person wanted of the group and others' changes came before: made as soon as it can be. */
  wishes: v.optional(v.pipe(v.array(keptWish), v.maxLength(MOST_WISHES))),
  /** Why a change that waited was not made, until the person has read it. */
  refusedChange: v.optional(text(64)),
  /** Made on this device: a link's secret is nowhere else. `told`: a hash of what its preview said last. */
  links: v.optional(
    v.pipe(
      v.array(v.object({ publicKey: bytes(32, 32), secret: bytes(32, 32), told: text(64_000) })),
      v.maxLength(64),
    ),
  ),
  /** Who asks to be let in, to whoever may. */
  asking: v.optional(v.pipe(v.array(joinRequest), v.maxLength(200))),
  /** Accounts that left and whose leaves are still in the tree; this device removes them when it is due. */
  departures: v.optional(
    v.array(v.object({ accountId, statement: bytes(DEPARTURE_SIZE, 1), due: time })),
    [],
  ),
});
export type ConversationRecord = v.InferOutput<typeof conversation>;

/** A public channel: see `web/delivery/channels`. Its entries lie in `messages`, by its id and their sequence. */
const channel = v.object({
  handle: text(64),
  title: text(NAME_LIMIT),
  description: text(DESCRIPTION_LIMIT),
  comments: v.boolean(),
  /** Who writes in it; the first is its owner, at the root that was first seen. */
  authors: v.array(v.object({ accountId, username: text(64), rootPublicKey: bytes(32, 32) })),
  subscribers: count,
  /** Up to and with this entry all is here, from the one named `first` on. */
  cursor: sequence,
  /** Hash of the entry at the cursor. */
  chain: bytes(32, 32),
  first: sequence,
  /** Hash that the oldest entry here names as the one before it. */
  before: bytes(32, 32),
  /** Where the statement stands that is taken to hold before the oldest entry here; absent where that is one. */
  statedAt: v.optional(sequence),
  unread: count,
  readUpTo: sequence,
  last: v.nullable(message),
  changedAt: time,
  /** Something was left out, put in or changed on the way. */
  differs: v.boolean(),
  /** The server says that it is no more. */
  gone: v.boolean(),
  shelf,
});
export type ChannelRecord = v.InferOutput<typeof channel>;

const outgoingContent = v.variant("kind", [
  v.object({ kind: v.literal("text"), ...saying }),
  ...deed.options,
  v.object({ kind: v.literal("read"), upTo: sequence }),
  v.object({
    kind: v.literal("timer"),
    seconds: v.nullable(count),
    again: v.optional(v.literal(true)),
  }),
  v.object({ kind: v.literal("community"), ...communitySaying }),
  v.object({
    kind: v.literal("about"),
    name: text(NAME_LIMIT, 1),
    description: text(DESCRIPTION_LIMIT),
    picture: v.optional(v.nullable(bytes(PICTURE_SIZE, 1))),
    again: v.optional(v.boolean()),
  }),
]);
export type OutgoingContent = v.InferOutput<typeof outgoingContent>;

/** A message on its way, until its own echo has come back in its place. */
const outgoing = v.object({
  messageId,
  conversationId,
  content: outgoingContent,
  createdAt: time,
  /** What goes over the network, byte for byte the same until it is answered. */
  envelope: v.nullable(v.omit(messageEnvelope, ["messageId"])),
  accepted: v.nullable(v.object({ sequence, sentAt: time, writtenAt: v.optional(time) })),
  failure: v.nullable(text(64)),
  /** Nothing of it goes out before this time of the own clock. */
  sendAt: v.optional(time),
  /** Its author has taken it out of sight here, before its echo came. */
  hidden: v.optional(v.boolean()),
});
export type Outgoing = v.InferOutput<typeof outgoing>;

const founding = v.object({
  conversationId,
  kind: conversationKind,
  /** Null for a group. */
  peer: v.nullable(v.object({ accountId, username: text(64) })),
  /** Of a group: what it is called, and the names of those who are in from the first. */
  name: v.optional(text(NAME_LIMIT)),
  people: v.optional(v.array(v.object({ accountId, username: text(64) })), []),
  request: bytes(SIZE.request, 1),
  /** Of a community: what belongs to it, as far as this device can tell. */
  listed: v.optional(v.pipe(v.array(listedPlace), v.maxLength(MOST_LISTED))),
  /** Not founded but joined by this link. */
  linkId: v.optional(linkId),
  /** Not founded either: this device comes back into it in the place of one that was lost. */
  returning: v.optional(v.literal(true)),
  /** The group as it will be once the server has accepted it. */
  ratchets: state,
  tree: state,
});
export type Founding = v.InferOutput<typeof founding>;

/**
 * How this person stands to another; who has no record was accepted. asking: wrote first and waits for an answer;
 * declined: may ask anew by writing; blocked: nothing of theirs is kept.
 */
const person = v.object({
  standing: v.picklist(["asking", "accepted", "declined", "blocked"]),
  nickname: v.optional(text(64, 1)),
});
export type PersonRecord = v.InferOutput<typeof person>;

/** Those used last, newest first, and the tone of skin that was chosen last. */
const emojiUsed = v.object({ recent: v.array(text(EMOJI_LIMIT, 1)), tone: count });

/** What others learn of this person, and may do; all of it unless it was switched off. */
const privacy = v.object({
  readMarks: v.boolean(),
  typing: v.boolean(),
  presence: v.optional(v.boolean(), true),
  /** Whoever this person never wrote to nor accepted may ask to write, and may add them to groups. */
  strangersWrite: v.optional(v.boolean(), true),
  strangersAdd: v.optional(v.boolean(), true),
  profileInGroups: v.optional(v.boolean(), true),
  /** What is said is kept, sealed, with the server for this account's devices to come. */
  archive: v.optional(v.boolean(), true),
});
export type Privacy = v.InferOutput<typeof privacy>;

/** What somebody shows of themselves, by their account id; `version` is the one held, 0 for none. */
const profileRecord = v.object({
  key: bytes(32, 32),
  /** The newest version this device has been told of, and the key it was told with. */
  told: count,
  version: count,
  name: text(PROFILE_NAME_LIMIT),
  bio: text(BIO_LIMIT),
  picture: v.nullable(bytes(PICTURE_SIZE, 1)),
  /** The own one, until the server has it. */
  unsent: v.boolean(),
});
export type ProfileRecord = v.InferOutput<typeof profileRecord>;

/** A file on its way to the server, sealed already: its ciphertext lies in `pieces`. */
const upload = v.object({
  conversationId,
  attachment,
  createdAt: time,
  /** failed: `failure` says why, and the person decides. done: the server has all of it. */
  phase: v.picklist(["uploading", "paused", "done", "failed"]),
  failure: v.nullable(text(64)),
  /** The message that goes out with it; null while it stands beside what is being written. */
  messageId: v.nullable(messageId),
  /** How its content begins; absent where that was not looked at. */
  leads: v.optional(v.nullable(text(20))),
});
export type UploadRecord = v.InferOutput<typeof upload>;

export const MOST_WHY = 300;

/** A commit that was refused, as it came, and the group that it was judged against. */
const evidence = v.object({
  commitId: messageId,
  sequence,
  sentAt: time,
  senderAccountId: accountId,
  senderDeviceId: deviceId,
  generation: count,
  epoch: count,
  commit: bytes(SIZE.commit, 1),
  why: text(MOST_WHY),
  /** Made here, of a group that may be larger than what goes over the wire. */
  groupInfo: state,
});
export type Evidence = v.InferOutput<typeof evidence>;

/** About one message. */
export const MOST_EARLY = 100;

/** How far a conversation is in the archive, and the archive here: see `web/delivery/archive`. */
const archive = v.object({
  /** Where what this device has by itself begins. */
  from: sequence,
  /** Whatever this device has up to here is in the archive, or is not to be. */
  upTo: sequence,
  /** From there up to here nothing is missing of what came. */
  solid: sequence,
  /** Nothing was said to this account before `from`. */
  isFirst: v.boolean(),
  /** How far the server said that it goes. */
  reach: sequence,
  /** What the archive has from here on has been fetched; `ended`: there was nothing before. */
  read: sequence,
  ended: v.boolean(),
});
export type ArchiveRecord = v.InferOutput<typeof archive>;

/** What the server has shown of an account's device log, verified under this root. */
const deviceLog = v.object({
  root: bytes(32, 32),
  /** Of each entry in its place. */
  hashes: v.pipe(v.array(bytes(32, 32)), v.maxLength(1000)),
  /** All that were ever added. */
  devices: v.array(v.object({ deviceId, signaturePublicKey: bytes(32, 32) })),
  doubt: v.optional(deviceDoubt.entries.why),
});
export type DeviceLogRecord = v.InferOutput<typeof deviceLog>;

/** What this device and the account's others agreed on last about one row of the account store, by the row's name. */
const shared = v.object({
  /** The highest that was seen or written; 0 for none. */
  version: count,
  /** As it stands in that row; null for none. */
  content: v.nullable(bytes(SIZE.messageCiphertext)),
  /** The server shows an older row than that: what is written next follows on this one. */
  shown: v.optional(count),
  /** Of a conversation that this device does not have yet: applied when it comes. */
  waits: v.optional(v.literal(true)),
  /** Where this device came into the conversation: up to there it did not read, it only was not there. */
  cameAt: v.optional(sequence),
});
export type SharedRecord = v.InferOutput<typeof shared>;

/** The shape of each store's records; what does not fit counts as a failure of the storage. */
export const RECORDS = {
  account,
  identity,
  recovery,
  key_packages: keyPackage,
  groups: group,
  trees: tree,
  /** By conversation. */
  commits: pendingCommit,
  conversations: conversation,
  /** By the peer's account id. */
  direct: v.object({ conversationId }),
  /** By conversation and sequence. */
  messages: message,
  /** By message id; where that is taken in another conversation, and in channels, by conversation and message id. */
  message_ids: v.object({
    conversationId,
    store: v.picklist(["messages", "outbox"]),
    place: count,
    /** Taken in another conversation too: the id alone does not say which is meant. */
    shared: v.optional(v.literal(true)),
  }),
  /** By conversation and order of writing. */
  outbox: outgoing,
  /** By the peer's account id, a group's by its own. */
  foundings: founding,
  channels: channel,
  cursors: v.object({ incarnation, sequence }),
  /** By conversation and message id: what was done about a message that has not come yet. */
  deeds: v.pipe(
    v.array(
      v.object({
        sender: accountId,
        deed,
        at: time,
        sequence,
        franking: v.optional(franking),
        expiresAt: v.optional(time),
      }),
    ),
    v.maxLength(MOST_EARLY),
  ),
  /** By conversation. */
  archives: archive,
  /** By conversation and sequence: changed, at that place, since it may have gone into the archive. */
  archive_due: v.object({ by: sequence }),
  /** By conversation: the first, as nothing is followed behind it. */
  evidence,
  drafts: v.object({ text: text(64_000) }),
  emoji: emojiUsed,
  pins: v.object({
    username: text(64),
    root: bytes(32, 32),
    seenAt: time,
    firstUse: v.boolean(),
    /** The root whose safety number this person compared. */
    verified: v.optional(bytes(32, 32)),
  }),
  /** By account id. */
  device_logs: deviceLog,
  /** By the account id of somebody else. */
  people: person,
  privacy,
  profiles: profileRecord,
  /** Of groups, by their id. */
  pictures: v.object({ bytes: bytes(PICTURE_SIZE, 1) }),
  /** By the attachment's id. */
  uploads: upload,
  /** By the attachment's id and the piece's number: ciphertext, `CHUNK` bytes each but the last. */
  pieces: v.object({ bytes: bytes(CHUNK, 1) }),
  /** By the time at which they disappear, their conversation and their sequence: see `expiry-key.ts`. */
  expiries: v.object({ messageId }),
  /** How far the server's clock is ahead of this device's, in milliseconds, as it last said. */
  clock: v.object({ ahead: v.number() }),
  shared,
  /** By the row's name: it says something else here, since when by the server's clock. */
  shared_due: v.object({ at: time }),
  /** `whole`: once all of it was fetched, and what was here before was looked through. */
  shared_cursor: v.object({ sequence, whole: v.boolean() }),
} as const satisfies Record<StoreName, v.GenericSchema<unknown, unknown>>;

export type Records = { [Name in StoreName]: v.InferOutput<(typeof RECORDS)[Name]> };
