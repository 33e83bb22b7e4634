import { decodeCredential } from "../../../src/protocol/credential.ts";
import type { AccountId } from "../../../src/protocol/ids.ts";
import { safetyNumber } from "../../crypto/safety-number.ts";
import type { Records } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import type { Safety } from "../commands.ts";
import { Failed } from "../failures.ts";
import { same } from "../inbox/pins.ts";
import { isVerified, readConversationView } from "../views.ts";

/** What two people compare, of the roots that this device holds on to. */
export async function readSafety(client: Client, accountId: AccountId): Promise<Safety> {
  const pinned = await client.vault.read("pins", accountId);
  if (!pinned) throw new Failed("identity_unknown");
  return { digits: await digitsWith(client, accountId, pinned), isVerified: isVerified(pinned) };
}

/** For this root alone: with another one, what was compared says nothing any more. */
export async function verifyPerson(
  client: Client,
  accountId: AccountId,
  digits: string | undefined,
): Promise<undefined> {
  const shown = await client.vault.read("pins", accountId);
  if (!shown) throw new Failed("identity_unknown");
  if (digits !== undefined && digits !== (await digitsWith(client, accountId, shown)))
    throw new Failed("identity_changed_again");
  await locked(client, async (change) => {
    const pinned = await change.read("pins", accountId);
    if (!pinned || !same(pinned.root, shown.root)) throw new Failed("identity_changed_again");
    const { verified: _before, ...rest } = pinned;
    change.put("pins", accountId, digits === undefined ? rest : { ...rest, verified: pinned.root });
  });
  const direct = await client.vault.read("direct", accountId);
  const view = direct && (await readConversationView(client.vault, client.accountId, direct.conversationId));
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}

function digitsWith(client: Client, accountId: AccountId, { root }: Records["pins"]): Promise<string> {
  const own = decodeCredential(client.device.credential)?.rootPublicKey;
  if (!own) throw new Failed("crypto");
  const mine = { accountId: client.accountId, rootPublicKey: new Uint8Array(own) };
  return safetyNumber(mine, { accountId, rootPublicKey: new Uint8Array(root) });
}
