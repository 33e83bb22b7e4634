import type { ConversationId } from "../../../src/protocol/ids.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { type Group, removalsWaiting } from "../../crypto/group.ts";
import { decodeGroup, encodeRatchets, encodeTree } from "../../crypto/store-group.ts";
import type { PendingCommit } from "../../storage/records.ts";
import { StorageFailed } from "../../storage/storage.ts";
import type { Change, Reader } from "../../storage/vault.ts";
import type { Client } from "../client.ts";

/** Undefined when it is lost: there is none, or what there is does not open. */
export async function readGroup(
  client: Client,
  change: Change,
  id: ConversationId,
): Promise<Group | undefined> {
  const halves = await readHalves(change, id);
  return halves && openGroup(client, halves);
}

/** Undefined when the bytes are no group. */
export function openGroup(
  { device }: Client,
  { tree, ratchets }: { readonly tree: Uint8Array; readonly ratchets: Uint8Array },
): Group | undefined {
  try {
    return decodeGroup({ tree, ratchets, device });
  } catch (cause) {
    if (cause instanceof CryptoFailure) return undefined;
    throw cause;
  }
}

/** Undefined when one of the two is missing or damaged. */
export async function readHalves(reader: Reader, id: ConversationId) {
  const stored = await unlessDamaged(reader.read("groups", id));
  const tree = stored && (await unlessDamaged(reader.read("trees", stored.treeKey)));
  return stored && tree && { tree: tree.bytes, ratchets: stored.ratchets };
}

async function unlessDamaged<Value>(reading: Promise<Value | undefined>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (cause) {
    if (cause instanceof StorageFailed && cause.damaged) return undefined;
    throw cause;
  }
}

/** The tree is written only when the epoch, or what waits in it, has changed; the one before is erased then. */
export async function putGroup(change: Change, id: ConversationId, group: Group): Promise<void> {
  const before = await unlessDamaged(change.read("groups", id));
  const waiting = removalsWaiting(group).length;
  const treeKey = `${id}|${group.generation}|${group.epoch}${waiting > 0 ? `|${waiting}` : ""}`;
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

/** The commit that waits for its answer; a damaged one counts as none, and its echo has the group repaired. */
export function readPending(reader: Reader, id: ConversationId): Promise<PendingCommit | undefined> {
  return unlessDamaged(reader.read("commits", id));
}
