import * as v from "valibot";
import { decodeBinary } from "../protocol/codec.ts";
import { authenticatedData } from "../protocol/content.ts";
import type { SendMessage } from "../protocol/delivery.ts";
import { Refusal } from "../refusal.ts";

/** What of the clear envelope decides how long the server keeps a message, and which others. */
const keeping = v.pick(authenticatedData, ["collapseKey", "expiresAt", "deletes"]);

/**
 * The members' devices go by what a message's sender has signed. Were the server told otherwise, it would drop what
 * still stands in sight there, and nobody could report it. Refuses `request.malformed`.
 */
export function demandAsSigned({ collapseKey, expiresAt, deletes }: SendMessage, signed: Uint8Array): void {
  if (collapseKey === undefined && expiresAt === undefined && deletes === undefined) return;
  const bound = read(signed);
  const isSame =
    bound?.collapseKey === (collapseKey ?? null) &&
    bound.expiresAt === (expiresAt ?? null) &&
    bound.deletes === deletes;
  if (!isSame) throw new Refusal("request.malformed");
}

function read(signed: Uint8Array) {
  try {
    const parsed = v.safeParse(keeping, decodeBinary(signed));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
