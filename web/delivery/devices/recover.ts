import { describeServer, showAccount } from "../../../src/protocol/accounts.ts";
import { showVault } from "../../../src/protocol/vault.ts";
import { appendToLog } from "../../crypto/device.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { restoreIdentity } from "../../crypto/identity.ts";
import { deriveRoot } from "../../crypto/recovery-key.ts";
import { renewStoreKeys, type StoreKeys } from "../../crypto/store-keys.ts";
import { openVault } from "../../crypto/vault.ts";
import type { Account } from "../client.ts";
import { Failed } from "../failures.ts";
import { same } from "../inbox/pins.ts";
import { readTyped } from "./keep-vault.ts";
import { makeOwnDevice } from "./make-own-device.ts";
import { type OwnLog, readOwnLog } from "./own-log.ts";

/**
 * This browser becomes the account's only device, by its 24 words: new keys that the root vouches for, in the place of
 * all devices that are lost. Fails with `wrong_words` and changes nothing, here or on the server, where they are not.
 */
export async function recover(account: Account, typed: string): Promise<void> {
  const { accountId, call, platform } = account;
  const entropy = readTyped(typed);
  const { origin } = await call(describeServer, {});
  const { publicKey: rootPublicKey } = await deriveRoot(entropy);
  const card = await call(showAccount, { accountId });
  if (!card.rootPublicKey || !same(card.rootPublicKey, rootPublicKey)) throw new Failed("wrong_words");
  const log = await readOwnLog(account, { accountId, origin, rootPublicKey });
  const kept = await openKept(account, { origin, entropy, log });
  const newest = Math.max(0, ...log.entries.map(({ accountKey }) => accountKey.version));
  const identity = await restoreIdentity({
    accountId,
    origin,
    entropy,
    accountKeyVersion: newest + 1,
    ...(kept ? { storeKeys: renewStoreKeys(kept) } : {}),
  });
  const retires: Uint8Array<ArrayBuffer>[] = [];
  for (const [deviceId, names] of log.live) {
    const change = { change: "removed" as const, deviceId, names, at: platform.clock.now() };
    retires.push(await appendToLog(identity, [...log.encoded, ...retires], change));
  }
  // The words stay with the person; until the vault is sealed anew the entropy stays here.
  await makeOwnDevice(account, identity, { log: [...log.encoded, ...retires], retires });
}

/** Undefined where no vault was ever made. One that does not open, or is not the newest, is said and not passed over. */
async function openKept(
  { accountId, call }: Account,
  { origin, entropy, log }: { origin: string; entropy: Uint8Array<ArrayBuffer>; log: OwnLog },
): Promise<StoreKeys | undefined> {
  const { vault } = await call(showVault, {});
  const isNamed = log.entries.some(({ change }) => change === "vault");
  if (!vault && !isNamed) return undefined;
  try {
    if (!vault) throw new CryptoFailure("not_allowed", "no vault is shown");
    return await openVault({ accountId, origin, entropy, vault, log: log.entries });
  } catch (cause) {
    if (cause instanceof CryptoFailure) throw new Failed("vault_differs");
    throw cause;
  }
}
