import * as v from "valibot";
import { type AccountCard, findAccount } from "../../../src/protocol/accounts.ts";
import { decodeBinary, encodeBinary } from "../../../src/protocol/codec.ts";
import { findDirectConversation, foundConversation } from "../../../src/protocol/conversations.ts";
import { showExternalSender } from "../../../src/protocol/devices.ts";
import { type AccountId, type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { foundGroup } from "../../crypto/found-group.ts";
import { listMembers } from "../../crypto/group.ts";
import { decodeGroup, encodeRatchets, encodeTree } from "../../crypto/store-group.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { Founding } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import type { Person } from "../commands.ts";
import { Failed, Refused } from "../failures.ts";
import { catchUpAccount } from "../inbox/catch-up.ts";
import { rootOf, same } from "../inbox/pins.ts";
import { readConversationView } from "../views.ts";
import { claim, claimForOwnOthers, rootToWriteTo } from "./invite-people.ts";
import { startConversation } from "./start-conversation.ts";

const WELCOME_WITHIN = 10_000;
const WELCOME_EVERY = 300;

type Named = Pick<AccountCard, "accountId" | "username">;

/** The direct conversation with a person: the one there is, or a new one. */
export async function writeTo(client: Client, username: string): Promise<ConversationId> {
  if (username === client.username) return writeToSelf(client);
  const card = await client.call(findAccount, { username });
  if (card.accountId === client.accountId) return writeToSelf(client);
  const root = await rootToWriteTo(client, card);
  return client.inTurn("founding", () => findOrFound(client, card, root));
}

/** Who would be written to, without anybody being told. */
export async function findPerson(client: Client, username: string): Promise<Person> {
  const card = await client.call(findAccount, { username });
  const known = await client.vault.read("direct", card.accountId);
  if (!known && card.accountId !== client.accountId) await rootToWriteTo(client, card);
  return { username: card.username, conversationId: known?.conversationId };
}

export function writeToSelf(client: Client): Promise<ConversationId> {
  return client.inTurn("founding", () => findOrFound(client, client, null));
}

/** What a crash or a lost network left unanswered goes out again, byte for byte. */
export async function resumeFoundings(client: Client): Promise<void> {
  const left = await client.vault.list("foundings", { ...EVERYTHING, limit: 100 });
  for (const { value } of left)
    await client.inTurn("founding", async () => {
      try {
        await send(client, value);
      } catch (cause) {
        // A link that has ended or a group that went on meanwhile: nobody waits for an answer any more.
        if (
          !((value.linkId || value.returning) && cause instanceof Refused) ||
          /^(session|device)\./.test(cause.code)
        )
          throw cause;
      }
    });
}

async function findOrFound(
  client: Client,
  person: Named,
  root: Uint8Array<ArrayBuffer> | null,
): Promise<ConversationId> {
  const known = await client.vault.read("direct", person.accountId);
  if (known) return known.conversationId;
  const left = await client.vault.read("foundings", person.accountId);
  if (left) return send(client, left);
  const { conversationId } = await client.call(findDirectConversation, { accountId: person.accountId });
  if (conversationId) return awaitWelcome(client, person.accountId);
  return send(client, await prepare(client, person, root));
}

/** A group with all devices of both, kept here before anybody hears of it. */
export async function prepare(
  client: Client,
  person: Named,
  root: Uint8Array<ArrayBuffer> | null,
  { conversationId, generation } = { conversationId: newId<ConversationId>(), generation: 0 },
): Promise<Founding> {
  const kind = person.accountId === client.accountId ? "saved" : "direct";
  const { externalSender } = await client.call(showExternalSender, {});
  const peers = [
    ...(kind === "direct" ? await claim(client, person.accountId) : []),
    ...(await claimForOwnOthers(client)),
  ].map(({ keyPackage }) => keyPackage);
  const founded = await foundGroup({
    conversationId,
    generation,
    kind,
    device: client.device,
    peers,
    peer: person.accountId,
    externalSender,
    commitId: newId<MessageId>(),
    now: client.platform.clock.now(),
  });
  const peerRoot = rootOf(listMembers(founded.pending), person.accountId);
  if (!peerRoot || (root && !same(root, peerRoot))) throw new Failed("identity_changed");
  const { groupInfo, first } = founded;
  const { accountId, username } = person;
  const founding: Founding = {
    conversationId,
    kind,
    peer: { accountId, username },
    people: [],
    request: encodeBinary({ conversationId, kind, peer: accountId, groupInfo, first }),
    ratchets: encodeRatchets(founded.pending),
    tree: encodeTree(founded.pending),
  };
  return locked(client, async (change) => {
    const other = await change.read("foundings", accountId);
    if (other) return other;
    change.put("foundings", accountId, founding);
    return founding;
  });
}

/** Where a founding is kept until it is answered. */
function keyOf({ peer, conversationId }: Founding): string {
  return peer?.accountId ?? conversationId;
}

export async function send(client: Client, founding: Founding): Promise<ConversationId> {
  if (founding.linkId)
    return (await import("../links/join-by-link.ts")).sendJoin(client, founding, founding.linkId);
  if (founding.returning) return (await import("../devices/return-to-all.ts")).sendReturn(client, founding);
  try {
    const input = v.parse(foundConversation.input, decodeBinary(founding.request));
    const { sequence } = await client.call(foundConversation, input);
    return await adopt(client, founding, sequence);
  } catch (cause) {
    if (!(cause instanceof Refused) || cause.code.startsWith("session.")) throw cause;
    await locked(client, async (change) => change.remove("foundings", keyOf(founding)));
    if (cause.code !== "conversation.exists" || !founding.peer) throw cause;
    return awaitWelcome(client, founding.peer.accountId);
  }
}

async function adopt(client: Client, founding: Founding, sequence: number): Promise<ConversationId> {
  const { conversationId: id, kind, peer, name, listed, people, tree, ratchets } = founding;
  const group = decodeGroup({ tree, ratchets, device: client.device });
  const begin = async (change: Change) => {
    change.remove("foundings", keyOf(founding));
    const known = await change.read("conversations", id);
    if (known && known.generation >= group.generation) return;
    await startConversation(client, change, {
      id,
      kind,
      peer: kind === "direct" ? (peer ?? undefined) : undefined,
      people,
      name,
      listed,
      group,
      sequence,
      startedBy: client.accountId,
    });
  };
  /** In turn: nothing that was fetched before may be taken after. */
  await client.inTurn(id, () => locked(client, begin));
  client.checkDevices(id);
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
  return id;
}

/** Another device or the peer was first: its Welcome is on the way. */
async function awaitWelcome(client: Client, peer: AccountId): Promise<ConversationId> {
  const until = client.platform.clock.now() + WELCOME_WITHIN;
  while (client.platform.clock.now() < until) {
    await catchUpAccount(client);
    const joined = await client.vault.read("direct", peer);
    if (joined) return joined.conversationId;
    await new Promise((resolve) => setTimeout(resolve, WELCOME_EVERY));
  }
  throw new Refused("conversation.exists", "");
}
