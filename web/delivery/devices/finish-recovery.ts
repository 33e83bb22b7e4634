import { showVault } from "../../../src/protocol/vault.ts";
import type { Client } from "../client.ts";
import { readIdentity } from "./own-identity.ts";

/** Of a device that was begun with the words: what they open is sealed anew, as new keys follow those that were lost. */
export async function finishRecovery(client: Client): Promise<void> {
  const { entropy } = await readIdentity(client.vault);
  if (!entropy) return;
  const { vault } = await client.call(showVault, {});
  // The words' list is large, and whoever has written nothing down needs none of it.
  if (vault) await (await import("./keep-vault.ts")).confirmWords(client);
}
