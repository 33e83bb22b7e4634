import { and, eq, inArray, isNull, notExists } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { conversationDevices, conversationMembers } from "../db/tables.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";

/** Whose seat was taken. */
export interface Unseated {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
}

/** Nothing more is delivered to these devices or taken from them; an account without any left has left here. */
export async function unseatDevices(
  tx: Queries,
  conversationId: ConversationId,
  deviceIds: readonly DeviceId[],
  sequence: number,
): Promise<Unseated[]> {
  const { accountId, deviceId } = conversationDevices;
  const inThis = eq(conversationDevices.conversationId, conversationId);
  const unseated = await tx
    .delete(conversationDevices)
    .where(and(inThis, inArray(deviceId, [...deviceIds])))
    .returning({ accountId, deviceId });
  const remaining = tx
    .select({ deviceId })
    .from(conversationDevices)
    .where(and(inThis, eq(accountId, conversationMembers.accountId)));
  const accounts = [...new Set(unseated.map((one) => one.accountId))];
  await tx
    .update(conversationMembers)
    .set({ leftSequence: sequence })
    .where(
      and(
        eq(conversationMembers.conversationId, conversationId),
        inArray(conversationMembers.accountId, accounts),
        isNull(conversationMembers.leftSequence),
        notExists(remaining),
      ),
    );
  return unseated;
}
