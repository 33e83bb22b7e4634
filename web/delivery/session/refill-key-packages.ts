import { addKeyPackages, countKeyPackages, KEY_PACKAGES } from "../../../src/protocol/devices.ts";
import { makeKeyPackages } from "../../crypto/key-packages.ts";
import { type Client, locked } from "../client.ts";

/** Keeps the pool full enough that strangers can write while this device is away. Private halves are saved first. */
export async function refillKeyPackages(client: Client): Promise<void> {
  const { remaining } = await client.call(countKeyPackages, {});
  if (remaining >= KEY_PACKAGES.refillBelow) return;
  const now = client.platform.clock.now();
  const fresh = await makeKeyPackages(client.device, { count: KEY_PACKAGES.full - remaining, now });
  await locked(client, async (change) => {
    for (const { ref, privateBytes, lastResort } of fresh) {
      change.put("key_packages", ref, { secret: privateBytes, lastResort });
    }
  });
  await client.call(addKeyPackages, { keyPackages: fresh.map(({ publicBytes }) => publicBytes) });
}
