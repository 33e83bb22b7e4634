import { sql } from "drizzle-orm";
import { index, primaryKey, sqliteTable, unique } from "drizzle-orm/sqlite-core";
import type { Role } from "../protocol/accounts.ts";
import type { EntryKind } from "../protocol/channel-log.ts";
import type { ConversationKind } from "../protocol/conversations.ts";
import type { AccountEvent, ConversationEvent } from "../protocol/delivery.ts";
import type { Suite } from "../protocol/devices.ts";
import type {
  AccountId,
  AttachmentId,
  ConversationId,
  DeviceId,
  InviteId,
  LinkId,
  MessageId,
  ReportId,
  RowId,
  SessionId,
} from "../protocol/ids.ts";
import type { ReportReason, ReportState } from "../protocol/reports.ts";
import type { Level } from "../protocol/rights.ts";
import { bytes, flag, integer, text, time } from "./columns.ts";

/* The whole data model, as `migrations/` makes it; a test compares the two. Checks stand there alone. */

const CASCADE = { onDelete: "cascade" } as const;

/** Single facts about this installation: incarnation, set-up token hash, … */
export const meta = sqliteTable("meta", {
  key: text().primaryKey(),
  value: text().notNull(),
});

export const settings = sqliteTable("settings", {
  key: text().primaryKey(),
  /** JSON. */
  value: text().notNull(),
  changedAt: time().notNull(),
});

export const accounts = sqliteTable("accounts", {
  id: text().$type<AccountId>().primaryKey(),
  username: text().notNull(),
  /** What look-alike names share; unique. */
  usernameSkeleton: text().notNull().unique(),
  passwordHash: text().notNull(),
  role: text().$type<Role>().notNull(),
  /** Ed25519; settled by the first device. */
  rootPublicKey: bytes(),
  eventHead: integer().notNull().default(0),
  createdAt: time().notNull(),
  disabledAt: time(),
});

export const sessions = sqliteTable(
  "sessions",
  {
    id: text().$type<SessionId>().primaryKey(),
    tokenHash: bytes().notNull().unique(),
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    deviceId: text()
      .$type<DeviceId>()
      .references(() => devices.id, { onDelete: "set null" }),
    userAgent: text().notNull(),
    createdAt: time().notNull(),
    lastUsedAt: time().notNull(),
    expiresAt: time().notNull(),
  },
  (table) => [
    index("sessions_of_account").on(table.accountId),
    index("sessions_of_device").on(table.deviceId),
  ],
);

export const invites = sqliteTable("invites", {
  id: text().$type<InviteId>().primaryKey(),
  codeHash: bytes().notNull().unique(),
  createdBy: text()
    .$type<AccountId>()
    .notNull()
    .references(() => accounts.id, CASCADE),
  createdAt: time().notNull(),
  expiresAt: time().notNull(),
  usesLeft: integer().notNull(),
  uses: integer().notNull().default(0),
  revokedAt: time(),
});

export const profiles = sqliteTable("profiles", {
  accountId: text()
    .$type<AccountId>()
    .primaryKey()
    .references(() => accounts.id, CASCADE),
  version: integer().notNull(),
  sealed: bytes().notNull(),
  updatedAt: time().notNull(),
});

export const devices = sqliteTable(
  "devices",
  {
    id: text().$type<DeviceId>().primaryKey(),
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    name: text().notNull(),
    credential: bytes().notNull(),
    signaturePublicKey: bytes().notNull().unique(),
    createdAt: time().notNull(),
    lastSeenAt: time().notNull(),
    revokedAt: time(),
    /** Account events up to here are in the device's own storage. */
    accountCursor: integer().notNull().default(0),
  },
  (table) => [index("devices_of_account").on(table.accountId)],
);

export const deviceLog = sqliteTable(
  "device_log",
  {
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    position: integer().notNull(),
    entry: bytes().notNull(),
    hash: bytes().notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.position] })],
);

