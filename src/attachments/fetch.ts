import type { Answering } from "../answer.ts";
import { take } from "../limits/take.ts";
import type { fetchAttachment, openAttachment } from "../protocol/attachments.ts";
import { Refusal } from "../refusal.ts";
import { filesOf } from "./files.ts";
import { requireGranted } from "./find-attachment.ts";
import { isTicketFor, writeTicket } from "./ticket.ts";

const GOOD_FOR = 5 * 60_000;

/** Whatever a browser made of it: it can do nothing. */
const HEADERS = {
  "content-type": "application/octet-stream",
  "content-disposition": "attachment",
  "content-security-policy": "default-src 'none'; sandbox",
  "accept-ranges": "bytes",
} as const;

export const answerOpen: Answering<typeof openAttachment> = async ({ attachmentId }, request) => {
  const { app, session } = request;
  take(request, "attachment", session.accountId);
  const { size } = await requireGranted(app.db.read, attachmentId, session.deviceId);
  const expiresAt = app.clock.now() + GOOD_FOR;
  return { ticket: await writeTicket(app, attachmentId, session.accountId, expiresAt), expiresAt, size };
};

/** The ticket opens nothing by itself: whoever was removed meanwhile gets nothing either. */
export const answerFetch: Answering<typeof fetchAttachment> = async ({ attachmentId, ticket }, request) => {
  const { app, session } = request;
  take(request, "attachment_fetch", session.accountId);
  if (!(await isTicketFor(app, ticket, attachmentId, session.accountId)))
    throw new Refusal("attachment.ticket_invalid");
  const { size } = await requireGranted(app.db.read, attachmentId, session.deviceId);
  const range = readRange(request.range, size);
  if (range === "unsatisfiable")
    return new Response(null, { status: 416, headers: { ...HEADERS, "content-range": `bytes */${size}` } });
  const { first, end } = range ?? { first: 0, end: size };
  const body = await filesOf(app).read(attachmentId, first, end);
  return new Response(body, {
    status: range === undefined ? 200 : 206,
    headers: {
      ...HEADERS,
      "content-length": String(end - first),
      ...(range === undefined ? {} : { "content-range": `bytes ${first}-${end - 1}/${size}` }),
    },
  });
};

/** One range from somewhere on; any other wish is answered with the whole, as RFC 9110 §14.2 allows. */
function readRange(asked: string | undefined, size: number) {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(asked ?? "") ?? [];
  if (from === undefined) return undefined;
  const first = Number(from);
  const end = to === "" || to === undefined ? size : Math.min(size, Number(to) + 1);
  return first < end ? { first, end } : "unsatisfiable";
}
