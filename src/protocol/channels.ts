import * as v from "valibot";
import { username } from "./accounts.ts";
import {
  CONTENT_SIZE,
  channelEntry,
  channelId,
  entryPage,
  HEADER_SIZE,
  MOST_CHANNELS,
} from "./channel-frames.ts";
import { messageId } from "./ids.ts";
import { route } from "./route.ts";
import { bytes, count, sequence, text } from "./values.ts";

export const COMMENT_PAGE = 50;

/** What anybody signed in may see of a channel whose exact name they know. */
export const channelCard = v.object({
  channelId,
  handle: username,
  head: sequence,
  /** The statement that holds now, and its sequence. */
  statement: channelEntry,
  subscribers: count,
  subscribed: v.boolean(),
});
export type ChannelCard = v.InferOutput<typeof channelCard>;

/** `statement` is the first entry; its handle is refused with `username.taken` and its kin. */
export const createChannel = route({
  method: "POST",
  path: "/api/channels",
  who: "device",
  codec: "binary",
  input: v.object({ channelId, statement: channelEntry }),
  output: v.object({}),
});

/** By the exact name only: nothing lists or completes names. */
export const findChannel = route({
  method: "GET",
  path: "/api/channels/by-name/:handle",
  who: "account",
  codec: "binary",
  input: v.object({ handle: text(64, 1) }),
  output: channelCard,
});

export const joinChannel = route({
  method: "POST",
  path: "/api/channels/:channelId/subscription",
  who: "account",
  codec: "binary",
  input: v.object({ channelId }),
  output: v.object({ subscribers: count }),
});

/** The owner stays, or deletes it. */
export const leaveChannel = route({
  method: "DELETE",
  path: "/api/channels/:channelId/subscription",
  who: "account",
  codec: "binary",
  input: v.object({ channelId }),
  output: v.object({}),
});

/** With all that stands in it, by its owner. */
export const deleteChannel = route({
  method: "DELETE",
  path: "/api/channels/:channelId",
  who: "account",
  codec: "binary",
  input: v.object({ channelId }),
  output: v.object({}),
});

/** Compare-and-set on the head: `channel.moved` to whoever signed behind another entry. A known id is answered alike. */
export const putEntry = route({
  method: "POST",
  path: "/api/channels/:channelId/entries",
  who: "device",
  codec: "binary",
  input: v.object({ channelId, entry: channelEntry }),
  output: v.object({}),
});

/**
 * What stands right before `before`, oldest first. `statement` held when the first of them was written, where it is
 * not among them itself.
 */
export const readEntries = route({
  method: "GET",
  path: "/api/channels/:channelId/entries",
  who: "account",
  codec: "binary",
  input: v.object({ channelId, before: sequence }),
  output: v.object({ entries: entryPage, statement: v.nullable(channelEntry) }),
});

/** What is new in each; who is in `more` asks again from where the entries end. */
export const syncChannels = route({
  method: "POST",
  path: "/api/channels/sync",
  who: "account",
  codec: "binary",
  input: v.object({
    known: v.pipe(
      v.array(v.object({ channelId, after: sequence })),
      v.minLength(1),
      v.maxLength(MOST_CHANNELS),
      v.check((all) => new Set(all.map((one) => one.channelId)).size === all.length, "named twice"),
    ),
  }),
  output: v.object({
    channels: v.pipe(
      v.array(
        v.object({
          channelId,
          head: sequence,
          subscribers: count,
          entries: entryPage,
          subscribed: v.boolean(),
        }),
      ),
      v.maxLength(MOST_CHANNELS),
    ),
    gone: v.pipe(v.array(channelId), v.maxLength(MOST_CHANNELS)),
    more: v.boolean(),
  }),
});

/** Signed by whoever writes it. Refused unless they have joined, and where comments are off. */
export const putComment = route({
  method: "POST",
  path: "/api/channels/:channelId/comments",
  who: "device",
  codec: "binary",
  input: v.object({ channelId, header: bytes(HEADER_SIZE, 1), content: bytes(CONTENT_SIZE, 1) }),
  output: v.object({}),
});

/** Newest first, those before this place; 0 for the newest. */
export const readComments = route({
  method: "GET",
  path: "/api/channels/:channelId/comments",
  who: "account",
  codec: "binary",
  input: v.object({ channelId, post: messageId, before: v.optional(count, 0) }),
  output: v.object({
    comments: v.pipe(
      v.array(
        v.object({
          place: count,
          username,
          header: bytes(HEADER_SIZE, 1),
          content: bytes(CONTENT_SIZE, 1),
        }),
      ),
      v.maxLength(COMMENT_PAGE),
    ),
  }),
});

export const countComments = route({
  method: "POST",
  path: "/api/channels/:channelId/comments/count",
  who: "account",
  codec: "binary",
  input: v.object({ channelId, posts: v.pipe(v.array(messageId), v.minLength(1), v.maxLength(200)) }),
  output: v.object({ counts: v.pipe(v.array(v.object({ post: messageId, count })), v.maxLength(200)) }),
});

/** By whoever wrote it, or an author of the channel. */
export const deleteComment = route({
  method: "DELETE",
  path: "/api/channels/:channelId/comments/:commentId",
  who: "account",
  codec: "binary",
  input: v.object({ channelId, commentId: messageId }),
  output: v.object({}),
});
