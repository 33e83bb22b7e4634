import { putVault, showVault } from "../../../src/protocol/vault.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import type { Identity } from "../../crypto/identity.ts";
import { deriveRoot } from "../../crypto/recovery-key.ts";
import { readWords, writeWords } from "../../crypto/recovery-words.ts";
import { makeRecoveryKey, openVault, type RecoveryKey, sealVault } from "../../crypto/vault.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { same } from "../inbox/pins.ts";
import { keepIdentity, readIdentity, settleIdentity } from "./own-identity.ts";
import { readOwnLog } from "./own-log.ts";

const TRIES = 5;

/** The 24 words, for as long as this device has them: until they are known to be written down. */
export async function showWords(client: Client): Promise<string> {
  const { entropy } = await settleIdentity(client);
  if (!entropy) throw new Failed("words_gone");
  return writeWords(entropy);
}

/** They are written down: what they open is sealed and kept by the server, and then they are erased here. */
export async function confirmWords(client: Client): Promise<void> {
  const identity = await settleIdentity(client);
  if (!identity.entropy) return;
  await sealAnew(client, await makeRecoveryKey({ ...identity, entropy: identity.entropy }));
  const at = client.platform.clock.now();
  await locked(client, async (change) => {
    await keepIdentity(change, { ...(await readIdentity(change)), entropy: undefined });
    const before = await change.read("recovery", "words");
    change.put("recovery", "words", { ...before, confirmedAt: at, provenAt: at });
  });
}

/** That the words a person has kept open what they should. Nothing is changed but when that was last shown. */
export async function proveWords(client: Client, typed: string): Promise<void> {
  const entropy = readTyped(typed);
  const identity = await readIdentity(client.vault);
  const { publicKey } = await deriveRoot(entropy);
  if (!same(publicKey, identity.rootPublicKey)) throw new Failed("wrong_words");
  const { vault } = await client.call(showVault, {});
  if (!vault) throw new Failed("vault_differs");
  const { entries: log } = await readOwnLog(client, identity);
  try {
    await openVault({ ...identity, entropy, vault, log });
  } catch (cause) {
    if (cause instanceof CryptoFailure) throw new Failed("vault_differs");
    throw cause;
  }
  const provenAt = client.platform.clock.now();
  await locked(client, async (change) => {
    const before = await change.read("recovery", "words");
    change.put("recovery", "words", { confirmedAt: provenAt, ...before, provenAt });
  });
}

/** With the recovery key that the root vouched for before: no words are needed. Nothing where there is none. */
export async function renewVault(client: Client): Promise<void> {
  const { vault } = await client.call(showVault, {});
  if (vault) await sealAnew(client, vault);
}

/** Another device may write into the log in between. */
async function sealAnew(client: Client, recoveryKey: RecoveryKey): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const identity: Identity = await readIdentity(client.vault);
    const { encoded: log } = await readOwnLog(client, identity);
    const how = { recoveryKey, deviceId: client.deviceId, log, now: client.platform.clock.now() };
    try {
      await client.call(putVault, await sealVault(identity, how));
      return;
    } catch (cause) {
      const isBehind = cause instanceof Refused && cause.code === "device.log_behind";
      if (!isBehind || tries === TRIES) throw cause;
    }
  }
}

/** As somebody types or pastes them. */
export function readTyped(typed: string): Uint8Array<ArrayBuffer> {
  try {
    return readWords(typed.trim().toLowerCase().split(/\s+/).join(" "));
  } catch (cause) {
    if (cause instanceof CryptoFailure) throw new Failed("wrong_words");
    throw cause;
  }
}
