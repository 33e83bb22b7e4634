import { encodeMlsMessage } from "ts-mls";
import type { Database } from "../db/database.ts";
import {
  accounts,
  conversationDevices,
  conversationMembers,
  conversations,
  devices,
  sessions,
} from "../db/tables.ts";
import {
  type AccountId,
  type ConversationId,
  type DeviceId,
  newId,
  type SessionId,
} from "../protocol/ids.ts";

const SUITE = "MLS_256_XWING_AES256GCM_SHA512_Ed25519";
const EPOCH = 1;

/** Somebody signed in with one device: what a load generator needs to speak as them. */
export interface Member {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly token: string;
}

/**
 * Accounts, sessions and conversations written straight into a database that the server is not serving
 * yet. Raw delivery is measured with them: their messages have the form of MLS messages and no sense.
 */
export async function seedMembers(db: Database, count: number): Promise<Member[]> {
  const members = Array.from({ length: count }, () => ({
    accountId: newId<AccountId>(),
    deviceId: newId<DeviceId>(),
    token: randomBytes(32).toBase64({ alphabet: "base64url", omitPadding: true }),
  }));
  for (const part of inParts(members, 200)) await db.write((tx) => writeMembers(tx, part));
  return members;
}

type Tx = Parameters<Parameters<Database["write"]>[0]>[0];

async function writeMembers(tx: Tx, members: readonly Member[]) {
  const now = Date.now();
  await tx.insert(accounts).values(
    members.map(({ accountId }) => ({
      id: accountId,
      username: `b${accountId}`,
      usernameSkeleton: `b${accountId}`,
      passwordHash: "",
      role: "member" as const,
      rootPublicKey: randomBytes(32),
      createdAt: now,
    })),
  );
  await tx.insert(devices).values(
    members.map(({ accountId, deviceId }) => ({
      id: deviceId,
      accountId,
      name: "bench",
      credential: randomBytes(32),
      signaturePublicKey: randomBytes(32),
      createdAt: now,
      lastSeenAt: now,
    })),
  );
  await tx.insert(sessions).values(
    members.map(({ accountId, deviceId, token }) => ({
      id: newId<SessionId>(),
      tokenHash: new Uint8Array(new Bun.CryptoHasher("sha256").update(token).digest()),
      accountId,
      deviceId,
      userAgent: "bench",
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now + 86_400_000,
    })),
  );
}

export async function seedConversation(db: Database, members: readonly Member[]): Promise<ConversationId> {
  const conversationId = newId<ConversationId>();
  await db.write(async (tx) => {
    await tx.insert(conversations).values({
      id: conversationId,
      kind: "direct",
      generation: 0,
      suite: SUITE,
      epoch: EPOCH,
      head: 1,
      membershipVersion: 1,
      roles: new Uint8Array(0),
      createdAt: Date.now(),
    });
    const joined = { conversationId, joinedSequence: 1 };
    for (const part of inParts(members, 200)) {
      await tx.insert(conversationMembers).values(part.map(({ accountId }) => ({ ...joined, accountId })));
      await tx.insert(conversationDevices).values(
        part.map(({ accountId, deviceId }) => ({
          ...joined,
          accountId,
          deviceId,
          leafIndex: members.findIndex((member) => member.deviceId === deviceId),
          joinedEpoch: EPOCH,
        })),
      );
    }
  });
  return conversationId;
}

/** An MLSMessage with a PrivateMessage of this many bytes in all: a true header, a body of random bytes. */
export function fakeCiphertext(conversationId: ConversationId, size: number): Uint8Array<ArrayBuffer> {
  const groupId = new Uint8Array(20);
  groupId.set(Uint8Array.fromBase64(conversationId, { alphabet: "base64url" }));
  const encoded = (body: number) =>
    encodeMlsMessage({
      version: "mls10",
      wireformat: "mls_private_message",
      privateMessage: {
        groupId,
        epoch: BigInt(EPOCH),
        contentType: "application",
        authenticatedData: new Uint8Array(0),
        encryptedSenderData: randomBytes(28),
        ciphertext: randomBytes(body),
      },
    });
  const overhead = encoded(64).byteLength - 64;
  return new Uint8Array(encoded(Math.max(64, size - overhead)));
}

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

function inParts<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
