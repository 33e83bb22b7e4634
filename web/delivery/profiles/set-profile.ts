import { type Client, locked } from "../client.ts";
import type { Command } from "../commands.ts";
import { Unreachable } from "../failures.ts";
import { changeOwnProfile, tellProfile } from "./profile-records.ts";
import { sendOwn } from "./tend-profiles.ts";

/** Kept and shown here at once; without network it goes up as soon as there is one. */
export async function setProfile(
  client: Client,
  { kind: _, ...shown }: Extract<Command, { kind: "set_profile" }>,
): Promise<undefined> {
  await locked(client, (change) => changeOwnProfile(change, client.accountId, shown));
  await tellProfile(client, client.accountId);
  try {
    await sendOwn(client);
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause;
  }
}
