import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { JoinPreview } from "../../../src/protocol/join-preview.ts";
import { putPreview } from "../../../src/protocol/links.ts";
import { fingerprintRoot } from "../../crypto/fingerprint-root.ts";
import { type Group, listMembers } from "../../crypto/group.ts";
import { openJoinLink, sealPreview } from "../../crypto/join-link.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { Refused } from "../failures.ts";
import { readGroup } from "../groups/group-at-rest.ts";
import { isInCharge } from "../groups/people.ts";
import { same } from "../inbox/pins.ts";
import { wantedPreview } from "./previews-due.ts";

type OwnLink = NonNullable<ConversationRecord["links"]>[number];

/** What the links made here show is brought in step with the group; one that ended is forgotten. */
export async function renewPreviews(client: Client, id: ConversationId): Promise<void> {
  const conversation = await client.vault.read("conversations", id);
  const group = await locked(client, (change) => readGroup(client, change, id));
  if (!conversation || !group) return;
  const wanted = await wantedPreview(conversation);
  for (const own of conversation.links ?? []) {
    if (own.told === wanted) continue;
    const stands = group.roles.linkKeys.find(({ publicKey }) => same(publicKey, own.publicKey));
    const listing = stands?.approval === false ? await listingOf(group, conversation) : undefined;
    if (stands) await renew(client, own, await previewOf(group, conversation.about?.name ?? "", listing));
    await keep(client, id, own, stands ? wanted : undefined);
  }
}

/** Of the group as it is; with everybody in it as somebody whose word on it counts. */
export async function previewOf(
  group: Group,
  name: string,
  listing: Uint8Array<ArrayBuffer> | undefined,
): Promise<JoinPreview> {
  const roots = new Map(listMembers(group).map(({ accountId, rootPublicKey }) => [accountId, rootPublicKey]));
  const known = await Promise.all(
    [...roots].map(([accountId, root]) => fingerprintRoot(accountId, Uint8Array.from(root))),
  );
  const { conversationId } = group;
  const bare = { version: 1, conversationId, name, members: roots.size, known: known.sort() } as const;
  const { channel } = group.roles.rights;
  return { ...bare, ...(channel ? { channel } : {}), ...(listing ? { listing } : {}) };
}

/** What whoever joins may join besides; they believe it of those in charge alone. */
async function listingOf(
  group: Group,
  conversation: ConversationRecord,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { community } = conversation;
  if (!community || !isInCharge(conversation, group.device.accountId)) return undefined;
  return (await import("../../crypto/sign-listing.ts")).signListing(group, community.listed);
}

/** A server that will not is asked again with the next change: its word alone has no secret forgotten. */
async function renew(client: Client, { secret }: OwnLink, preview: JoinPreview): Promise<void> {
  const link = await openJoinLink(Uint8Array.from(secret));
  const { linkId } = link;
  const sealed = await sealPreview(link, preview);
  try {
    await client.call(putPreview, { conversationId: preview.conversationId, linkId, preview: sealed });
  } catch (cause) {
    if (!(cause instanceof Refused) || /^(session|device)\./.test(cause.code)) throw cause;
  }
}

function keep(client: Client, id: ConversationId, own: OwnLink, told: string | undefined): Promise<void> {
  return locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation) return;
    const others = (conversation.links ?? []).filter(({ publicKey }) => !same(publicKey, own.publicKey));
    const links = told === undefined ? others : [...others, { ...own, told }];
    change.put("conversations", id, { ...conversation, links });
  });
}
