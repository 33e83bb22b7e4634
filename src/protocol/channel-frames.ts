import * as v from "valibot";
import { conversationId, messageId } from "./ids.ts";
import { bytes, SIZE } from "./values.ts";

/* What every client has to know of channels to be told of them; the rest is fetched with the first one. */

/** Of the same kind as a conversation's: both stand in one list. */
export const channelId = conversationId;

export const MOST_CHANNELS = 500;
export const CHANNEL_PAGE = 50;
export const HEADER_SIZE = 2 * SIZE.credential;
/** Of the words of a post, a comment or a statement as encoded. */
export const CONTENT_SIZE = SIZE.messageCiphertext;

export const channelEntry = v.object({
  /** Signed: see `channel-log.ts`. */
  header: bytes(HEADER_SIZE, 1),
  /** Null once it was taken back. */
  content: v.nullable(bytes(CONTENT_SIZE)),
});
export type ChannelEntry = v.InferOutput<typeof channelEntry>;

export const entryPage = v.pipe(v.array(channelEntry), v.maxLength(CHANNEL_PAGE));

/** What was written in a channel that this device hears. */
export const channelFrame = v.object({
  t: v.literal("channel"),
  channelId,
  entries: entryPage,
  /** Somebody wrote or removed a comment on this post. */
  commented: v.optional(messageId),
  /** The channel is no more. */
  gone: v.optional(v.literal(true)),
});

/** What a device hears from now on, instead of what it named before. */
export const hearChannels = v.object({
  t: v.literal("hear_channels"),
  channels: v.pipe(v.array(channelId), v.maxLength(MOST_CHANNELS)),
});
