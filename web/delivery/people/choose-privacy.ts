import type { ConversationId } from "../../../src/protocol/ids.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { Privacy } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { renewProfileKey } from "../profiles/profile-records.ts";
import { readConversationView } from "../views.ts";
import { OWN_PRIVACY, readPrivacy } from "./privacy.ts";

const ALL = 10_000;

export async function choosePrivacy(client: Client, chosen: Partial<Privacy>): Promise<undefined> {
  const forgotten = await locked(client, async (change) => {
    const before = await readPrivacy(change);
    const privacy = { ...before, ...chosen };
    change.put("privacy", OWN_PRIVACY, privacy);
    if (before.profileInGroups && !privacy.profileInGroups) await renewProfileKey(change, client.accountId);
    return privacy.presence ? [] : forgetSeen(change);
  });
  for (const id of forgotten) {
    const view = await readConversationView(client.vault, client.accountId, id);
    if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
  }
}

/** Whoever does not show it keeps nothing of when others were there. */
async function forgetSeen(change: Change): Promise<ConversationId[]> {
  const all = await change.list("conversations", { ...EVERYTHING, limit: ALL });
  const seen = all.filter(({ value }) => value.seenAt !== undefined);
  for (const { key, value } of seen) {
    const { seenAt: _, ...rest } = value;
    change.put("conversations", key, rest);
  }
  return seen.map(({ key }) => key as ConversationId);
}
