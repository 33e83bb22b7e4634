import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/delivery.ts";
import { answerSendMessages } from "./accept-messages.ts";
import { answerShowGap } from "./show-gap.ts";
import { answerSyncAccount, answerSyncConversation, answerSyncConversations } from "./sync.ts";

export const deliveryRoutes: readonly MountedRoute[] = [
  answer(wire.sendMessages, answerSendMessages),
  answer(wire.syncConversation, answerSyncConversation),
  answer(wire.showGap, answerShowGap),
  answer(wire.syncAccount, answerSyncAccount),
  answer(wire.syncConversations, answerSyncConversations),
];