export const keyPackages = sqliteTable(
  "key_packages",
  {
    /** KeyPackageRef, RFC 9420 §5.2. */
    ref: bytes().primaryKey(),
    deviceId: text()
      .$type<DeviceId>()
      .notNull()
      .references(() => devices.id, CASCADE),
    bytes: bytes().notNull(),
    lastResort: flag().notNull(),
    createdAt: time().notNull(),
    /** The end of its lifetime. */
    expiresAt: time().notNull(),
    claimedAt: time(),
    /** When a commit added its device by it: it serves once. Null for ever where it is the last resort. */
    committedAt: time(),
  },
  (table) => [index("key_packages_of_device").on(table.deviceId, table.lastResort, table.claimedAt)],
);

/** What account events carry, kept once for all of one commit: a Welcome, or the commit that removes. */
export const enclosures = sqliteTable("enclosures", {
  id: text().primaryKey(),
  body: bytes().notNull(),
});

export const accountEvents = sqliteTable(
  "account_events",
  {
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    sequence: integer().notNull(),
    /** Null: for every device of the account. */
    deviceId: text()
      .$type<DeviceId>()
      .references(() => devices.id, CASCADE),
    kind: text().$type<AccountEvent["kind"]>().notNull(),
    /** MessagePack; without what is enclosed. */
    payload: bytes().notNull(),
    createdAt: time().notNull(),
    enclosureId: text().references(() => enclosures.id, CASCADE),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.sequence] }),
    index("account_events_of_enclosure").on(table.enclosureId).where(sql`enclosure_id IS NOT NULL`),
  ],
);

export const conversations = sqliteTable("conversations", {
  id: text().$type<ConversationId>().primaryKey(),
  kind: text().$type<ConversationKind>().notNull(),
  /** What makes a direct or saved conversation the only one: its accounts, sorted. */
  pairKey: text().unique(),
  generation: integer().notNull(),
  suite: text().$type<Suite>().notNull(),
  epoch: integer().notNull(),
  head: integer().notNull(),
  /** Events up to here are no longer kept. */
  floor: integer().notNull().default(0),
  membershipVersion: integer().notNull(),
  roles: bytes().notNull(),
  createdAt: time().notNull(),
  /** What the role list says of writing, for every message to be judged by; null for everybody. */
  whoWrites: text().$type<Exclude<Level, "members">>(),
  /** Seconds between two messages of a plain member. */
  pause: integer().notNull().default(0),
});

/** Of groups that are deleted: founded by somebody else, members who knew them would take them for the same. */
export const goneConversations = sqliteTable("gone_conversations", {
  id: text().$type<ConversationId>().primaryKey(),
});

/** Apart from `conversations`, whose small row changes with every message. */
export const conversationGroups = sqliteTable("conversation_groups", {
  conversationId: text()
    .$type<ConversationId>()
    .primaryKey()
    .references(() => conversations.id, CASCADE),
  /** Of the current epoch. */
  groupInfo: bytes().notNull(),
});

export const conversationMembers = sqliteTable(
  "conversation_members",
  {
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, CASCADE),
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    joinedSequence: integer().notNull(),
    leftSequence: integer(),
    /** When they last wrote where they have to pause. */
    wroteAt: time(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.accountId] }),
    index("conversation_members_of_account").on(table.accountId),
  ],
);

export const conversationDevices = sqliteTable(
  "conversation_devices",
  {
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, CASCADE),
    deviceId: text()
      .$type<DeviceId>()
      .notNull()
      .references(() => devices.id, CASCADE),
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    leafIndex: integer().notNull(),
    joinedSequence: integer().notNull(),
    joinedEpoch: integer().notNull(),
    /** Events up to here are in the device's own storage. */
    cursor: integer().notNull().default(0),
    /** The last message counter taken from this device. */
    counter: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.deviceId] }),
    index("conversation_devices_of_device").on(table.deviceId),
  ],
);

