import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../../src/protocol/codec.ts";
import { DESCRIPTION_LIMIT, EMOJI_LIMIT, NAME_LIMIT } from "../../../src/protocol/content.ts";
import { BIO_LIMIT, PROFILE_NAME_LIMIT } from "../../../src/protocol/profiles.ts";
import { bytes, count, sequence, text, time } from "../../../src/protocol/values.ts";
import { FOLDER_NAME, MOST_FOLDERS } from "../../storage/folder-limits.ts";

/** The stores of this device of which the account's other devices are told. */
export const MIRRORED = [
  "drafts",
  "people",
  "privacy",
  "emoji",
  "pins",
  "profiles",
  "conversations",
  "channels",
] as const;
export type Mirrored = (typeof MIRRORED)[number];

const yes = v.optional(v.literal(true));
const place = {
  pinned: yes,
  muted: yes,
  archived: yes,
  marked: yes,
  unkept: yes,
  folders: v.optional(v.pipe(v.array(text(FOLDER_NAME, 1)), v.maxLength(MOST_FOLDERS))),
  readUpTo: v.optional(sequence),
};
const root = bytes(32, 32);

/** What a row says of a record. A field that is absent says what a new record would; all absent, that there is none. */
export const FIELDS = {
  drafts: v.object({ text: v.optional(text(64_000, 1)) }),
  people: v.object({
    standing: v.optional(v.picklist(["asking", "accepted", "declined", "blocked"])),
    nickname: v.optional(text(64, 1)),
  }),
  privacy: v.object({
    readMarks: v.optional(v.boolean()),
    typing: v.optional(v.boolean()),
    presence: v.optional(v.boolean()),
    strangersWrite: v.optional(v.boolean()),
    strangersAdd: v.optional(v.boolean()),
    profileInGroups: v.optional(v.boolean()),
    archive: v.optional(v.boolean()),
  }),
  emoji: v.object({
    recent: v.optional(v.pipe(v.array(text(EMOJI_LIMIT, 1)), v.maxLength(100))),
    tone: v.optional(count),
  }),
  pins: v.object({
    pin: v.optional(
      v.object({ username: text(64), root, seenAt: time, firstUse: v.boolean(), verified: v.optional(root) }),
    ),
  }),
  /** The own one. Its picture is fetched, and opened with the key. */
  profiles: v.object({
    profile: v.optional(
      v.object({
        key: bytes(32, 32),
        version: v.pipe(count, v.minValue(1)),
        name: text(PROFILE_NAME_LIMIT),
        bio: text(BIO_LIMIT),
      }),
    ),
  }),
  conversations: v.object({
    ...place,
    /** Of a group: what it is called as of this place. */
    about: v.optional(
      v.object({ name: text(NAME_LIMIT), description: text(DESCRIPTION_LIMIT), upTo: sequence }),
    ),
    links: v.optional(v.pipe(v.array(v.object({ publicKey: root, secret: root })), v.maxLength(64))),
  }),
  channels: v.object({ handle: v.optional(text(64, 1)), ...place }),
} as const satisfies Record<Mirrored, v.GenericSchema<unknown, object>>;

export type Fields<Name extends Mirrored> = v.InferOutput<(typeof FIELDS)[Name]>;

/** When it was changed last by the server's clock, and what it says. */
export interface Content<Name extends Mirrored> {
  readonly at: number;
  readonly fields: Fields<Name>;
}

export function encodeContent<Name extends Mirrored>({ at, fields }: Content<Name>): Uint8Array<ArrayBuffer> {
  return encodeBinary([1, at, fields]);
}

/** Undefined for what a later version wrote. */
export function decodeContent<Name extends Mirrored>(
  name: Name,
  content: Uint8Array | null | undefined,
): Content<Name> | undefined {
  if (!content) return undefined;
  try {
    const shape = v.strictTuple([v.literal(1), time, FIELDS[name] as v.GenericSchema<unknown, Fields<Name>>]);
    const [, at, fields] = v.parse(shape, decodeBinary(content));
    return { at, fields };
  } catch {
    return undefined;
  }
}

/** Fields in the order of their declaration, so that what is the same is written the same. */
export function inOrder<Name extends Mirrored>(name: Name, fields: Fields<Name>): Fields<Name> {
  const given: Readonly<Record<string, unknown>> = { ...fields };
  const kept = Object.keys(FIELDS[name].entries).flatMap((field) =>
    given[field] === undefined ? [] : [[field, given[field]]],
  );
  return Object.fromEntries(kept) as Fields<Name>;
}

/** By what they say. */
export function areSame(one: unknown, other: unknown): boolean {
  const [left, right] = [encodeBinary(one ?? null), encodeBinary(other ?? null)];
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
