import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/channels.ts";
import {
  answerCountComments,
  answerDeleteComment,
  answerPutComment,
  answerReadComments,
} from "./comments.ts";
import { answerCreateChannel } from "./create-channel.ts";
import { answerDeleteChannel } from "./delete-channel.ts";
import { answerFindChannel } from "./find-channel.ts";
import { answerJoinChannel, answerLeaveChannel } from "./join-channel.ts";
import { answerPutEntry } from "./put-entry.ts";
import { answerReadEntries, answerSyncChannels } from "./read-entries.ts";

export const channelRoutes: readonly MountedRoute[] = [
  answer(wire.createChannel, answerCreateChannel),
  answer(wire.findChannel, answerFindChannel),
  answer(wire.joinChannel, answerJoinChannel),
  answer(wire.leaveChannel, answerLeaveChannel),
  answer(wire.deleteChannel, answerDeleteChannel),
  answer(wire.putEntry, answerPutEntry),
  answer(wire.readEntries, answerReadEntries),
  answer(wire.syncChannels, answerSyncChannels),
  answer(wire.putComment, answerPutComment),
  answer(wire.readComments, answerReadComments),
  answer(wire.countComments, answerCountComments),
  answer(wire.deleteComment, answerDeleteComment),
];
