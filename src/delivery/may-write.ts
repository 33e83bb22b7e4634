import { inArray } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { conversations, events } from "../db/tables.ts";
import type { ConversationId, MessageId } from "../protocol/ids.ts";
import { decodeRoleList, may, pauseOf, type RoleList, rankOf } from "../protocol/role-list.ts";
import { isToErase } from "./erase-deleted.ts";
import type { Incoming, Standing } from "./incoming-messages.ts";

/** The role lists of those conversations where not everybody may write, or not at will. */
export async function readLimits(
  tx: Queries,
  standings: readonly (Standing | undefined)[],
): Promise<Map<ConversationId, RoleList>> {
  const ids = new Set(standings.flatMap((one) => (one?.limitsWriting ? one.conversationId : [])));
  if (ids.size === 0) return new Map();
  const { id, roles } = conversations;
  const found = await tx
    .select({ id, roles })
    .from(conversations)
    .where(inArray(id, [...ids]));
  return new Map(
    found.flatMap((row) => {
      const list = decodeRoleList(row.roles);
      return list ? [[row.id, list] as const] : [];
    }),
  );
}

/**
 * What every member may send: how far they have read, of which one is kept, and what takes a message of their own
 * back, once for each of these. All else looks alike from here. What it is, and whether its author may do just that,
 * is for the members' devices to judge: see `web/delivery/inbox/may-be-heard.ts`.
 */
export async function isAlwaysTaken(
  tx: Queries,
  { message, accountId }: Incoming,
  takenBack: ReadonlySet<MessageId>,
): Promise<boolean> {
  const { conversationId, collapseKey, deletes } = message;
  if (collapseKey === "read") return true;
  if (deletes === undefined || takenBack.has(deletes)) return false;
  const own = await tx
    .select({ sequence: events.sequence })
    .from(events)
    .where(isToErase(conversationId, accountId, deletes));
  return own.length > 0;
}

/** Whoever may do anything that goes by message: a moderator who may not write deletes, and pins. */
export function maySend(roles: RoleList, { accountId }: Incoming): boolean {
  if (rankOf(roles, accountId) !== "member") return true;
  return may(roles, accountId, "write") || may(roles, accountId, "pin") || may(roles, accountId, "about");
}

/** Milliseconds until this account may write again; 0 for now. */
export function pauseLeft(roles: RoleList, { accountId }: Incoming, wroteAt: number, now: number): number {
  return Math.max(0, wroteAt + pauseOf(roles, accountId) * 1000 - now);
}
