import { expect, test } from "bun:test";
import { type ListedPlace, MOST_LISTED } from "./community.ts";
import { type AccountId, type ConversationId, type DeviceId, newId } from "./ids.ts";
import type { LeafFacts } from "./judge-commit.ts";
import { encodeListing, LISTING_SIZE, listingBytes, verifyListing } from "./listing.ts";
import { foundingRoles } from "./role-list.ts";

const owner = newId<AccountId>();
const admin = newId<AccountId>();
const member = newId<AccountId>();
const roles = { ...foundingRoles(owner), admins: [admin] };
const conversationId = newId<ConversationId>();

function place(name: string): ListedPlace {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  return { kind: "group", conversationId: newId<ConversationId>(), name, secret, approval: false };
}
const listed: readonly ListedPlace[] = [
  place("Cooks"),
  { kind: "channel", conversationId: newId<ConversationId>(), name: "News", handle: "news" },
];

async function leafOf(accountId: AccountId) {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const signaturePublicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const [rootPublicKey, encryptionKey] = [new Uint8Array(32), new Uint8Array(32)];
  const deviceId = newId<DeviceId>();
  const leaf: LeafFacts = {
    accountId,
    deviceId,
    rootPublicKey,
    signaturePublicKey,
    encryptionKey,
    leafIndex: 0,
  };
  const list = async (places: readonly ListedPlace[], community = conversationId) => {
    const message = listingBytes(community, deviceId, places);
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, message));
    return encodeListing(deviceId, places, signature);
  };
  return { leaf, list };
}

test("a listing is believed of the owner and of admins who are in, and of nobody else", async () => {
  for (const [account, expected] of [
    [owner, listed],
    [admin, listed],
    [member, undefined],
  ] as const) {
    const { leaf, list } = await leafOf(account);
    const listing = await list(listed);
    expect(await verifyListing(listing, { conversationId, roles, leaves: [leaf] })).toEqual(
      expected && [...expected],
    );
    expect(await verifyListing(listing, { conversationId, roles, leaves: [] })).toBeUndefined();
  }
});

test("a listing of another community, a changed one, and one signed by another device are not believed", async () => {
  const { leaf, list } = await leafOf(owner);
  const group = { conversationId, roles, leaves: [leaf] };
  expect(await verifyListing(await list(listed, newId<ConversationId>()), group)).toBeUndefined();
  const listing = await list(listed);
  const changed = Uint8Array.from(listing);
  const at = Buffer.from(changed).indexOf("Cooks");
  changed[at] = "B".charCodeAt(0);
  expect(await verifyListing(changed, group)).toBeUndefined();
  const other = await leafOf(owner);
  const posing = { ...other.leaf, deviceId: leaf.deviceId };
  expect(await verifyListing(listing, { ...group, leaves: [posing] })).toBeUndefined();
  expect(await verifyListing(listing.slice(1), group)).toBeUndefined();
});

test("as much as may belong to a community fits a listing, under the longest names", async () => {
  const { leaf, list } = await leafOf(owner);
  const most = Array.from({ length: MOST_LISTED }, () => place(`${"ن".repeat(63)}字`));
  const listing = await list(most);
  expect(listing.byteLength).toBeLessThanOrEqual(LISTING_SIZE);
  expect(await verifyListing(listing, { conversationId, roles, leaves: [leaf] })).toEqual(most);
});
