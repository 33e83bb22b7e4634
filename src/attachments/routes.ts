import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/attachments.ts";
import { answerFetch, answerOpen } from "./fetch.ts";
import { answerGrant } from "./grant.ts";
import {
  answerBegin,
  answerChunk,
  answerComplete,
  answerDrop,
  answerShow,
  answerShowRules,
} from "./upload.ts";

export const attachmentRoutes: readonly MountedRoute[] = [
  answer(wire.showAttachmentRules, answerShowRules),
  answer(wire.beginAttachment, answerBegin),
  answer(wire.showAttachment, answerShow),
  answer(wire.putAttachmentChunk, answerChunk),
  answer(wire.completeAttachment, answerComplete),
  answer(wire.dropAttachment, answerDrop),
  answer(wire.grantAttachment, answerGrant),
  answer(wire.openAttachment, answerOpen),
  answer(wire.fetchAttachment, answerFetch),
];
