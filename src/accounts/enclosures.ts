import { inArray, notExists, sql } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { accountEvents, enclosures } from "../db/tables.ts";
import type { AccountEvent } from "../protocol/delivery.ts";
import { newId } from "../protocol/ids.ts";

/** What several account events carry: large, and the same for all, therefore kept once. */
export interface Enclosure {
  readonly id: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

export async function enclose(tx: Queries, body: Uint8Array<ArrayBuffer>): Promise<Enclosure> {
  const enclosure = { id: newId<string>(), body };
  await tx.insert(enclosures).values(enclosure);
  return enclosure;
}

export async function readEnclosures(
  queries: Queries,
  ids: readonly string[],
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  if (ids.length === 0) return new Map();
  const found = await queries
    .select()
    .from(enclosures)
    .where(inArray(enclosures.id, [...new Set(ids)]));
  return new Map(found.map(({ id, body }) => [id, body]));
}

/** Those that no event carries any more. */
export async function dropEnclosures(tx: Queries): Promise<void> {
  const carrying = tx
    .select({ one: sql`1` })
    .from(accountEvents)
    .where(sql`${accountEvents.enclosureId} = ${enclosures.id}`);
  await tx.delete(enclosures).where(notExists(carrying));
}

const NOTHING = new Uint8Array(0);

/** As the event is stored, its enclosure apart. */
export function withoutBody<Event extends AccountEvent>(event: Event): Event {
  return withBody(event, NOTHING);
}

/** The event with its body where it belongs; other kinds enclose nothing. */
export function withBody<Event extends { readonly kind: AccountEvent["kind"] }>(
  event: Event,
  body: Uint8Array<ArrayBuffer>,
): Event {
  if (event.kind === "welcome") return { ...event, welcome: body };
  return event.kind === "removed" ? { ...event, commit: body } : event;
}
