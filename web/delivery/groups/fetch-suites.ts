import { CHANNEL_SUITE } from "../../../src/protocol/devices.ts";
import { openSuite } from "../../crypto/suite.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { Account } from "../client.ts";

/** What private channels alone are made of is here before a lock is held over one. */
export async function fetchSuites({ vault }: Account): Promise<void> {
  const found = await vault.list("conversations", { ...EVERYTHING, limit: 10_000 });
  if (!found.some(({ value }) => value.rights.channel)) return;
  await openSuite(CHANNEL_SUITE).catch(() => undefined);
}
