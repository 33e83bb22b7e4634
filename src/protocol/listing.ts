import * as v from "valibot";
import { encodeBinary } from "./codec.ts";
import { type ListedPlace, listedPlace, MOST_LISTED } from "./community.ts";
import { type ConversationId, conversationId, type DeviceId, deviceId } from "./ids.ts";
import type { LeafFacts } from "./judge-commit.ts";
import { type RoleList, rankOf } from "./role-list.ts";
import { decodeCanonical, signedBytes, verifyEd25519 } from "./signing.ts";
import { bytes, text } from "./values.ts";

/** A listing's largest size in bytes. */
export const LISTING_SIZE = 20 * 1024;

const place = v.union([
  v.strictTuple([v.literal(0), conversationId, text(64, 1), bytes(32, 32), v.boolean()]),
  v.strictTuple([v.literal(1), conversationId, text(64, 1), text(64, 1)]),
]);
const shape = v.strictTuple([
  v.literal(1),
  deviceId,
  v.pipe(v.array(place), v.maxLength(MOST_LISTED)),
  bytes(64, 64),
]);

/** What a device of somebody in charge signs: all that belongs to this community. */
export function listingBytes(
  community: ConversationId,
  device: DeviceId,
  listed: readonly ListedPlace[],
): Uint8Array<ArrayBuffer> {
  return signedBytes("elahe-community-v1", [community, device, listed.map(fieldsOf)]);
}

/** The listing in its one encoding, from the signature over `listingBytes`. */
export function encodeListing(
  device: DeviceId,
  listed: readonly ListedPlace[],
  signature: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return encodeBinary([1, device, listed.map(fieldsOf), signature]);
}

function fieldsOf(one: ListedPlace): v.InferOutput<typeof place> {
  const { conversationId: id, name } = one;
  return one.kind === "group" ? [0, id, name, one.secret, one.approval] : [1, id, name, one.handle];
}

function placeOf(fields: v.InferOutput<typeof place>): ListedPlace {
  const [kind, id, name] = fields;
  const rest =
    kind === 0
      ? { kind: "group", secret: fields[3], approval: fields[4] }
      : { kind: "channel", handle: fields[3] };
  return v.parse(listedPlace, { ...rest, conversationId: id, name });
}

/**
 * What belongs to a community by the word of somebody who is in charge of it now; undefined for anybody else's. It
 * stands in the preview of a link, which whoever holds the link can write, so it must vouch for itself.
 */
export async function verifyListing(
  listing: Uint8Array,
  group: {
    readonly conversationId: ConversationId;
    readonly roles: RoleList;
    readonly leaves: readonly LeafFacts[];
  },
): Promise<ListedPlace[] | undefined> {
  const fields = listing.byteLength > LISTING_SIZE ? undefined : decodeCanonical(shape, listing);
  const leaf = fields && group.leaves.find((one) => one.deviceId === fields[1]);
  if (!leaf || !isInCharge(group.roles, leaf)) return undefined;
  const listed = fields[2].map(placeOf);
  const message = listingBytes(group.conversationId, leaf.deviceId, listed);
  const isSigned = await verifyEd25519(Uint8Array.from(leaf.signaturePublicKey), fields[3], message);
  return isSigned ? listed : undefined;
}

function isInCharge(roles: RoleList, { accountId }: LeafFacts): boolean {
  const rank = rankOf(roles, accountId);
  return rank === "owner" || rank === "admin";
}
