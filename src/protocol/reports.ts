import * as v from "valibot";
import { IDS_KEPT_FOR } from "./delivery.ts";
import { accountId, conversationId, messageId, reportId } from "./ids.ts";
import { route } from "./route.ts";
import { bytes, count, SIZE, text, time } from "./values.ts";

const DAY = 24 * 60 * 60_000;
/** The server remembers for so long which message had which franking tag, and whose it was. */
export const PROVABLE_FOR = IDS_KEPT_FOR;
/** After the decision; an undecided one stays. */
export const REPORT_KEPT_FOR = 180 * DAY;

export const MOST_REPORTED = 20;
/** Of what one report discloses. */
export const REPORTED_BYTES = 512 * 1024;
export const COMMENT_LIMIT = 1_000;
export const REPORT_PAGE = 50;

export const reportReason = v.picklist(["spam", "threats", "illegal", "other"]);
export type ReportReason = v.InferOutput<typeof reportReason>;
export const reportState = v.picklist(["open", "dismissed", "acted"]);
export type ReportState = v.InferOutput<typeof reportState>;

/** A message as its reader decrypted it, with the key that its franking tag was made under: see `franking.ts`. */
const disclosed = v.object({
  conversationId,
  messageId,
  key: bytes(32, 32),
  content: bytes(SIZE.messageCiphertext, 1),
});
export type Disclosed = v.InferOutput<typeof disclosed>;

/**
 * To the moderators of this server, about somebody on it. Each message is refused with `report.not_proven` unless
 * that account sent it, just so, into a conversation that the reporter was in. A retry with a known id is answered as
 * before. Whoever is reported is not told.
 */
export const sendReport = route({
  method: "POST",
  path: "/api/reports",
  who: "device",
  codec: "binary",
  input: v.object({
    reportId,
    accountId,
    reason: reportReason,
    comment: text(COMMENT_LIMIT),
    /** None: then the comment is all there is. */
    messages: v.pipe(
      v.array(disclosed),
      v.maxLength(MOST_REPORTED),
      v.check(
        (all) => all.reduce((sum, { content }) => sum + content.byteLength, 0) <= REPORTED_BYTES,
        "too much at once",
      ),
      v.check((all) => new Set(all.map((one) => one.messageId)).size === all.length, "named twice"),
    ),
  }),
  output: v.object({}),
});

const who = v.object({
  accountId,
  /** Null once there is no such account any more. */
  username: v.nullable(text(64)),
});

export const reportCard = v.object({
  reportId,
  reporter: who,
  reported: who,
  reason: reportReason,
  comment: text(COMMENT_LIMIT),
  /** How many it discloses. */
  messages: count,
  createdAt: time,
  state: reportState,
  /** The moderators' own; nobody else is shown it. */
  note: text(COMMENT_LIMIT),
  /** By whom it was decided last, and when; open ones have no time. */
  decidedBy: v.nullable(who),
  decidedAt: v.nullable(time),
});
export type ReportCard = v.InferOutput<typeof reportCard>;

/** What a message said that was sent for certain, by the reported account. */
export const provenMessage = v.object({
  messageId,
  conversationId,
  /** By the server's clock. */
  sentAt: time,
  /** edit: what a message sent before was changed to. other: this version cannot show it. */
  kind: v.picklist(["text", "edit", "other"]),
  text: v.string(),
  /** Of a poll; the text is its question. */
  options: v.array(v.string()),
  /** Named in it; they are not part of the report. */
  files: v.array(v.object({ name: v.string(), type: v.string(), size: count })),
});
export type ProvenMessage = v.InferOutput<typeof provenMessage>;

/** Newest first. */
export const listReports = route({
  method: "GET",
  path: "/api/reports",
  who: "moderator",
  codec: "json",
  input: v.object({
    state: v.optional(reportState),
    /** The `next` of the page before. */
    after: v.optional(reportId),
  }),
  output: v.object({
    reports: v.pipe(v.array(reportCard), v.maxLength(REPORT_PAGE)),
    /** Null when this was the last page. */
    next: v.nullable(reportId),
  }),
});

export const showReport = route({
  method: "GET",
  path: "/api/reports/:reportId",
  who: "moderator",
  codec: "json",
  input: v.object({ reportId }),
  output: v.object({
    report: reportCard,
    evidence: v.pipe(v.array(provenMessage), v.maxLength(MOST_REPORTED)),
  }),
});

/** Nothing follows from it by itself. */
export const decideReport = route({
  method: "POST",
  path: "/api/reports/:reportId/decision",
  who: "moderator",
  codec: "json",
  input: v.object({ reportId, state: reportState, note: text(COMMENT_LIMIT) }),
  output: v.object({ report: reportCard }),
});
