import type { ClientState } from "ts-mls";
import { decodeCredential } from "../../src/protocol/credential.ts";
import type { Suite } from "../../src/protocol/devices.ts";
import { contextOf, type LeafShape } from "../../src/protocol/group-facts.ts";
import { conversationOf } from "../../src/protocol/group-id.ts";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { GroupFacts, LeafFacts } from "../../src/protocol/judge-commit.ts";
import type { RoleList } from "../../src/protocol/role-list.ts";
import { sha256 } from "../../src/protocol/signing.ts";
import type { Device } from "./device.ts";
import { CryptoFailure } from "./failure.ts";

/** One generation of a conversation at one epoch, as this device holds it. Immutable. */
export interface Group {
  readonly conversationId: ConversationId;
  readonly generation: number;
  readonly epoch: number;
  readonly suite: Suite;
  readonly device: Device;
  readonly roles: RoleList;
  /** The library's; nothing outside this folder looks inside. */
  readonly state: ClientState;
  /** By epoch, of this one and the last few: see `epochAuthenticatorHash`. */
  readonly epochHashes: ReadonlyMap<number, Uint8Array<ArrayBuffer>>;
}

/** A member's device, from its verified credential. */
export type Member = LeafFacts;

/** Past epochs whose messages can still be decrypted. */
export const PAST_EPOCHS = 3;

/** The group around a state whose tree has been verified. Throws `malformed`. */
export async function groupFrom(
  state: ClientState,
  device: Device,
  epochHashes: ReadonlyMap<number, Uint8Array<ArrayBuffer>> = new Map(),
): Promise<Group> {
  const { groupContext, ratchetTree, privatePath } = state;
  const epoch = Number(groupContext.epoch);
  const hash = await sha256(Uint8Array.from(state.keySchedule.epochAuthenticator));
  const kept = [...epochHashes, [epoch, hash.slice(0, 8)] as const].filter(
    ([at]) => at >= epoch - PAST_EPOCHS,
  );
  const privateKeys = Object.entries(privatePath.privateKeys).filter(([node]) => ratchetTree[Number(node)]);
  return groupAround(
    { ...state, privatePath: { ...privatePath, privateKeys: Object.fromEntries(privateKeys) } },
    device,
    new Map(kept),
  );
}

/** The same without a new epoch: hashes are known already. */
export function groupAround(
  state: ClientState,
  device: Device,
  epochHashes: ReadonlyMap<number, Uint8Array<ArrayBuffer>>,
): Group {
  const { groupContext } = state;
  const named = conversationOf(groupContext.groupId);
  const context = contextOf(groupContext.extensions);
  if (!named || !context) throw new CryptoFailure("malformed", "not a group of ours");
  const suite = groupContext.cipherSuite as Suite;
  const epoch = Number(groupContext.epoch);
  return { ...named, epoch, suite, device, roles: context.roles, state, epochHashes };
}

/** All devices in the group, by leaf. */
export function listMembers(group: Group): Member[] {
  return group.state.ratchetTree.flatMap((node, index) =>
    node?.nodeType === "leaf" ? [memberOf(node.leaf, index / 2)] : [],
  );
}

/** Whom the server has proposed to remove, until a commit does; no message can be encrypted before. */
export function removalsWaiting(group: Group): Member[] {
  const proposals = Object.values(group.state.unappliedProposals);
  if (proposals.length === 0) return [];
  const leaves = proposals.flatMap(({ proposal }) => ("remove" in proposal ? proposal.remove.removed : []));
  return listMembers(group).filter(({ leafIndex }) => leaves.includes(leafIndex));
}

/** Whose leaf it is. Only for leaves of trees whose credentials were verified when they came. */
export function memberOf(leaf: LeafShape, leafIndex: number): Member {
  const credential = decodeCredential(leaf.credential.identity ?? new Uint8Array());
  if (!credential) throw new CryptoFailure("malformed", "a leaf without a credential of ours");
  const { accountId, deviceId, rootPublicKey } = credential;
  const { signaturePublicKey, hpkePublicKey: encryptionKey } = leaf;
  return { leafIndex, accountId, deviceId, rootPublicKey, signaturePublicKey, encryptionKey };
}

/** The first 8 bytes of SHA-256 of the epoch authenticator (RFC 9420 §8.7): unequal at one epoch means a fork. */
export function epochAuthenticatorHash(group: Group): Uint8Array<ArrayBuffer> {
  const hash = group.epochHashes.get(group.epoch);
  if (!hash) throw new CryptoFailure("malformed", "a group without the hash of its epoch");
  return hash;
}

/** The plain facts that `judgeCommit` judges by. */
export function factsOf(group: Group): GroupFacts {
  const { groupId, extensions } = group.state.groupContext;
  const context = contextOf(extensions);
  if (!context) throw new CryptoFailure("malformed", "not a group of ours");
  return { groupId, epoch: group.epoch, context, leaves: listMembers(group) };
}
