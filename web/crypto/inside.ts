import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../src/protocol/codec.ts";
import { type Content, content } from "../../src/protocol/content.ts";
import { frank, isFranked } from "../../src/protocol/franking.ts";
import { profileKey } from "../../src/protocol/profiles.ts";
import { decodeCanonical } from "../../src/protocol/signing.ts";
import { bytes, SIZE } from "../../src/protocol/values.ts";
import { CryptoFailure } from "./failure.ts";

/**
 * What is encrypted: the key of the franking tag and the content that it binds. What opens the sender's profile
 * stands apart, so that nobody hands that on who reports a message.
 */
const inside = v.strictTuple([
  v.literal(1),
  bytes(32, 32),
  bytes(SIZE.messageCiphertext, 1),
  v.optional(profileKey),
]);

export interface Inside {
  readonly frankingKey: Uint8Array<ArrayBuffer>;
  readonly contentBytes: Uint8Array<ArrayBuffer>;
  /** Undefined when this version does not understand it. */
  readonly content: Content | undefined;
}

/** The bytes to encrypt, and the tag that goes with them in clear. */
export async function encodeInside(said: Content) {
  const { profile, ...rest } = said as Extract<Content, { kind: "text" }>;
  const contentBytes = encodeBinary(rest);
  const { key, tag } = await frank(contentBytes);
  return { bytes: encodeBinary([1, key, contentBytes, ...(profile ? [profile] : [])]), tag };
}

/** Throws `malformed`, and `not_bound` when the tag is not of this content. */
export async function decodeInside(unpadded: Uint8Array, tag: Uint8Array<ArrayBuffer>): Promise<Inside> {
  const fields = decodeCanonical(inside, unpadded);
  if (!fields) throw new CryptoFailure("malformed", "the inside is not as declared");
  const [, frankingKey, contentBytes, profile] = fields;
  if (!(await isFranked(contentBytes, { key: frankingKey, tag })))
    throw new CryptoFailure("not_bound", "the franking tag is not of this content");
  const said = understand(contentBytes);
  return {
    frankingKey,
    contentBytes,
    content: said?.kind === "text" && profile ? { ...said, profile } : said,
  };
}

function understand(contentBytes: Uint8Array): Content | undefined {
  try {
    const parsed = v.safeParse(content, decodeBinary(contentBytes));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
