import type { ConversationId } from "../../src/protocol/ids.ts";
import type { Group } from "../crypto/group.ts";
import { decodeGroup, encodeRatchets, encodeTree } from "../crypto/store-group.ts";
import type { Change } from "../storage/vault.ts";
import type { Client } from "./client.ts";

export async function readGroup(
  client: Client,
  change: Change,
  id: ConversationId,
): Promise<Group | undefined> {
  const stored = await change.read("groups", id);
  const tree = stored && (await change.read("trees", stored.treeKey));
  if (!stored || !tree) return undefined;
  return decodeGroup({ tree: tree.bytes, ratchets: stored.ratchets, device: client.device });
}

/** The tree is written only when the epoch has changed, and the one before is erased then. */
export async function putGroup(change: Change, id: ConversationId, group: Group): Promise<void> {
  const before = await change.read("groups", id);
  const treeKey = `${id}|${group.generation}|${group.epoch}`;
  const { generation } = group;
  change.put("groups", id, {
    generation,
    epoch: Number(group.epoch),
    ratchets: encodeRatchets(group),
    treeKey,
  });
  if (before?.treeKey === treeKey) return;
  change.put("trees", treeKey, { bytes: encodeTree(group) });
  if (before) change.remove("trees", before.treeKey);
}
