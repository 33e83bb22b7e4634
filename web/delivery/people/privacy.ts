import type { Privacy } from "../../storage/records.ts";
import type { Reader } from "../../storage/vault.ts";

/** There is one record. */
export const OWN_PRIVACY = "own";
const OPEN: Privacy = {
  readMarks: true,
  typing: true,
  presence: true,
  strangersWrite: true,
  strangersAdd: true,
  profileInGroups: true,
  archive: true,
};

export async function readPrivacy(reader: Reader): Promise<Privacy> {
  return (await reader.read("privacy", OWN_PRIVACY)) ?? OPEN;
}
