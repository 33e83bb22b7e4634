import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/conversations.ts";
import { answerCommit } from "./accept-commit.ts";
import { answerFoundConversation } from "./found-conversation.ts";
import { answerLeaveConversation } from "./leave-conversation.ts";
import {
  answerFindDirectConversation,
  answerShowConversation,
  answerShowGroupInfo,
} from "./show-conversation.ts";

export const conversationRoutes: readonly MountedRoute[] = [
  answer(wire.foundConversation, answerFoundConversation),
  answer(wire.leaveConversation, answerLeaveConversation),
  answer(wire.findDirectConversation, answerFindDirectConversation),
  answer(wire.showConversation, answerShowConversation),
  answer(wire.showGroupInfo, answerShowGroupInfo),
  answer(wire.commitToConversation, answerCommit),
];
