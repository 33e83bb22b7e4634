import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/conversations.ts";
import * as links from "../protocol/links.ts";
import { answerCommit } from "./accept-commit.ts";
import { answerAskToJoin, answerDeclineRequest } from "./ask-to-join.ts";
import { answerFoundConversation } from "./found-conversation.ts";
import { answerJoinByLink } from "./join-by-link.ts";
import { answerLeaveConversation } from "./leave-conversation.ts";
import { answerListUnseated } from "./list-unseated.ts";
import {
  answerFindDirectConversation,
  answerShowConversation,
  answerShowGroupInfo,
} from "./show-conversation.ts";
import { answerPutPreview, answerShowLink, answerShowLinkGroup, answerShowLinks } from "./show-links.ts";

export const conversationRoutes: readonly MountedRoute[] = [
  answer(wire.foundConversation, answerFoundConversation),
  answer(wire.leaveConversation, answerLeaveConversation),
  answer(wire.findDirectConversation, answerFindDirectConversation),
  answer(wire.listUnseated, answerListUnseated),
  answer(wire.showConversation, answerShowConversation),
  answer(wire.showGroupInfo, answerShowGroupInfo),
  answer(wire.commitToConversation, answerCommit),
  answer(links.showLink, answerShowLink),
  answer(links.showLinkGroup, answerShowLinkGroup),
  answer(links.joinByLink, answerJoinByLink),
  answer(links.askToJoin, answerAskToJoin),
  answer(links.showLinks, answerShowLinks),
  answer(links.putPreview, answerPutPreview),
  answer(links.declineRequest, answerDeclineRequest),
];