export const events = sqliteTable(
  "events",
  {
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, CASCADE),
    sequence: integer().notNull(),
    kind: text().$type<ConversationEvent["kind"]>().notNull(),
    /** Made by the client; the commit's id for a commit. Unique in its conversation. */
    messageId: text().$type<MessageId>().notNull(),
    senderAccountId: text().$type<AccountId>().notNull(),
    senderDeviceId: text().$type<DeviceId>().notNull(),
    generation: integer().notNull(),
    epoch: integer().notNull(),
    counter: integer().notNull(),
    body: bytes().notNull(),
    collapseKey: text(),
    expiresAt: time(),
    frankingTag: bytes(),
    sentAt: time().notNull(),
    /** Separated by spaces. */
    attachmentIds: text(),
    /** A message of the same sender that it takes back. */
    deletes: text().$type<MessageId>(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.sequence] }),
    unique().on(table.conversationId, table.messageId),
    index("events_to_collapse")
      .on(table.conversationId, table.senderDeviceId, table.collapseKey)
      .where(sql`collapse_key IS NOT NULL`),
    index("events_to_expire").on(table.expiresAt).where(sql`expires_at IS NOT NULL`),
  ],
);

/** Epochs that a commit with a Remove has ended. */
export const epochRemovals = sqliteTable(
  "epoch_removals",
  {
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, CASCADE),
    generation: integer().notNull(),
    epoch: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.generation, table.epoch] })],
);

/** Devices that the server takes out of a group, until a member's commit carries it out. */
export const pendingRemovals = sqliteTable(
  "pending_removals",
  {
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, CASCADE),
    /** Still a leaf of the tree; its seat in `conversation_devices` is gone. */
    deviceId: text().$type<DeviceId>().notNull(),
    /** An MLSMessage for the current epoch: signed anew when another begins without it. */
    proposal: bytes().notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.deviceId] })],
);

/** Encrypted files. The bytes lie in `files/` of the data folder or in an object store. */
export const attachments = sqliteTable(
  "attachments",
  {
    id: text().$type<AttachmentId>().primaryKey(),
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    /** As declared; counts against the account's quota from the beginning. */
    size: integer().notNull(),
    /** Durable up to here. */
    received: integer().notNull().default(0),
    createdAt: time().notNull(),
    completedAt: time(),
    /** When a message last named it; null while none does. */
    usedAt: time(),
    /** For which it is uploaded: its owner has to stay a member meanwhile. Null once that conversation is no more. */
    conversationId: text()
      .$type<ConversationId>()
      .references(() => conversations.id, { onDelete: "set null" }),
  },
  (table) => [
    index("attachments_of_account").on(table.accountId),
    index("attachments_of_conversation").on(table.conversationId),
    index("attachments_unused").on(table.createdAt).where(sql`used_at IS NULL`),
  ],
);

/** Whose members may fetch it. */
export const attachmentGrants = sqliteTable(
  "attachment_grants",
  {
    attachmentId: text()
      .$type<AttachmentId>()
      .notNull()
      .references(() => attachments.id, CASCADE),
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, CASCADE),
  },
  (table) => [
    primaryKey({ columns: [table.attachmentId, table.conversationId] }),
    index("attachment_grants_of_conversation").on(table.conversationId),
  ],
);

/** Which message names which file; a file goes when none does any more. */
export const attachmentUses = sqliteTable(
  "attachment_uses",
  {
    attachmentId: text()
      .$type<AttachmentId>()
      .notNull()
      .references(() => attachments.id, CASCADE),
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, CASCADE),
    /** Empty where it is not known any more: such a use ends with its conversation. */
    messageId: text().$type<MessageId>().notNull(),
    senderAccountId: text().$type<AccountId>().notNull(),
    /** The message's own, in milliseconds. */
    expiresAt: time(),
  },
  (table) => [
    primaryKey({ columns: [table.attachmentId, table.conversationId, table.messageId] }),
    index("attachment_uses_of_message").on(table.conversationId, table.messageId),
    index("attachment_uses_that_expire").on(table.expiresAt).where(sql`expires_at IS NOT NULL`),
  ],
);

