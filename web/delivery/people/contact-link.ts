import { findAccount } from "../../../src/protocol/accounts.ts";
import { decodeCredential } from "../../../src/protocol/credential.ts";
import { fingerprintRoot } from "../../crypto/fingerprint-root.ts";
import { type Client, locked } from "../client.ts";
import type { Person } from "../commands.ts";
import { Failed } from "../failures.ts";
import { rootToWriteTo } from "../groups/invite-people.ts";
import { same } from "../inbox/pins.ts";

/** What this person's own link carries. */
export async function ownFingerprint({ accountId, device }: Client): Promise<string> {
  const root = decodeCredential(device.credential)?.rootPublicKey;
  if (!root) throw new Failed("crypto");
  return fingerprintRoot(accountId, root);
}

/**
 * Somebody whose link was opened: whoever the server names so must be who made the link. Then they are held on to as
 * made sure of, from before the first message on. Nobody is told.
 */
export async function meetByLink(client: Client, username: string, fingerprint: string): Promise<Person> {
  const card = await client.call(findAccount, { username });
  const root = card.rootPublicKey && new Uint8Array(card.rootPublicKey);
  if (root && (await fingerprintRoot(card.accountId, root)) !== fingerprint) throw new Failed("link_differs");
  await rootToWriteTo(client, card);
  await locked(client, async (change) => {
    if (!root || card.accountId === client.accountId) return;
    const pinned = await change.read("pins", card.accountId);
    if (pinned && !same(pinned.root, root)) throw new Failed("identity_changed");
    const seenAt = pinned?.seenAt ?? client.platform.clock.now();
    change.put("pins", card.accountId, {
      ...pinned,
      username: card.username,
      root,
      seenAt,
      firstUse: false,
    });
  });
  const known = await client.vault.read("direct", card.accountId);
  return { username: card.username, conversationId: known?.conversationId };
}
