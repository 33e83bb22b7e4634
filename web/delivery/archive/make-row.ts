import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../../src/protocol/codec.ts";
import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import { count } from "../../../src/protocol/values.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { MOST_ARCHIVED, openArchived, sealArchived } from "../../crypto/seal-archive.ts";
import type { StoreKeys } from "../../crypto/store-keys.ts";
import { archivedMessage, type MessageRecord } from "../../storage/records.ts";
import { versionOf } from "./note-changed.ts";

export interface ArchiveRow {
  readonly sequence: number;
  readonly version: number;
  /** Null: there is nothing of it any more. */
  readonly sealed: Uint8Array<ArrayBuffer> | null;
}

interface Whose {
  readonly keys: StoreKeys;
  readonly accountId: AccountId;
  readonly conversationId: ConversationId;
}

/** `before`: the place of the one before it, so that a server that leaves one out is found out. */
const content = v.strictTuple([v.literal(1), v.nullable(count), archivedMessage]);

/** What was said, or became of a group. Nothing that disappears, was taken back, or was not understood by keys. */
export function isArchived({ body, expiresAt }: MessageRecord): boolean {
  if (expiresAt !== undefined) return false;
  return body.kind === "text" || body.kind === "not_understood" || body.kind === "change";
}

/** Of a message as it stands; erased where it is none for the archive, or too long for it. */
export async function makeRow(
  { keys, accountId, conversationId }: Whose,
  message: MessageRecord,
  before: number | null,
  version = versionOf(message),
): Promise<ArchiveRow> {
  const { sequence, sentAt: at } = message;
  const plain = isArchived(message) ? encodeShortest(message, before) : undefined;
  if (!plain) return { sequence, version, sealed: null };
  const place = { accountId, conversationId, sequence, version };
  return { sequence, version, sealed: await sealArchived(keys, { ...place, at, content: plain }) };
}

/** What it said before goes first where there is too much of it, then what others did about it. */
function encodeShortest(message: MessageRecord, before: number | null): Uint8Array | undefined {
  const { changedBy: _, chain: __, expiresAt: ___, franking: ____, ...kept } = message;
  const { earlier, ...now } = kept;
  const { reactions, votes, closed, ...bare } = now;
  return [kept, now, bare]
    .map((one) => encodeBinary([1, before, one]))
    .find(({ byteLength }) => byteLength <= MOST_ARCHIVED);
}

export interface RowOpened {
  readonly before: number | null;
  readonly message: MessageRecord;
}

const NO_CHAIN = new Uint8Array(32);

/** Undefined for what this account did not put there, in this place and as this version. */
export async function openRow(
  { keys, accountId, conversationId }: Whose,
  { sequence, version, sealed }: ArchiveRow & { readonly sealed: Uint8Array<ArrayBuffer> },
): Promise<RowOpened | undefined> {
  try {
    const place = { accountId, conversationId, sequence, version };
    const plain = await openArchived(keys, { ...place, sealed });
    const fields = v.safeParse(content, decode(plain));
    if (!fields.success) return undefined;
    const [, before, said] = fields.output;
    const message = { ...said, chain: NO_CHAIN, ...(version > sequence ? { changedBy: version } : {}) };
    return said.sequence === sequence && isArchived(message) ? { before, message } : undefined;
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    return undefined;
  }
}

function decode(plain: Uint8Array): unknown {
  try {
    return decodeBinary(plain);
  } catch {
    return undefined;
  }
}
