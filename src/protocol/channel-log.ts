import * as v from "valibot";
import { username } from "./accounts.ts";
import { HEADER_SIZE } from "./channel-frames.ts";
import { encodeBinary } from "./codec.ts";
import { DESCRIPTION_LIMIT, NAME_LIMIT, TEXT_LIMIT } from "./content.ts";
import { type Credential, isCurrent, verifyCredential } from "./credential.ts";
import { type AccountId, accountId, type ConversationId, conversationId, messageId } from "./ids.ts";
import { decodeCanonical, equalBytes, sha256, signedBytes, verifyEd25519 } from "./signing.ts";
import { bytes, count, SIZE, text, time } from "./values.ts";

/*
 * A public channel is a log of signed entries, each naming the hash of the one before; see `src/channels/README.md`.
 * What an entry says stands beside its header under a hash, so that it can be dropped when it is taken back.
 */

const VERSION = 1;
export const MOST_AUTHORS = 50;

const key = bytes(32, 32);
const position = v.pipe(count, v.minValue(1));

const entryKind = v.picklist(["statement", "post", "edit", "delete"]);
export type EntryKind = v.InferOutput<typeof entryKind>;

const headerShape = v.strictTuple([
  v.literal(VERSION),
  conversationId,
  position,
  key,
  entryKind,
  messageId,
  v.nullable(messageId),
  time,
  key,
  bytes(SIZE.credential, 1),
  key,
  bytes(64, 64),
]);

/** What an author's device says of one entry, without who it is. */
export interface EntryFacts {
  readonly channelId: ConversationId;
  /** From 1 up, without holes. */
  readonly sequence: number;
  /** SHA-256 of the header before, zeros for the first. */
  readonly previous: Uint8Array<ArrayBuffer>;
  readonly kind: EntryKind;
  readonly id: v.InferOutput<typeof messageId>;
  /** The post that is changed or taken back. */
  readonly target: v.InferOutput<typeof messageId> | null;
  /** Milliseconds, by the author's clock. */
  readonly at: number;
  /** SHA-256. */
  readonly contentHash: Uint8Array<ArrayBuffer>;
}

/** Who signed, as far as they say; `verifyEntry` believes it. */
interface Signer {
  readonly credential: Uint8Array<ArrayBuffer>;
  readonly signaturePublicKey: Uint8Array<ArrayBuffer>;
}

