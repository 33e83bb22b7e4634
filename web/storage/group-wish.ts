import * as v from "valibot";
import { accountId, linkId, messageId } from "../../src/protocol/ids.ts";
import { whoMay } from "../../src/protocol/rights.ts";
import { linkKey, RANKS } from "../../src/protocol/role-list.ts";
import { bytes, text } from "../../src/protocol/values.ts";

const named = v.object({ accountId, username: text(64), root: bytes(32, 32) });

/** What somebody wants of a group, whatever the group has become by the time it is made. */
const groupWish = v.variant("kind", [
  v.object({ kind: v.literal("add"), people: v.pipe(v.array(named), v.maxLength(50)) }),
  v.object({ kind: v.picklist(["remove", "bar"]), accountId }),
  v.object({ kind: v.literal("rank"), accountId, rank: v.picklist(RANKS) }),
  v.object({ kind: v.literal("rights"), chosen: whoMay }),
  v.object({ kind: v.literal("link"), link: linkKey }),
  v.object({ kind: v.literal("unlink"), linkId }),
  v.object({ kind: v.literal("end") }),
]);
export type GroupWish = v.InferOutput<typeof groupWish>;

/** Known by its id, so that it is kept once, wherever it waits. */
export const keptWish = v.object({ wishId: messageId, wish: groupWish });
export type KeptWish = v.InferOutput<typeof keptWish>;