/** By which people come into a group: those in its role list, with what the server keeps of them. */
export const groupLinks = sqliteTable(
  "group_links",
  {
    id: text().$type<LinkId>().primaryKey(),
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, CASCADE),
    publicKey: bytes().notNull(),
    uses: integer().notNull(),
    /** Sealed. */
    preview: bytes(),
  },
  (table) => [index("group_links_of_conversation").on(table.conversationId)],
);

/** Revoked, or of a group that is deleted: another group that names the key does not take over its address. */
export const endedLinks = sqliteTable("ended_links", {
  id: text().$type<LinkId>().primaryKey(),
  conversationId: text().$type<ConversationId>().notNull(),
});

export const joinRequests = sqliteTable(
  "join_requests",
  {
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, CASCADE),
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    deviceId: text()
      .$type<DeviceId>()
      .notNull()
      .references(() => devices.id, CASCADE),
    linkId: text()
      .$type<LinkId>()
      .notNull()
      .references(() => groupLinks.id, CASCADE),
    rootPublicKey: bytes().notNull(),
    at: time().notNull(),
    signature: bytes().notNull(),
    /** Null while it waits. */
    declinedAt: time(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.accountId] })],
);

/** Public: what stands in them is signed, not encrypted. */
export const channels = sqliteTable("channels", {
  id: text().$type<ConversationId>().primaryKey(),
  handle: text().notNull(),
  /** What look-alike names share; unique, also among accounts. */
  handleSkeleton: text().notNull().unique(),
  ownerAccountId: text()
    .$type<AccountId>()
    .notNull()
    .references(() => accounts.id, CASCADE),
  /** Of the last entry. */
  head: integer().notNull(),
  headHash: bytes().notNull(),
  /** Of the statement that holds. */
  statementSequence: integer().notNull(),
  comments: flag().notNull(),
  subscribers: integer().notNull(),
  /** The last place given to a comment. */
  commentHead: integer().notNull(),
  createdAt: time().notNull(),
  /** Since when it is no more; what stood in it goes page by page. */
  endedAt: time(),
});

/** How much each account has written in public channels. */
export const channelRoom = sqliteTable("channel_room", {
  accountId: text()
    .$type<AccountId>()
    .primaryKey()
    .references(() => accounts.id, CASCADE),
  bytes: integer().notNull(),
});

/** Posts whose comments are still to go. */
export const takenBackPosts = sqliteTable(
  "taken_back_posts",
  {
    channelId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => channels.id, CASCADE),
    post: text().$type<MessageId>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.channelId, table.post] })],
);

export const channelEntries = sqliteTable(
  "channel_entries",
  {
    channelId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => channels.id, CASCADE),
    sequence: integer().notNull(),
    id: text().$type<MessageId>().notNull(),
    kind: text().$type<EntryKind>().notNull(),
    target: text().$type<MessageId>(),
    authorAccountId: text().$type<AccountId>().notNull(),
    header: bytes().notNull(),
    /** Null once it was taken back. */
    content: bytes(),
  },
  (table) => [
    primaryKey({ columns: [table.channelId, table.sequence] }),
    unique().on(table.channelId, table.id),
    index("channel_entries_of_target").on(table.channelId, table.target).where(sql`target IS NOT NULL`),
    index("channel_entries_of_kind").on(table.channelId, table.kind, table.sequence),
  ],
);

/** Who joined: for the number of them, and for who may comment. What is new is told to whoever listens. */
export const channelSubscribers = sqliteTable(
  "channel_subscribers",
  {
    channelId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => channels.id, CASCADE),
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
  },
  (table) => [
    primaryKey({ columns: [table.channelId, table.accountId] }),
    index("channel_subscribers_of_account").on(table.accountId),
  ],
);

export const channelComments = sqliteTable(
  "channel_comments",
  {
    channelId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => channels.id, CASCADE),
    id: text().$type<MessageId>().notNull(),
    post: text().$type<MessageId>().notNull(),
    /** Rises in the channel. */
    place: integer().notNull(),
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    header: bytes().notNull(),
    content: bytes().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.channelId, table.id] }),
    index("channel_comments_of_post").on(table.channelId, table.post, table.place),
  ],
);

