import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../../src/protocol/codec.ts";
import {
  type ConversationCard,
  commitToConversation,
  listUnseated,
  showConversation,
  showGroupInfo,
} from "../../../src/protocol/conversations.ts";
import { showExternalSender } from "../../../src/protocol/devices.ts";
import { type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { closedCircle } from "../../../src/protocol/role-list.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { listMembers } from "../../crypto/group.ts";
import { joinExternally } from "../../crypto/join-externally.ts";
import { decodeGroup, encodeRatchets, encodeTree } from "../../crypto/store-group.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { Founding } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { Refused } from "../failures.ts";
import { startConversation } from "../groups/start-conversation.ts";
import { catchUpConversation } from "../inbox/catch-up.ts";
import { arePinned, onlyThese } from "../inbox/pins.ts";
import { readConversationView } from "../views.ts";
import { readIdentity } from "./own-identity.ts";
import { type OwnLog, readOwnLog } from "./own-log.ts";

const TRIES = 5;
const MOST_PINS = 10_000;

type Told = (progress: { readonly done: number; readonly all: number }) => void;

/**
 * The only device that an account has left comes into its conversations in the place of those that were removed, the
 * newest first. Where another device is, that one adds it.
 */
export async function returnToAll(client: Client, told: Told = () => undefined): Promise<void> {
  const log = await readOwnLog(client, await readIdentity(client.vault));
  if (log.live.size > 1 || log.removed.size === 0) return;
  const waiting = await listWaiting(client);
  for (const [done, id] of waiting.entries()) {
    told({ done, all: waiting.length });
    await client.inTurn("founding", () => returnTo(client, id, log));
  }
  if (waiting.length > 0) told({ done: waiting.length, all: waiting.length });
}

async function listWaiting(client: Client): Promise<ConversationId[]> {
  const found: { readonly conversationId: ConversationId; readonly lastAt: number }[] = [];
  let from: ConversationId | undefined;
  do {
    const page = await client.call(listUnseated, from === undefined ? {} : { from });
    found.push(...page.conversations);
    from = page.next ?? undefined;
  } while (from !== undefined && found.length < 10_000);
  return found
    .toSorted((one, other) => other.lastAt - one.lastAt)
    .map(({ conversationId }) => conversationId);
}

/** Others may change the group in between. Where there is no way in it is left: whoever is in it can add this device. */
async function returnTo(client: Client, id: ConversationId, log: OwnLog): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const left = await client.vault.read("foundings", keyOf(id));
    try {
      const founding = left ?? (await prepare(client, id, log));
      if (founding) await sendReturn(client, founding);
      return;
    } catch (cause) {
      if (cause instanceof CryptoFailure) return;
      if (!(cause instanceof Refused) || /^(session|device)\./.test(cause.code)) throw cause;
      if (cause.code !== "commit.epoch_passed") return;
    }
  }
}

function keyOf(id: ConversationId): string {
  return `return ${id}`;
}

async function prepare(client: Client, id: ConversationId, log: OwnLog): Promise<Founding | undefined> {
  if (await client.vault.read("conversations", id)) return undefined;
  const card = await client.call(showConversation, { conversationId: id });
  const { externalSender } = await client.call(showExternalSender, {});
  const shown = await client.call(showGroupInfo, { conversationId: id });
  const peer = card.members.find(({ accountId }) => accountId !== client.accountId);
  const isGroup = card.kind === "group";
  const { bundle, pending } = await joinExternally({
    ...shown,
    externalSender,
    device: client.device,
    conversationId: id,
    commitId: newId<MessageId>(),
    now: client.platform.clock.now(),
    retirements: log.removed,
    ...(isGroup
      ? { roles: "group", objection: await objectionOf(client) }
      : { roles: closedCircle(client.accountId, peer?.accountId ?? client.accountId) }),
  });
  const members = listMembers(pending);
  const isKnown = await arePinned(client.vault, members);
  if (!isKnown || (!isGroup && !onlyThese(members, client, peer?.accountId ?? client.accountId)))
    throw new CryptoFailure("not_allowed", "the group is shown with somebody else in it");
  const founding: Founding = {
    conversationId: id,
    kind: card.kind,
    peer: card.kind === "direct" && peer ? named(peer) : null,
    people: card.members.map(named),
    returning: true,
    request: encodeBinary({ conversationId: id, ...bundle }),
    ratchets: encodeRatchets(pending),
    tree: encodeTree(pending),
  };
  await locked(client, async (change) => change.put("foundings", keyOf(id), founding));
  return founding;
}

function named({ accountId, username }: ConversationCard["members"][number]) {
  return { accountId, username };
}

/** Whoever is known from the account's own store vouches for groups; where nobody is, the server is believed once. */
async function objectionOf({ vault, accountId }: Client) {
  const pinned = await vault.list("pins", { ...EVERYTHING, limit: MOST_PINS });
  const known = new Set<string>([accountId, ...pinned.map(({ key }) => key)]);
  return (_: unknown, signer: { readonly accountId: string } | undefined) => {
    if (pinned.length === 0 || (signer && known.has(signer.accountId))) return undefined;
    return "nobody who is known vouches for this group";
  };
}

/** Byte for byte the same until it is answered. A "no" ends it: the next try is made on what is there then. */
export async function sendReturn(client: Client, founding: Founding): Promise<ConversationId> {
  const { conversationId: id } = founding;
  try {
    const input = v.parse(commitToConversation.input, decodeBinary(founding.request));
    const { sequence } = await client.call(commitToConversation, input);
    return await enter(client, founding, sequence);
  } catch (cause) {
    if (!(cause instanceof Refused) || /^(session|device)\./.test(cause.code)) throw cause;
    await locked(client, async (change) => change.remove("foundings", keyOf(id)));
    throw cause;
  }
}

async function enter(client: Client, founding: Founding, sequence: number): Promise<ConversationId> {
  const { conversationId: id, kind, peer, people, tree, ratchets } = founding;
  const group = decodeGroup({ tree, ratchets, device: client.device });
  await client.inTurn(id, () =>
    locked(client, async (change) => {
      change.remove("foundings", keyOf(id));
      if (await change.read("conversations", id)) return;
      await startConversation(client, change, {
        id,
        kind,
        peer: peer ?? undefined,
        people,
        group,
        sequence,
        startedBy: client.accountId,
        follows: true,
      });
    }),
  );
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
  client.tend(id);
  /** What the others wrote between the commit and here. */
  await catchUpConversation(client, id);
  return id;
}
