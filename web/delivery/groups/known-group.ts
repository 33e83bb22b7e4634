import { syncConversation } from "../../../src/protocol/delivery.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { Rank } from "../../../src/protocol/role-list.ts";
import type { Group } from "../../crypto/group.ts";
import { type KnownGroup, knownBy } from "../../crypto/known-group.ts";
import { traceCommits } from "../../crypto/trace-commits.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import type { Client } from "../client.ts";
import { Refused } from "../failures.ts";
import { demandProgress } from "../inbox/progress.ts";
import { openGroup, readHalves } from "./group-at-rest.ts";
import { isIn } from "./people.ts";

/**
 * What this device knows of a group that it comes back into: by the state it has, led on by the commits it missed, or
 * by the people it remembers. Undefined when it never was in: then only whoever added it vouches for the group.
 */
export async function knownGroup(
  client: Client,
  id: ConversationId,
  conversation: ConversationRecord,
): Promise<KnownGroup | undefined> {
  const halves = await readHalves(client.vault, id);
  const group = halves && openGroup(client, halves);
  if (group?.roles.kind === "group")
    return knownBy(await traceCommits(group, await fetchHandshakes(client, id, group, conversation)));
  return isIn(conversation, client.accountId) ? knownByPeople(conversation) : undefined;
}

/** Nothing, where the server no longer has them. */
async function fetchHandshakes(
  client: Client,
  conversationId: ConversationId,
  { generation, epoch }: Group,
  { epochFrom = 0 }: ConversationRecord,
): Promise<Uint8Array[]> {
  const handshakes: Uint8Array[] = [];
  const demand = demandProgress();
  try {
    for (let after = epochFrom; ; ) {
      const page = await client.call(syncConversation, { conversationId, after });
      demand(after, page);
      for (const event of page.events.toSorted((one, other) => one.sequence - other.sequence)) {
        const isOne = event.kind === "commit" || event.kind === "proposal";
        if (!isOne || event.generation !== generation || event.epoch < epoch) continue;
        handshakes.push(event.kind === "commit" ? event.commit : event.proposal);
      }
      if (page.upTo >= page.head) return handshakes;
      after = page.upTo;
    }
  } catch (cause) {
    if (!(cause instanceof Refused) || cause.code !== "sync.gone") throw cause;
    return [];
  }
}

/** Of those who left, whose leaves may still be in the tree, no rank is known any more. */
function knownByPeople({ people, departures, rights }: ConversationRecord): KnownGroup {
  const ranked = (rank: Rank) => people.flatMap((one) => (one.rank === rank ? [one.accountId] : []));
  const inside = people.flatMap((one) => (one.rank === null ? [] : [one.accountId]));
  return {
    accounts: [...inside, ...departures.map(({ accountId }) => accountId)],
    past: people.flatMap((one) => (one.rank === null ? [one.accountId] : [])),
    roles: {
      owner: ranked("owner")[0] ?? null,
      admins: ranked("admin"),
      moderators: ranked("moderator"),
      rights,
    },
  };
}
