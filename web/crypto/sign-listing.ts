import type { ListedPlace } from "../../src/protocol/community.ts";
import { encodeListing, listingBytes } from "../../src/protocol/listing.ts";
import type { Group } from "./group.ts";
import { sign } from "./signature-key.ts";

/** What belongs to this community, so that whoever comes by a link can tell that somebody in charge said so. */
export async function signListing(
  { conversationId, device }: Group,
  listed: readonly ListedPlace[],
): Promise<Uint8Array<ArrayBuffer>> {
  const message = listingBytes(conversationId, device.deviceId, listed);
  return encodeListing(device.deviceId, listed, await sign(device.signaturePrivateKey, message));
}
