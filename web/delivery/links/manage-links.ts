import type { AccountId, ConversationId, LinkId } from "../../../src/protocol/ids.ts";
import { linkIdOf } from "../../../src/protocol/link-key.ts";
import { declineRequest, showLinks } from "../../../src/protocol/links.ts";
import type { LinkKey } from "../../../src/protocol/role-list.ts";
import { type JoinLink, openJoinLink } from "../../crypto/join-link.ts";
import { type Client, locked } from "../client.ts";
import { Refused } from "../failures.ts";
import { changeGroup } from "../groups/change-group.ts";
import { readGroup } from "../groups/group-at-rest.ts";
import { rootToWriteTo } from "../groups/invite-people.ts";
import { same } from "../inbox/pins.ts";
import type { LinkCommand, LinkView } from "./commands.ts";
import { learnRequests } from "./learn-requests.ts";
import { renewPreviews } from "./renew-previews.ts";

type Wish = Extract<LinkCommand, { kind: "create_link" }>;

const MOST_KEPT = 64;

/**
 * The secret is kept here before the group hears of the link. Nobody is asked at the door of a channel: who asks there
 * could only be added, and into a channel nobody is.
 */
export async function createLink(client: Client, wish: Wish): Promise<LinkView> {
  const { conversationId: id, expiresIn, uses } = wish;
  const { rights } = (await client.vault.read("conversations", id)) ?? {};
  const approval = wish.approval && !rights?.channel;
  const { now } = await client.call(showLinks, { conversationId: id });
  const link = await openJoinLink();
  await keepSecret(client, id, link);
  const expiresAt = expiresIn === 0 ? 0 : now + expiresIn;
  const key: LinkKey = { publicKey: link.publicKey, by: client.accountId, expiresAt, uses, approval };
  await changeGroup(client, id, { kind: "link", link: key });
  await keepSecret(client, id, link);
  await renewPreviews(client, id);
  return viewOf(key, link.linkId, 0, link.secret);
}

function keepSecret(client: Client, id: ConversationId, { publicKey, secret }: JoinLink): Promise<void> {
  return locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation) throw new Refused("conversation.not_found", "");
    const { links = [] } = conversation;
    if (links.some((one) => same(one.publicKey, publicKey))) return;
    const kept = [...links, { publicKey, secret, told: "" }].slice(-MOST_KEPT);
    change.put("conversations", id, { ...conversation, links: kept });
  });
}

/** What the list says of each link, with how often it was used, and the secrets that this device has. */
export async function listLinks(client: Client, id: ConversationId): Promise<LinkView[]> {
  const used = await learnRequests(client, id);
  const group = await locked(client, (change) => readGroup(client, change, id));
  const own = (await client.vault.read("conversations", id))?.links ?? [];
  const views: LinkView[] = [];
  for (const key of group?.roles.linkKeys ?? []) {
    const linkId = await linkIdOf(key.publicKey);
    const secret = own.find(({ publicKey }) => same(publicKey, key.publicKey))?.secret;
    views.push(viewOf(key, linkId, used.find((one) => one.linkId === linkId)?.uses ?? 0, secret));
  }
  return views;
}

function viewOf(
  { by, expiresAt, uses, approval }: LinkKey,
  linkId: LinkId,
  used: number,
  secret: Uint8Array | undefined,
): LinkView {
  const shown = secret?.toBase64({ alphabet: "base64url", omitPadding: true });
  return { linkId, by, expiresAt, uses, used, approval, secret: shown };
}

/** From the next epoch on it lets nobody in. */
export function revokeLink(client: Client, id: ConversationId, linkId: LinkId): Promise<void> {
  return changeGroup(client, id, { kind: "unlink", linkId });
}

/** Whoever is let in must be under the root key that the link's holder signed for. */
export async function answerRequest(
  client: Client,
  id: ConversationId,
  accountId: AccountId,
  admit: boolean,
): Promise<void> {
  const asked = (await client.vault.read("conversations", id))?.asking?.find(
    (one) => one.accountId === accountId,
  );
  if (!asked) throw new Refused("account.not_found", "");
  if (admit) {
    const { username, rootPublicKey } = asked;
    const root = await rootToWriteTo(client, { accountId, username, rootPublicKey });
    await changeGroup(client, id, {
      kind: "add",
      people: [{ accountId, username, root: Uint8Array.from(root) }],
    });
  } else await client.call(declineRequest, { conversationId: id, accountId });
  await learnRequests(client, id);
}
