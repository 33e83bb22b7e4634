import * as v from "valibot";
import { NAME_LIMIT } from "./content.ts";
import { MOST_CHANNEL_DEVICES } from "./conversations.ts";
import { conversationId } from "./ids.ts";
import { LISTING_SIZE } from "./listing.ts";
import { bytes, count, text } from "./values.ts";

/** A sealed preview's largest size in bytes. */
export const PREVIEW_SIZE = 64 * 1024;

/** What a link shows of its group, sealed under a key that only its secret gives. */
export const joinPreview = v.strictObject({
  version: v.literal(1),
  conversationId,
  name: text(NAME_LIMIT),
  members: count,
  /** It is a private channel. */
  channel: v.optional(v.literal(true)),
  /** Fingerprints of those who are in: whose word on the group counts for whoever comes by the link. */
  known: v.pipe(v.array(text(43, 43)), v.maxLength(MOST_CHANNEL_DEVICES)),
  /** Of a community, and never where the link asks for approval: what belongs to it. */
  listing: v.optional(bytes(LISTING_SIZE, 1)),
});
export type JoinPreview = v.InferOutput<typeof joinPreview>;
