import { signComment, signEntry } from "../../web/crypto/channel.ts";
import type { EntryFacts } from "../protocol/channel-log.ts";
import { type MessageId, newId } from "../protocol/ids.ts";
import type { Player } from "./cast.ts";

/** An entry of a public channel as this person's device signs it. */
export const entryBy = (by: Player, ...how: After<typeof signEntry>) => signEntry(by.device, ...how);

export const commentBy = (by: Player, ...how: After<typeof signComment>) => signComment(by.device, ...how);

type After<Sign> = Sign extends (device: never, ...how: infer How) => unknown ? How : never;

/** A post by this very device, whether or not it may write there. */
export const entryOf = (
  device: Player["device"],
  facts: Pick<EntryFacts, "channelId" | "sequence" | "previous">,
  content: Uint8Array<ArrayBuffer>,
) => {
  const rest = { kind: "post", id: newId<MessageId>(), target: null, at: Date.now() } as const;
  return signEntry(device, { ...facts, ...rest }, content);
};
