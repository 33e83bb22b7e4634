import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import {
  type Disclosed,
  MOST_REPORTED,
  PROVABLE_FOR,
  REPORTED_BYTES,
  sendReport,
} from "../../../src/protocol/reports.ts";
import { between } from "../../storage/key.ts";
import type { MessageRecord } from "../../storage/records.ts";
import type { Client } from "../client.ts";
import type { Results } from "../commands.ts";
import { findTarget } from "../deeds/find-target.ts";
import { Refused } from "../failures.ts";
import { standTo } from "../people/stand-to.ts";
import type { Reportable, ReportCommand } from "./commands.ts";

/** Messages on either side of the one that is reported. */
const FARTHEST = 500;

type Wish = Extract<ReportCommand, { kind: "reportable" }>;
type Report = Extract<ReportCommand, { kind: "report" }>;

/** Fetched with the first of these. */
export async function runReportCommand(
  client: Client,
  command: ReportCommand,
): Promise<Results[ReportCommand["kind"]]> {
  return command.kind === "report" ? report(client, command) : listReportable(client, command);
}

async function listReportable(
  client: Client,
  { conversationId, accountId, around }: Wish,
): Promise<Reportable[]> {
  const place = around && (await findTarget(client, client.vault, around)).message.sequence;
  const near = await listAround(client, conversationId, place ?? Number.MAX_SAFE_INTEGER - 1);
  const theirs = near.filter(({ sender, body }) => sender === accountId && body.kind === "text");
  const distance = ({ sequence }: MessageRecord) =>
    place === undefined ? -sequence : Math.abs(sequence - place);
  return theirs
    .toSorted((one, other) => distance(one) - distance(other))
    .slice(0, MOST_REPORTED)
    .toSorted((one, other) => one.sequence - other.sequence)
    .map((message) => reportable(client, message));
}

async function listAround({ vault }: Client, id: ConversationId, place: number): Promise<MessageRecord[]> {
  const before = await vault.list("messages", {
    ...between(id, 0, place),
    limit: FARTHEST,
    newestFirst: true,
  });
  const after = await vault.list("messages", { ...between(id, place + 1), limit: FARTHEST });
  return [...before, ...after].map(({ value }) => value);
}

function reportable(client: Client, { messageId, sentAt, body, franking }: MessageRecord): Reportable {
  const { text, attachments = [] } = body.kind === "text" ? body : { text: "" };
  const provable = franking !== undefined && sentAt > client.serverNow() - PROVABLE_FOR;
  return { id: messageId, sentAt, text, files: attachments.length, provable };
}

async function report(client: Client, wish: Report): Promise<undefined> {
  const { reportId, accountId, messageIds, reason, comment, block } = wish;
  const messages = await Promise.all(messageIds.map((id) => disclose(client, wish, id)));
  if (messages.reduce((sum, { content }) => sum + content.byteLength, 0) > REPORTED_BYTES)
    throw new Refused("request.too_large", "");
  await client.call(sendReport, { reportId, accountId, reason, comment, messages });
  return block ? standTo(client, accountId, "blocked") : undefined;
}

async function disclose(client: Client, { accountId }: Report, id: MessageId): Promise<Disclosed> {
  const { id: conversationId, message } = await findTarget(client, client.vault, id);
  const { franking, sender } = message;
  if (!franking || sender !== accountId) throw new Refused("report.not_proven", "");
  return { conversationId, ...franking };
}