export interface Entry extends EntryFacts {
  readonly author: Credential;
  /** SHA-256 of the header as encoded: what the next entry names. */
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** Before the first entry of every channel. */
export const CHANNEL_START = { sequence: 0, hash: new Uint8Array(32) } as const;

/** What the device's signature key signs. */
export function entryBytes(origin: string, entry: EntryFacts): Uint8Array<ArrayBuffer> {
  return signedBytes("elahe-channel-post-v1", [origin, ...factsOf(entry)]);
}

function factsOf(entry: EntryFacts): unknown[] {
  const { channelId, sequence, previous, kind, id, target, at, contentHash } = entry;
  return [VERSION, channelId, sequence, previous, kind, id, target, at, contentHash];
}

export function encodeHeader(
  entry: EntryFacts,
  { credential, signaturePublicKey }: Signer,
  signature: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return encodeBinary([...factsOf(entry), credential, signaturePublicKey, signature]);
}

/**
 * The entry if it is of this channel and its author's whole chain (root → account key → device) and signature verify;
 * undefined otherwise. Whether that author may write here is `isAllowed`'s to say.
 */
export async function verifyEntry(
  header: Uint8Array,
  of: { readonly origin: string; readonly channelId: ConversationId },
): Promise<Entry | undefined> {
  if (header.byteLength > HEADER_SIZE) return undefined;
  const fields = decodeCanonical(headerShape, header);
  if (!fields || fields[1] !== of.channelId) return undefined;
  const [, channelId, sequence, previous, kind, id, target, at, contentHash] = fields;
  const facts = { channelId, sequence, previous, kind, id, target, at, contentHash };
  const [, , , , , , , , , encoded, signaturePublicKey, signature] = fields;
  const [author, signed] = await Promise.all([
    verifyCredential(encoded, signaturePublicKey, of.origin),
    verifyEd25519(signaturePublicKey, signature, entryBytes(of.origin, facts)),
  ]);
  if (!author || !signed || !isCurrent(author, at)) return undefined;
  return { ...facts, author, hash: await sha256(Uint8Array.from(header)) };
}

/** Whether the entry stands right behind this one. */
export function follows(
  entry: EntryFacts,
  before: { readonly sequence: number; readonly hash: Uint8Array },
): boolean {
  return entry.sequence === before.sequence + 1 && equalBytes(entry.previous, before.hash);
}

const author = v.strictObject({ accountId, username, rootPublicKey: key });
export type ChannelAuthor = v.InferOutput<typeof author>;

/** What a channel is called and who writes in it; signed by its owner, who never changes. */
const statement = v.strictObject({
  version: v.literal(1),
  handle: username,
  title: text(NAME_LIMIT, 1),
  description: text(DESCRIPTION_LIMIT),
  comments: v.boolean(),
  owner: author,
  admins: v.pipe(v.array(author), v.maxLength(MOST_AUTHORS)),
});
export type Statement = v.InferOutput<typeof statement>;

export function encodeStatement(said: Statement): Uint8Array<ArrayBuffer> {
  return encodeBinary(said);
}

/** Undefined when malformed. */
export function decodeStatement(encoded: Uint8Array): Statement | undefined {
  return decodeCanonical(statement, encoded);
}

/** The text of a message, as far as it can stand in the open: files belong to conversations. */
const saying = v.strictObject({ version: v.literal(1), kind: v.literal("text"), text: text(TEXT_LIMIT, 1) });

export function encodePost(words: string): Uint8Array<ArrayBuffer> {
  return encodeBinary({ version: 1, kind: "text", text: words });
}

/** The words of a post, an edit or a comment; undefined for what this version does not understand. */
export function decodePost(encoded: Uint8Array): string | undefined {
  return decodeCanonical(saying, encoded)?.text;
}

/** Owner or admin, at the root that the statement names. */
export function isAuthor(said: Statement, of: Pick<Credential, "accountId" | "rootPublicKey">): boolean {
  return [said.owner, ...said.admins].some(
    (one) => one.accountId === of.accountId && equalBytes(one.rootPublicKey, of.rootPublicKey),
  );
}

/** Whether this statement may take the place of the one before; of the first its author is the owner. */
export function maySucceed(next: Statement, signer: Credential, before: Statement | undefined): boolean {
  const { owner, handle } = before ?? next;
  return (
    signer.accountId === owner.accountId &&
    equalBytes(signer.rootPublicKey, owner.rootPublicKey) &&
    next.handle === handle &&
    next.owner.accountId === owner.accountId &&
    equalBytes(next.owner.rootPublicKey, owner.rootPublicKey)
  );
}

/** A post is changed by whoever wrote it, and taken back by them or the owner. */
export function mayAlter(kind: "edit" | "delete", by: AccountId, of: AccountId, said: Statement): boolean {
  return by === of || (kind === "delete" && by === said.owner.accountId);
}

const commentShape = v.strictTuple([
  v.literal(VERSION),
  conversationId,
  messageId,
  messageId,
  time,
  key,
  bytes(SIZE.credential, 1),
  key,
  bytes(64, 64),
]);

/** Comments stand beside the log, one by one: anybody may write them, and the server may leave any out. */
export interface CommentFacts {
  readonly channelId: ConversationId;
  readonly id: v.InferOutput<typeof messageId>;
  /** The post that it is about. */
  readonly post: v.InferOutput<typeof messageId>;
  readonly at: number;
  readonly contentHash: Uint8Array<ArrayBuffer>;
}

export function commentBytes(origin: string, comment: CommentFacts): Uint8Array<ArrayBuffer> {
  return signedBytes("elahe-channel-comment-v1", [origin, ...commentFacts(comment)]);
}

function commentFacts({ channelId, id, post, at, contentHash }: CommentFacts): unknown[] {
  return [VERSION, channelId, id, post, at, contentHash];
}

export function encodeComment(
  comment: CommentFacts,
  { credential, signaturePublicKey }: Signer,
  signature: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return encodeBinary([...commentFacts(comment), credential, signaturePublicKey, signature]);
}

/** The comment if it is of this channel and its author's chain and signature verify; undefined otherwise. */
export async function verifyComment(
  header: Uint8Array,
  of: { readonly origin: string; readonly channelId: ConversationId },
): Promise<(CommentFacts & { readonly author: Credential }) | undefined> {
  if (header.byteLength > HEADER_SIZE) return undefined;
  const fields = decodeCanonical(commentShape, header);
  if (!fields || fields[1] !== of.channelId) return undefined;
  const [, channelId, id, post, at, contentHash, encoded, signaturePublicKey, signature] = fields;
  const facts = { channelId, id, post, at, contentHash };
  const [who, signed] = await Promise.all([
    verifyCredential(encoded, signaturePublicKey, of.origin),
    verifyEd25519(signaturePublicKey, signature, commentBytes(of.origin, facts)),
  ]);
  return who && signed && isCurrent(who, at) ? { ...facts, author: who } : undefined;
}

/** Whether these are the bytes that were signed for. */
export async function isContentOf(
  { contentHash }: { readonly contentHash: Uint8Array },
  content: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  return equalBytes(contentHash, await sha256(content));
}
