import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../../src/protocol/codec.ts";
import { showExternalSender } from "../../../src/protocol/devices.ts";
import { type ConversationId, type LinkId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import type { JoinPreview } from "../../../src/protocol/join-preview.ts";
import { askToJoin, joinByLink as route, showLink, showLinkGroup } from "../../../src/protocol/links.ts";
import { verifyListing } from "../../../src/protocol/listing.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { listMembers } from "../../crypto/group.ts";
import { joinByLink as commitByLink } from "../../crypto/join-by-link.ts";
import { type JoinLink, openJoinLink, openPreview, sealPreview, signAsk } from "../../crypto/join-link.ts";
import { decodeGroup, encodeRatchets, encodeTree } from "../../crypto/store-group.ts";
import type { Founding } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { isOut } from "../groups/people.ts";
import { startConversation } from "../groups/start-conversation.ts";
import { catchUpConversation } from "../inbox/catch-up.ts";
import { arePinned } from "../inbox/pins.ts";
import { readConversationView } from "../views.ts";
import type { LinkPreview } from "./commands.ts";
import { previewOf } from "./renew-previews.ts";

const TRIES = 8;

/** What the link shows; only who has the secret can have written it. */
export async function lookAtLink(client: Client, linkId: LinkId, secret: string): Promise<LinkPreview> {
  const link = await openLink(linkId, secret);
  const { approval, standing, preview } = await look(client, link);
  const known = await client.vault.read("conversations", preview.conversationId);
  const { name, members, channel, conversationId, listing } = preview;
  return {
    name,
    ...(listing ? { community: true } : {}),
    members,
    channel,
    approval,
    standing,
    conversationId: known && !isOut(known) ? conversationId : undefined,
  };
}

/** Into the group at once, or undefined where somebody in it is asked first. */
export function joinByLink(
  client: Client,
  linkId: LinkId,
  secret: string,
): Promise<ConversationId | undefined> {
  return client.inTurn("founding", async () => {
    const link = await openLink(linkId, secret);
    const left = await client.vault.read("foundings", keyOf(linkId));
    if (left) return sendJoin(client, left, linkId);
    for (let attempt = 1; ; attempt += 1) {
      const seen = await look(client, link);
      const { conversationId } = seen.preview;
      const known = await client.vault.read("conversations", conversationId);
      if (known && !isOut(known)) return conversationId;
      if (seen.approval) {
        await client.call(askToJoin, { linkId, ask: await signAsk(link, client.device, seen.now) });
        return undefined;
      }
      try {
        return await sendJoin(client, await prepare(client, link, seen), linkId);
      } catch (cause) {
        if (attempt === TRIES || !(await isLate(client, link, seen, cause))) throw cause;
      }
    }
  });
}

/** Somebody else came in between: the group is no longer the one that the preview speaks for. */
async function isLate(client: Client, link: JoinLink, seen: Seen, cause: unknown): Promise<boolean> {
  if (cause instanceof Refused) return cause.code === "commit.epoch_passed";
  if (!(cause instanceof Failed) || cause.code !== "link_unvouched") return false;
  return (await look(client, link)).sealed !== seen.sealed;
}

async function openLink(linkId: LinkId, secret: string): Promise<JoinLink> {
  const bytes = readSecret(secret);
  const link = bytes && (await openJoinLink(bytes));
  if (link?.linkId !== linkId) throw new Failed("link_broken");
  return link;
}

function readSecret(secret: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]{43}$/.test(secret)) return undefined;
  try {
    return Uint8Array.fromBase64(secret, { alphabet: "base64url" });
  } catch {
    return undefined;
  }
}

interface Seen {
  readonly now: number;
  readonly approval: boolean;
  readonly standing: LinkPreview["standing"];
  readonly preview: JoinPreview;
  /** As the server keeps it, to see whether it was renewed. */
  readonly sealed: string;
}

async function look(client: Client, link: JoinLink): Promise<Seen> {
  const { preview, ...shown } = await client.call(showLink, { linkId: link.linkId });
  if (!preview) throw new Failed("link_unvouched");
  const bytes = Uint8Array.from(preview);
  return { ...shown, preview: await orUnvouched(openPreview(link, bytes)), sealed: bytes.toBase64() };
}

async function orUnvouched<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    if (cause.reason === "not_allowed") throw new Refused("commit.not_allowed", "");
    throw new Failed("link_unvouched");
  }
}

/** The joiner's own commit, kept here before it is sent. The server is believed only where the preview agrees. */
async function prepare(client: Client, link: JoinLink, { now, preview }: Seen): Promise<Founding> {
  const { linkId } = link;
  const shown = await client.call(showLinkGroup, { linkId, ask: await signAsk(link, client.device, now) });
  const { conversationId, name, known, listing } = preview;
  if (shown.conversationId !== conversationId) throw new Failed("link_unvouched");
  const { externalSender } = await client.call(showExternalSender, {});
  const commitId = newId<MessageId>();
  const made = commitByLink({
    ...shown,
    externalSender,
    roles: "group",
    device: client.device,
    commitId,
    now: client.platform.clock.now(),
    link,
    known,
  });
  const { bundle, pending } = await orUnvouched(made);
  if (!(await arePinned(client.vault, listMembers(pending)))) throw new Failed("identity_changed");
  const leaves = listMembers(pending);
  const listed = listing && (await verifyListing(listing, { ...pending, leaves }));
  const sealed = await sealPreview(link, await previewOf(pending, name, listed && listing));
  const founding: Founding = {
    conversationId,
    kind: "group",
    peer: null,
    name,
    ...(listed ? { listed } : {}),
    people: [],
    linkId,
    request: encodeBinary({ linkId, conversationId, preview: sealed, ...bundle }),
    ratchets: encodeRatchets(pending),
    tree: encodeTree(pending),
  };
  await locked(client, async (change) => change.put("foundings", keyOf(linkId), founding));
  return founding;
}

function keyOf(linkId: LinkId): string {
  return `link ${linkId}`;
}

/** Byte for byte the same until it is answered. A "no" ends it: the next try is made on what is there then. */
export async function sendJoin(client: Client, founding: Founding, linkId: LinkId): Promise<ConversationId> {
  try {
    const { sequence } = await client.call(route, v.parse(route.input, decodeBinary(founding.request)));
    return await enter(client, founding, linkId, sequence);
  } catch (cause) {
    if (!(cause instanceof Refused) || /^(session|device)\./.test(cause.code)) throw cause;
    await locked(client, async (change) => change.remove("foundings", keyOf(linkId)));
    throw cause;
  }
}

async function enter(
  client: Client,
  { conversationId: id, name, listed, tree, ratchets }: Founding,
  linkId: LinkId,
  sequence: number,
): Promise<ConversationId> {
  const group = decodeGroup({ tree, ratchets, device: client.device });
  await client.inTurn(id, () =>
    locked(client, async (change) => {
      change.remove("foundings", keyOf(linkId));
      const known = await change.read("conversations", id);
      if (known && !isOut(known)) return;
      if (await change.read("channels", id)) return;
      await startConversation(client, change, {
        id,
        kind: "group",
        peer: undefined,
        byLink: { name: name ?? "" },
        listed,
        group,
        sequence,
        startedBy: client.accountId,
      });
    }),
  );
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
  client.tend(id);
  client.checkDevices(id);
  /** What the others wrote between the commit and here. */
  await catchUpConversation(client, id);
  return id;
}
