import { encodeBinary } from "../../../src/protocol/codec.ts";
import { showExternalSender } from "../../../src/protocol/devices.ts";
import { type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { foundGroup } from "../../crypto/found-group.ts";
import { encodeRatchets, encodeTree } from "../../crypto/store-group.ts";
import type { Founding } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Unreachable } from "../failures.ts";
import { send } from "./found-conversation.ts";
import { claimForOwnOthers, demandRoots, offersOf } from "./invite-people.ts";

/** A new group, owned by this account. Asked twice under one id, it is founded once. */
export async function foundGroupOf(
  client: Client,
  of: { readonly name: string; readonly usernames: readonly string[] },
  asked: MessageId,
): Promise<ConversationId> {
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
  of: {
    readonly conversationId: ConversationId;
    readonly name: string;
    readonly usernames: readonly string[];
  },
): Promise<Founding> {
  const { conversationId, name } = of;
  const { people, keyPackages } = await offersOf(client, of.usernames);
  const own = await claimForOwnOthers(client);
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
  });
  demandRoots(pending, people);
  const founding: Founding = {
    conversationId,
    kind: "group",
    peer: null,
    name,
    people: people.map(({ accountId, username }) => ({ accountId, username })),
    request: encodeBinary({ conversationId, kind: "group", peer: null, groupInfo, first }),
    ratchets: encodeRatchets(pending),
    tree: encodeTree(pending),
  };
  await locked(client, async (change) => change.put("foundings", conversationId, founding));
  return founding;
}
