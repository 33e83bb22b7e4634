import { IDS_KEPT_FOR } from "../../../src/protocol/delivery.ts";
import type { Outgoing } from "../../storage/records.ts";
import type { Client } from "../client.ts";

/** Clocks differ. */
const MARGIN = 24 * 60 * 60 * 1000;

/** The server would not know any more whether it has come already: the person decides whether it still goes out. */
export function isTooOld({ platform }: Client, { content, createdAt, sendAt }: Outgoing): boolean {
  if (content.kind !== "text" || sendAt !== undefined) return false;
  return platform.clock.now() - createdAt > IDS_KEPT_FOR - MARGIN;
}
