import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/delivery.ts";
import { answerSendMessage } from "./accept-message.ts";
import { answerSyncAccount, answerSyncConversation, answerSyncConversations } from "./sync.ts";

export const deliveryRoutes: readonly MountedRoute[] = [
  answer(wire.sendMessage, answerSendMessage),
  answer(wire.syncConversation, answerSyncConversation),
  answer(wire.syncAccount, answerSyncAccount),
  answer(wire.syncConversations, answerSyncConversations),
];
