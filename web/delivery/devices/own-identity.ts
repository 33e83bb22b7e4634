import { decodeIdentity, encodeIdentity, type Identity } from "../../crypto/identity.ts";
import type { Change, Reader } from "../../storage/vault.ts";
import type { Client } from "../client.ts";

/** The account's keys as this device holds them. */
export async function readIdentity(reader: Reader): Promise<Identity> {
  const kept = await reader.read("identity", "device");
  if (!kept) throw new Error("the identity is gone");
  return decodeIdentity(kept.keys);
}

export async function keepIdentity(change: Change, identity: Identity): Promise<void> {
  const kept = await change.read("identity", "device");
  if (kept) change.put("identity", "device", { ...kept, keys: encodeIdentity(identity) });
}

/** Of one that was kept before there was an account store the keys of it are made once. */
export async function settleIdentity(client: Pick<Client, "vault">): Promise<Identity> {
  return client.vault.change(async (change) => {
    const identity = await readIdentity(change);
    await keepIdentity(change, identity);
    return identity;
  });
}
