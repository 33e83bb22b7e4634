import { eq, sql } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { accountEvents, accounts } from "../db/tables.ts";
import { encodeBinary } from "../protocol/codec.ts";
import type { AccountEvent } from "../protocol/delivery.ts";
import type { AccountId, DeviceId } from "../protocol/ids.ts";
import { type Enclosure, withoutBody } from "./enclosures.ts";

type Unnumbered<Event> = Event extends AccountEvent ? Omit<Event, "sequence"> : never;

/**
 * Inside the caller's write; tell the answer to its device (or account) after the commit. What the event carries is
 * not stored with it where it is `enclosed` in the same write.
 */
export async function appendAccountEvent(
  tx: Queries,
  to: { readonly accountId: AccountId; readonly deviceId: DeviceId | null },
  event: Unnumbered<AccountEvent>,
  createdAt: number,
  enclosed?: Enclosure,
): Promise<AccountEvent> {
  const [account] = await tx
    .update(accounts)
    .set({ eventHead: sql`${accounts.eventHead} + 1` })
    .where(eq(accounts.id, to.accountId))
    .returning({ sequence: accounts.eventHead });
  if (account === undefined) throw new Error("an event for an account that does not exist");
  const numbered = { ...event, sequence: account.sequence } as AccountEvent;
  await tx.insert(accountEvents).values({
    ...to,
    sequence: account.sequence,
    kind: event.kind,
    payload: encodeBinary(enclosed ? withoutBody(numbered) : numbered),
    createdAt,
    enclosureId: enclosed?.id ?? null,
  });
  return numbered;
}
