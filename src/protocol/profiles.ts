import * as v from "valibot";
import { accountId } from "./ids.ts";
import { route } from "./route.ts";
import { bytes, count, text } from "./values.ts";

export const PROFILE_NAME_LIMIT = 64;
export const BIO_LIMIT = 500;
export const PICTURE_SIZE = 96 * 1024;
/** Of the sealed profile: its picture, its words and the padding that hides how long they are. */
const SEALED_SIZE = 264 * 1024;
export const MOST_PROFILES_ASKED = 100;
/** A page of the answer. */
export const PROFILES_TOGETHER = 8;

const version = v.pipe(count, v.minValue(1));

/** What a person shows of themselves; stands inside the encryption. `picture` is square. */
export const profile = v.object({
  version: v.literal(1),
  name: text(PROFILE_NAME_LIMIT),
  bio: text(BIO_LIMIT),
  picture: v.nullable(bytes(PICTURE_SIZE, 1)),
});
export type ProfileContent = v.InferOutput<typeof profile>;

/** How a message tells whom it reaches where its sender's profile stands, and what opens it. */
export const profileKey = v.object({ key: bytes(32, 32), version });
export type ProfileKey = v.InferOutput<typeof profileKey>;

/** Refuses `profile.outdated` unless the version is above the one that is kept. */
export const putProfile = route({
  method: "POST",
  path: "/api/profile",
  who: "device",
  codec: "binary",
  input: v.object({ version, sealed: bytes(SEALED_SIZE, 1) }),
  output: v.object({}),
});

/**
 * The sealed profiles of these accounts where they are of another version than the one known, as far as the asker
 * shares a conversation with them. Who is left out has none, or none that the asker may fetch.
 */
export const readProfiles = route({
  method: "POST",
  path: "/api/profiles/read",
  who: "account",
  codec: "binary",
  input: v.object({
    known: v.pipe(
      v.array(v.object({ accountId, version: count })),
      v.minLength(1),
      v.maxLength(MOST_PROFILES_ASKED),
    ),
  }),
  output: v.object({
    profiles: v.pipe(
      v.array(v.object({ accountId, version, sealed: bytes(SEALED_SIZE, 1) })),
      v.maxLength(PROFILES_TOGETHER),
    ),
    /** Ask again with these known. */
    more: v.boolean(),
  }),
});
