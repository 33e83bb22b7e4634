import { conversationOf } from "../protocol/group-id.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

export interface PrivateMessageHeader {
  readonly conversationId: ConversationId;
  readonly generation: number;
  readonly epoch: number;
  readonly authenticatedData: Uint8Array;
}

/** MLS 1.0, wire format mls_private_message, and a group id of 20 bytes (RFC 9420 §6, §2.1.2). */
const BEGIN = [0, 1, 0, 2, 20] as const;
const GROUP_ID = { from: 5, to: 25 };
const EPOCH = 25;
const CONTENT_TYPE = 33;
const APPLICATION = 1;
const FIELDS = 34;

/**
 * What an application message says of itself in clear. Read by hand, because every message that is sent passes
 * here: authenticated data, sender data and ciphertext must fill the rest exactly. Refuses `request.malformed`.
 */
export function readPrivateMessageHeader(encoded: Uint8Array): PrivateMessageHeader {
  const sound =
    encoded.byteLength > FIELDS &&
    BEGIN.every((byte, index) => encoded[index] === byte) &&
    encoded[CONTENT_TYPE] === APPLICATION;
  const [said, ...rest] = sound ? readVectors(encoded, FIELDS, 3) : [];
  if (said === undefined || rest.at(-1)?.end !== encoded.byteLength) throw new Refusal("request.malformed");
  const named = conversationOf(encoded.subarray(GROUP_ID.from, GROUP_ID.to));
  const epoch = new DataView(encoded.buffer, encoded.byteOffset).getBigUint64(EPOCH);
  if (!named || epoch > Number.MAX_SAFE_INTEGER) throw new Refusal("request.malformed");
  return { ...named, epoch: Number(epoch), authenticatedData: encoded.subarray(said.from, said.end) };
}

interface Vector {
  readonly from: number;
  readonly end: number;
}

/** So many vectors with variable-size lengths (RFC 9420 §2.1.2); none when they do not end. */
function readVectors(encoded: Uint8Array, from: number, vectors: number): Vector[] {
  const found: Vector[] = [];
  let at = from;
  for (let index = 0; index < vectors; index += 1) {
    const first = encoded[at];
    if (first === undefined || first >= 0xc0) return [];
    const size = 1 << (first >> 6);
    let length = first & 0x3f;
    for (let more = 1; more < size; more += 1) length = length * 256 + (encoded[at + more] ?? 0);
    const end = at + size + length;
    if (end > encoded.byteLength) return [];
    found.push({ from: at + size, end });
    at = end;
  }
  return found;
}
