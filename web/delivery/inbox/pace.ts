import { pauseOf, type RoleList } from "../../../src/protocol/role-list.ts";
import type { MessageRecord } from "../../storage/records.ts";
import { amend, type Batch } from "./batch.ts";

/** Slack for servers that run on several machines, whose clocks differ. */
const SLACK = 2_000;

/** In slow mode it is noted when people write; the message as it is to be kept. */
export function paced(batch: Batch, message: MessageRecord): MessageRecord {
  const { conversation, client, group } = batch;
  const { sender, sentAt } = message;
  if (!group?.roles.rights.slow || message.body.kind !== "text") return message;
  const before = conversation.people.find(({ accountId }) => accountId === sender)?.wroteAt;
  const people = conversation.people.map((one) =>
    one.accountId === sender ? { ...one, wroteAt: Math.max(sentAt, before ?? 0) } : one,
  );
  amend(batch, { people });
  if (sender === client.accountId) pause(batch, group.roles, sentAt);
  return isHasty(group.roles, message, before) ? { ...message, hasty: true } : message;
}

/** Nothing more is sent for a while, by the own clock. */
function pause(batch: Batch, roles: RoleList, sentAt: number): void {
  const { accountId, platform, serverNow } = batch.client;
  const whole = pauseOf(roles, accountId) * 1000;
  const left = Math.min(whole, whole + sentAt - serverNow());
  if (left > 0) amend(batch, { pausedUntil: Math.round(platform.clock.now() + left) });
}

/**
 * Sooner than slow mode allows by what the server says of its clock. It is marked and never dropped: a server that
 * wanted messages to be lost could say another time to each member, and they would come to differ.
 */
function isHasty(roles: RoleList, message: MessageRecord, before: number | undefined): boolean {
  if (before === undefined) return false;
  return message.sentAt - before < pauseOf(roles, message.sender) * 1000 - SLACK;
}
