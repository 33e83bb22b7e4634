import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import { fingerprintRoot } from "../../crypto/fingerprint-root.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { ConversationRecord, Stranger } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import type { StrangerView } from "../commands.ts";
import { Failed } from "../failures.ts";
import { same } from "../inbox/pins.ts";
import { readConversationView } from "../views.ts";

const ALL = 10_000;

/** Who came to this conversation with another identity than before, and which. */
export async function readStrangers(client: Client, id: ConversationId): Promise<StrangerView[]> {
  const strangers = (await client.vault.read("conversations", id))?.strangers ?? [];
  return Promise.all(
    strangers.map(async ({ accountId, username, root }) => {
      const fingerprint = await fingerprintRoot(accountId, root);
      return { accountId, username, fingerprint };
    }),
  );
}

/**
 * From now on these are who they are, wherever they are met: the person has read what that means. Only those whose
 * fingerprints were shown; throws `identity_changed_again` when there is somebody else by now.
 */
export async function acceptIdentity(
  client: Client,
  id: ConversationId,
  shown: readonly string[],
): Promise<ConversationId[]> {
  const strangers = (await client.vault.read("conversations", id))?.strangers ?? [];
  const now = await readStrangers(client, id);
  const isShown = now.length > 0 && now.map(({ fingerprint }) => fingerprint).join() === shown.join();
  if (!isShown) throw new Failed("identity_changed_again");
  const freed = await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (!areSame(conversation?.strangers ?? [], strangers)) throw new Failed("identity_changed_again");
    for (const one of strangers) await pinAnew(client, change, one);
    return freeAll(change);
  });
  const views = await Promise.all(
    freed.map((one) => readConversationView(client.vault, client.accountId, one)),
  );
  client.tell({ kind: "conversations", conversations: views.flatMap((view) => view ?? []), complete: false });
  return freed;
}

function areSame(some: readonly Stranger[], others: readonly Stranger[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, place) => {
      const other = others[place];
      return other?.accountId === one.accountId && same(other.root, one.root);
    })
  );
}

async function pinAnew({ platform }: Client, change: Change, { accountId, username, root }: Stranger) {
  const before = await change.read("pins", accountId);
  const name = before?.username ?? username;
  change.put("pins", accountId, { username: name, root, seenAt: platform.clock.now(), firstUse: true });
}

/** Every conversation that was stopped by nobody but these. */
async function freeAll(change: Change): Promise<ConversationId[]> {
  const freed: ConversationId[] = [];
  for (const { key } of await change.list("conversations", { ...EVERYTHING, limit: ALL })) {
    const id = key as ConversationId;
    const conversation = await change.read("conversations", id);
    if (!conversation?.identityChanged || !(await isFree(change, conversation))) continue;
    const { strangers: _known, identityChangedFrom: _since, unfollowed, ...rest } = conversation;
    // This device comes back into the group that there is now.
    const state = unfollowed && rest.state === "ready" ? "repairing" : rest.state;
    change.put("conversations", id, { ...rest, state, identityChanged: false, devicesDue: true });
    freed.push(id);
  }
  return freed;
}

async function isFree(change: Change, { strangers = [] }: ConversationRecord): Promise<boolean> {
  for (const { accountId, root } of strangers) {
    const pinned = await change.read("pins", accountId as AccountId);
    if (!pinned || !same(pinned.root, root)) return false;
  }
  return strangers.length > 0;
}
