import { and, eq, notInArray, sql } from "drizzle-orm";
import type { SessionFacts } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { conversationDevices, conversationGroups, conversationMembers, conversations } from "../db/tables.ts";
import { LAST_GENERATION } from "../protocol/generation.ts";
import type { DeviceId } from "../protocol/ids.ts";
import { decodeRoleList } from "../protocol/role-list.ts";
import { Refusal } from "../refusal.ts";
import type { Checked, Founding } from "./found-conversation.ts";
import { pairKey } from "./pair-key.ts";
import { requireMember } from "./require-member.ts";
import { rolesKept } from "./roles-kept.ts";
import { dropWaiting } from "./waiting-removals.ts";

/** Members may be ahead of a server that was put back several times, but not without end. */
const MOST_AHEAD = 16;

interface Next {
  readonly input: Founding;
  readonly by: SessionFacts & { readonly deviceId: DeviceId };
  readonly checked: Checked;
  readonly sequence: number;
}

/**
 * A conversation that is there goes on with a new group: compare-and-set on its generation, by a device that is
 * in it, of a group by its owner's. Who stays in keeps its cursor and may still fetch what came before. Undefined when there is none.
 */
export async function continueConversation(tx: Queries, next: Next): Promise<number | undefined> {
  const { input, by, checked, sequence } = next;
  const { conversationId, first, kind, peer } = input;
  const [before] = await tx.select().from(conversations).where(eq(conversations.id, conversationId));
  if (before === undefined) return undefined;
  const isSame = before.kind === kind && before.pairKey === (peer && pairKey(by.accountId, peer));
  if (!isSame || first.generation <= before.generation) throw new Refusal("conversation.exists");
  await requireMember(tx, conversationId, by.deviceId);
  if (kind === "group" && decodeRoleList(before.roles)?.owner !== by.accountId)
    throw new Refusal("commit.not_allowed");
  demandNext(before.generation, first.generation);
  const [raised] = await tx
    .update(conversations)
    .set({
      generation: first.generation,
      suite: checked.after.suite,
      epoch: checked.after.epoch,
      head: sequence,
      membershipVersion: sql`${conversations.membershipVersion} + 1`,
      ...rolesKept(checked.after.context.roles),
    })
    .where(and(eq(conversations.id, conversationId), eq(conversations.generation, before.generation)))
    .returning({ version: conversations.membershipVersion });
  if (raised === undefined) throw new Refusal("conversation.exists");
  await tx
    .update(conversationGroups)
    .set({ groupInfo: first.groupInfo })
    .where(eq(conversationGroups.conversationId, conversationId));
  await dropOthers(tx, next);
  await dropWaiting(tx, conversationId);
  return raised.version;
}

/** Refuses a generation that does not follow, or follows from too far. */
export function demandNext(before: number, generation: number): void {
  const follows = generation > before && generation <= before + MOST_AHEAD;
  if (!follows || generation > LAST_GENERATION) throw new Refusal("commit.not_allowed");
}

async function dropOthers(tx: Queries, { input, checked, sequence }: Next) {
  const { conversationId } = input;
  const { leaves } = checked.after;
  await tx.delete(conversationDevices).where(
    and(
      eq(conversationDevices.conversationId, conversationId),
      notInArray(
        conversationDevices.deviceId,
        leaves.map((leaf) => leaf.deviceId),
      ),
    ),
  );
  await tx
    .update(conversationMembers)
    .set({ leftSequence: sequence })
    .where(
      and(
        eq(conversationMembers.conversationId, conversationId),
        notInArray(
          conversationMembers.accountId,
          leaves.map((leaf) => leaf.accountId),
        ),
      ),
    );
}
