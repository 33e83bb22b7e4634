import { sql } from "drizzle-orm";
import { index, primaryKey, sqliteTable, unique } from "drizzle-orm/sqlite-core";
import type { Role } from "../protocol/accounts.ts";
import type { ConversationKind } from "../protocol/conversations.ts";
import type { AccountEvent, ConversationEvent } from "../protocol/delivery.ts";
import type { Suite } from "../protocol/devices.ts";
import type {
  AccountId,
  AttachmentId,
  ConversationId,
  DeviceId,
  InviteId,
  MessageId,
  SessionId,
} from "../protocol/ids.ts";
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
  },
  (table) => [index("key_packages_of_device").on(table.deviceId, table.lastResort, table.claimedAt)],
);

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
    /** MessagePack. */
    payload: bytes().notNull(),
    createdAt: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.sequence] })],
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

/** Encrypted files. The bytes lie in `files/` of the data folder or in an object store. */
export const attachments = sqliteTable(
  "attachments",
  {
    id: text().$type<AttachmentId>().primaryKey(),
    accountId: text()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id, CASCADE),
    /** For which it is uploaded: its owner has to stay a member meanwhile. */
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, CASCADE),
    /** As declared; counts against the account's quota from the beginning. */
    size: integer().notNull(),
    /** Durable up to here. */
    received: integer().notNull().default(0),
    createdAt: time().notNull(),
    completedAt: time(),
    /** When a message first named it. */
    usedAt: time(),
  },
  (table) => [
    index("attachments_of_account").on(table.accountId),
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
});
