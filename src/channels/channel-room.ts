import { eq, sql } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { channelRoom } from "../db/tables.ts";
import type { AccountId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

/** Of what one account has written in public channels, which keep everything: some eighty thousand short posts. */
export const CHANNEL_ROOM = 128 * 1024 * 1024;

interface Written {
  readonly header: Uint8Array;
  readonly content: Uint8Array | null;
}

export function sizeOf({ header, content }: Written): number {
  return header.byteLength + (content?.byteLength ?? 0);
}

export async function takeRoom(tx: Queries, accountId: AccountId, bytes: number): Promise<void> {
  const [taken] = await tx
    .insert(channelRoom)
    .values({ accountId, bytes })
    .onConflictDoUpdate({
      target: channelRoom.accountId,
      set: { bytes: sql`${channelRoom.bytes} + ${bytes}` },
    })
    .returning({ bytes: channelRoom.bytes });
  if ((taken?.bytes ?? 0) > CHANNEL_ROOM) throw new Refusal("channel.quota_full");
}

export async function giveRoomBack(
  tx: Queries,
  gone: readonly { readonly accountId: AccountId; readonly bytes: number }[],
): Promise<void> {
  for (const [accountId, all] of Map.groupBy(gone, (one) => one.accountId)) {
    const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
    await tx
      .update(channelRoom)
      .set({ bytes: sql`${channelRoom.bytes} - ${bytes}` })
      .where(eq(channelRoom.accountId, accountId));
  }
}
