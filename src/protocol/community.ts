import * as v from "valibot";
import { conversationId } from "./ids.ts";
import { bytes, text } from "./values.ts";

/** So much belongs to one community at most: with its members it fits what a link shows. */
export const MOST_LISTED = 50;
/** As long as a conversation's own name. */
const NAME_LIMIT = 64;

/** Something that belongs to a community, as its members know it. */
export const listedPlace = v.variant("kind", [
  v.object({
    kind: v.literal("group"),
    conversationId,
    name: text(NAME_LIMIT, 1),
    /** Of the link that leads into it: see `links.ts`. */
    secret: bytes(32, 32),
    /** Somebody in it is asked first. */
    approval: v.boolean(),
  }),
  /** A public one. */
  v.object({
    kind: v.literal("channel"),
    conversationId,
    name: text(NAME_LIMIT, 1),
    handle: text(64, 1),
  }),
]);
export type ListedPlace = v.InferOutput<typeof listedPlace>;

/**
 * What belongs to a community from now on, and what no longer does, by its owner or an admin; the first one makes a
 * group a community. Changes and not the whole list, so that of two at once neither is lost. `again`: all that there
 * is, repeated for those who cannot read the past.
 */
export const communitySaying = {
  listed: v.pipe(v.array(listedPlace), v.maxLength(MOST_LISTED)),
  unlisted: v.pipe(v.array(conversationId), v.maxLength(MOST_LISTED)),
  again: v.optional(v.literal(true)),
};
