import { findAccount } from "../../../src/protocol/accounts.ts";
import {
  CHANNEL_START,
  type ChannelAuthor,
  decodeStatement,
  type Entry,
  encodeStatement,
  maySucceed,
  type Statement,
} from "../../../src/protocol/channel-log.ts";
import {
  type ChannelCard,
  createChannel as createRoute,
  findChannel as findRoute,
  joinChannel as joinRoute,
  readEntries,
} from "../../../src/protocol/channels.ts";
import { decodeCredential } from "../../../src/protocol/credential.ts";
import { type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { signEntry } from "../../crypto/channel.ts";
import type { ChannelRecord } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { Failed } from "../failures.ts";
import { isNameOfAnother, same } from "../inbox/pins.ts";
import type { ChannelCommand, FoundChannel } from "./commands.ts";
import { type Come, saidBy, verifyAll } from "./fold-entries.ts";
import { receiveEntries, tellChannel } from "./receive-entries.ts";

type Create = Extract<ChannelCommand, { kind: "create_channel" }>;

export async function findChannel(client: Client, handle: string): Promise<FoundChannel> {
  const { card, said } = await look(client, handle);
  const known = await client.vault.read("channels", card.channelId);
  const { title, description, comments } = said;
  return {
    handle: said.handle,
    title,
    description,
    comments,
    owner: said.owner.username,
    subscribers: card.subscribers,
    conversationId: known && !known.gone ? card.channelId : undefined,
  };
}

interface Looked {
  readonly card: ChannelCard;
  readonly said: Statement;
  /** The entry in which that is said. */
  readonly saidIn: Entry;
}

/** The server is believed only where the owner has signed, and is the one whom this device knows. */
async function look(client: Client, handle: string): Promise<Looked> {
  const card = await client.call(findRoute, { handle });
  const [come] = await verifyAll(client, card.channelId, [card.statement]);
  const said = come?.content ? decodeStatement(come.content) : undefined;
  const saidIn = come?.entry?.kind === "statement" ? come.entry : undefined;
  const isSigned = saidIn && said && maySucceed(said, saidIn.author, undefined);
  if (!isSigned || said.handle !== card.handle || said.handle !== handle.trim().toLowerCase())
    throw new Failed("server_wrong");
  for (const author of [said.owner, ...said.admins]) {
    const pinned = await client.vault.read("pins", author.accountId);
    const isOther = pinned
      ? !same(pinned.root, author.rootPublicKey)
      : await isNameOfAnother(client.vault, author);
    if (isOther) throw new Failed("identity_changed");
  }
  return { card, said, saidIn };
}

export async function joinChannel(client: Client, handle: string): Promise<ConversationId> {
  const { card, said, saidIn } = await look(client, handle);
  const { channelId } = card;
  // No conversation's place is taken by what everybody can read.
  if (await client.vault.read("conversations", channelId)) throw new Failed("server_wrong");
  const known = await client.vault.read("channels", channelId);
  const { subscribers } = await client.call(joinRoute, { channelId });
  if (known && !known.gone) return channelId;
  const page = await client.call(readEntries, { channelId, before: card.head + 1 });
  const come = await verifyAll(client, channelId, page.entries);
  const [held] = page.statement ? await verifyAll(client, channelId, [page.statement]) : [];
  await begin(client, channelId, { said, saidIn, come, held, subscribers });
  return channelId;
}

interface Beginning {
  readonly said: Statement;
  readonly saidIn: Entry;
  readonly come: readonly Come[];
  /** The statement that held at the first of them. */
  readonly held: Come | undefined;
  readonly subscribers: number;
}

async function begin(client: Client, id: ConversationId, beginning: Beginning) {
  const { said, come, held, subscribers } = beginning;
  const first = come[0]?.entry;
  const before = held?.content ? decodeStatement(held.content) : undefined;
  // The owner is whoever the card showed, in each of them.
  if (!first || !held?.entry || !before || !maySucceed(before, held.entry.author, said))
    throw new Failed("server_wrong");
  if (!isHeldAt(first, held.entry, beginning)) throw new Failed("server_wrong");
  const last = come.at(-1)?.entry?.sequence ?? first.sequence;
  const fresh: ChannelRecord = {
    ...saidBy(before),
    subscribers,
    cursor: first.sequence - 1,
    chain: first.previous,
    first: first.sequence,
    before: first.previous,
    ...(held.entry.sequence < first.sequence ? { statedAt: held.entry.sequence } : {}),
    unread: 0,
    readUpTo: last,
    last: null,
    changedAt: client.platform.clock.now(),
    differs: false,
    gone: false,
    shelf: { pinned: false, muted: false, archived: false, marked: false },
  };
  await locked(client, async (change) => change.put("channels", id, fresh));
  await receiveEntries(client, id, come);
  await tellChannel(client, id);
}

/** Whoever writes by what the owner said once writes by no word of theirs since: the one on the card stands there too. */
function isHeldAt(first: Entry, held: Entry, { saidIn, come }: Beginning): boolean {
  if (held.sequence > first.sequence) return false;
  const there =
    saidIn.sequence < first.sequence
      ? held
      : come.find(({ entry }) => entry?.sequence === saidIn.sequence)?.entry;
  return there !== undefined && same(there.hash, saidIn.hash);
}

/** The name is taken, or refused, by the server; all else is this person's word. */
export async function createChannel(client: Client, wish: Create): Promise<ConversationId> {
  const channelId = newId<ConversationId>();
  const rootPublicKey = decodeCredential(client.device.credential)?.rootPublicKey;
  if (!rootPublicKey) throw new Failed("crypto");
  const owner: ChannelAuthor = { accountId: client.accountId, username: client.username, rootPublicKey };
  const { handle, title, description, comments } = wish;
  const said: Statement = { version: 1, handle, title, description, comments, owner, admins: [] };
  const facts = {
    channelId,
    sequence: 1,
    previous: CHANNEL_START.hash,
    kind: "statement",
    id: newId<MessageId>(),
    target: null,
    at: client.platform.clock.now(),
  } as const;
  const statement = await signEntry(client.device, facts, encodeStatement(said));
  await client.call(createRoute, { channelId, statement });
  const come = await verifyAll(client, channelId, [statement]);
  const [held] = come;
  if (!held?.entry) throw new Failed("crypto");
  await begin(client, channelId, { said, saidIn: held.entry, come, held, subscribers: 1 });
  return channelId;
}

/** Somebody at the root that this device knows them by, or else at the one that the server names. */
export async function authorNamed(client: Client, username: string): Promise<ChannelAuthor> {
  const card = await client.call(findAccount, { username });
  const pinned = await client.vault.read("pins", card.accountId);
  const { accountId, rootPublicKey } = card;
  if (!rootPublicKey) throw new Failed("elsewhere");
  if (pinned && !same(pinned.root, rootPublicKey)) throw new Failed("identity_changed");
  return { accountId, username: card.username, rootPublicKey: new Uint8Array(rootPublicKey) };
}