/** What people told the moderators, with what proves it. They outlive the accounts they are about. */
export const reports = sqliteTable(
  "reports",
  {
    id: text().$type<ReportId>().primaryKey(),
    reporterAccountId: text().$type<AccountId>().notNull(),
    reportedAccountId: text().$type<AccountId>().notNull(),
    reason: text().$type<ReportReason>().notNull(),
    comment: text().notNull(),
    messages: integer().notNull(),
    /** MessagePack: see `evidence.ts` in `src/reports`. */
    evidence: bytes().notNull(),
    createdAt: time().notNull(),
    state: text().$type<ReportState>().notNull(),
    note: text().notNull(),
    decidedBy: text().$type<AccountId>(),
    /** Null while it is open. */
    decidedAt: time(),
  },
  (table) => [
    index("reports_of_reporter").on(table.reporterAccountId, table.state),
    index("reports_by_age").on(table.createdAt, table.id),
    index("reports_decided").on(table.decidedAt).where(sql`decided_at IS NOT NULL`),
  ],
);

/** Sealed to the recovery key, which comes from an account's words: see `protocol/vault.ts`. */
export const vaults = sqliteTable("vaults", {
  accountId: text()
    .$type<AccountId>()
    .primaryKey()
    .references(() => accounts.id, CASCADE),
  recoveryPublicKey: bytes().notNull(),
  rootSignature: bytes().notNull(),
  sealed: bytes().notNull(),
  updatedAt: time().notNull(),
});

/** A browser that asks a device of its account for the keys. */
export const deviceLinks = sqliteTable(
  "device_links",
  {
    id: text().$type<LinkId>().primaryKey(),
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    sessionId: text()
      .$type<SessionId>()
      .notNull()
      .references(() => sessions.id, CASCADE),
    publicKey: bytes().notNull(),
    name: text().notNull(),
    fromAddress: text().notNull(),
    /** Null until a device has answered. */
    sealed: bytes(),
    createdAt: time().notNull(),
    expiresAt: time().notNull(),
  },
  (table) => [
    index("device_links_of_account").on(table.accountId),
    index("device_links_of_session").on(table.sessionId),
    index("device_links_to_expire").on(table.expiresAt),
  ],
);

export const storeHeads = sqliteTable("store_heads", {
  accountId: text()
    .$type<AccountId>()
    .primaryKey()
    .references(() => accounts.id, CASCADE),
  /** The last sequence given out. */
  head: integer().notNull(),
  rows: integer().notNull(),
  bytes: integer().notNull(),
});

/** What an account's devices share. */
export const storeRows = sqliteTable(
  "store_rows",
  {
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    id: text().$type<RowId>().notNull(),
    version: integer().notNull(),
    /** Of its last change. */
    sequence: integer().notNull(),
    /** Null once it is gone. */
    sealed: bytes(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    index("store_rows_by_sequence").on(table.accountId, table.sequence),
  ],
);

/** What an account keeps of a conversation's past; outlives the conversation. */
export const archives = sqliteTable(
  "archives",
  {
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    conversationId: text().$type<ConversationId>().notNull(),
    /** Everything up to and with this place is in it, or is not to be. */
    upTo: integer().notNull(),
    rows: integer().notNull(),
    bytes: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.conversationId] })],
);

export const archiveRows = sqliteTable(
  "archive_rows",
  {
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    conversationId: text().$type<ConversationId>().notNull(),
    sequence: integer().notNull(),
    version: integer().notNull(),
    /** Null: erased. */
    sealed: bytes(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.conversationId, table.sequence] })],
);

export const audit = sqliteTable("audit", {
  position: integer().primaryKey(),
  at: time().notNull(),
  actor: text(),
  action: text().notNull(),
  target: text(),
  ip: text(),
  requestId: text(),
  /** SHA-256 over the previous hash and this row. */
  hash: bytes().notNull(),
  detail: text(),
});
