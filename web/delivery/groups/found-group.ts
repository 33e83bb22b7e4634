import { encodeBinary } from "../../../src/protocol/codec.ts";
import { CHANNEL_SUITE, type Suite, showExternalSender } from "../../../src/protocol/devices.ts";
import { type AccountId, type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { foundingChannel, foundingRoles, type RoleList } from "../../../src/protocol/role-list.ts";
import { foundGroup } from "../../crypto/found-group.ts";
import { encodeRatchets, encodeTree } from "../../crypto/store-group.ts";
import type { Founding } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Unreachable } from "../failures.ts";
import { send } from "./found-conversation.ts";
import { claimForOwnOthers } from "./invite-people.ts";
import { claimOf, demandRoots, findPeople } from "./offers-of.ts";

interface Wish {
  readonly name: string;
  readonly usernames: readonly string[];
  /** A private channel: people come into it by links alone. */
  readonly channel?: true;
  /** To which things will belong, and in which only those in charge write. */
  readonly community?: true;
}

/** A new group, owned by this account. Asked twice under one id, it is founded once. */
export async function foundGroupOf(client: Client, of: Wish, asked: MessageId): Promise<ConversationId> {
  /** Both are sixteen random bytes. */
  const conversationId = asked as string as ConversationId;
  return client.inTurn("founding", async () => {
    if (await client.vault.read("conversations", conversationId)) return conversationId;
    const left = await client.vault.read("foundings", conversationId);
    return orLater(client, send(client, left ?? (await prepare(client, { ...of, conversationId }))));
  });
}

/** What is kept here is founded after the next `ready`: asked for anew, there would be two of it. */
async function orLater(client: Client, founded: Promise<ConversationId>): Promise<ConversationId> {
  try {
    return await founded;
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause;
    client.tellFailure(cause);
    throw new Failed("change_waits");
  }
}

/** Kept here before anybody hears of it. */
async function prepare(
  client: Client,
  of: Wish & { readonly conversationId: ConversationId },
): Promise<Founding> {
  const { conversationId, name } = of;
  const people = await findPeople(client, of.usernames);
  const keyPackages = await claimOf(client, people);
  // Devices offer themselves to groups; into a channel they come by its links.
  const own = of.channel ? [] : await claimForOwnOthers(client);
  const { externalSender } = await client.call(showExternalSender, {});
  const { groupInfo, first, pending } = await foundGroup({
    conversationId,
    generation: 0,
    kind: "group",
    device: client.device,
    peer: null,
    peers: [...keyPackages, ...own].map(({ keyPackage }) => keyPackage),
    externalSender,
    commitId: newId<MessageId>(),
    now: client.platform.clock.now(),
    ...shapeOf(of, client.accountId),
  });
  demandRoots(pending, people);
  const founding: Founding = {
    conversationId,
    kind: "group",
    peer: null,
    name,
    people: people.map(({ accountId, username }) => ({ accountId, username })),
    ...(of.community ? { listed: [] } : {}),
    request: encodeBinary({ conversationId, kind: "group", peer: null, groupInfo, first }),
    ratchets: encodeRatchets(pending),
    tree: encodeTree(pending),
  };
  await locked(client, async (change) => change.put("foundings", conversationId, founding));
  return founding;
}

function shapeOf({ channel, community }: Wish, owner: AccountId): { suite?: Suite; roles?: RoleList } {
  if (channel) return { suite: CHANNEL_SUITE, roles: foundingChannel(owner) };
  return community ? { roles: announcing(owner) } : {};
}

/** Members hear and do not write; whoever they are let in by is in charge. */
function announcing(owner: AccountId): RoleList {
  return { ...foundingRoles(owner), rights: { addMembers: "admins", write: "admins" } };
}
