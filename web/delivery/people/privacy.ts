import type { Privacy } from "../../storage/records.ts";
import type { Reader } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";

/** There is one record. */
const OWN = "own";
const OPEN: Privacy = { readMarks: true, typing: true };

export async function readPrivacy(reader: Reader): Promise<Privacy> {
  return (await reader.read("privacy", OWN)) ?? OPEN;
}

export async function choosePrivacy(client: Client, privacy: Privacy): Promise<undefined> {
  await locked(client, async (change) => change.put("privacy", OWN, privacy));
}
