import { type ClientState, encodeMlsMessage, type GroupInfo, joinGroupExternal } from "ts-mls";
import { ratchetTreeFromExtension } from "ts-mls/groupInfo.js";
import type { CommitBundle } from "../../src/protocol/conversations.ts";
import { decodeCredential } from "../../src/protocol/credential.ts";
import type { Suite } from "../../src/protocol/devices.ts";
import { contextOf, leavesOf } from "../../src/protocol/group-facts.ts";
import type { DeviceId, MessageId } from "../../src/protocol/ids.ts";
import type { GroupFacts, LeafFacts } from "../../src/protocol/judge-commit.ts";
import { equalBytes } from "../../src/protocol/signing.ts";
import { encodeGroupInfo } from "./commit.ts";
import type { Device } from "./device.ts";
import { CryptoFailure, orFail } from "./failure.ts";
import { type Group, groupFrom } from "./group.ts";
import { demandFit, type GroupExpected } from "./join-group.ts";
import { freshKeyPackage } from "./key-packages.ts";
import { decodeMessage } from "./peek.ts";
import { openSuite } from "./suite.ts";
import { trustOf } from "./trust.ts";

/**
 * Back into a group by external commit, replacing this device's own leaf, or the one of the device that
 * `retirements` name by a signed entry of the account's device log. Throws `unusable` without such a leaf, `unvouched`
 * where there is an objection, and as `joinFromWelcome`.
 */
export async function joinExternally(
  of: {
    groupInfo: Uint8Array;
    device: Device;
    commitId: MessageId;
    now: number;
    /** Signed entries of the account's device log that name devices as removed: the first found in the group is replaced. */
    retirements?: ReadonlyMap<DeviceId, Uint8Array>;
    /** What stands against what is shown of a group of many; a server could make up all of it. */
    objection?: (shown: GroupFacts, signer: LeafFacts | undefined) => string | undefined;
  } & GroupExpected,
): Promise<{ bundle: CommitBundle; pending: Group }> {
  const { groupInfo, facts, signer } = await readShown(of);
  const objection = of.objection?.(facts, signer);
  if (objection !== undefined) throw new CryptoFailure("unvouched", objection);
  const former = formerLeaf(facts, of.device, of.retirements);
  const proof = of.retirements?.get(former.deviceId) ?? new Uint8Array();
  return commitInto(groupInfo, { ...of, former, proof, epoch: facts.epoch });
}

/** What the server shows of a group to somebody outside it: looked at, and no more believed than its signer. */
export async function readShown(of: { groupInfo: Uint8Array; device: Device } & GroupExpected) {
  const message = decodeMessage(of.groupInfo);
  if (message.wireformat !== "mls_group_info") throw new CryptoFailure("malformed", "not a GroupInfo");
  const { groupInfo } = message;
  const facts = await factsFrom(groupInfo, of.device.origin);
  demandFit(facts, of);
  const signer = facts.leaves.find(({ leafIndex }) => leafIndex === groupInfo.signer);
  return { groupInfo, facts, signer };
}

interface Into {
  readonly device: Device;
  readonly commitId: MessageId;
  readonly generation: number;
  readonly epoch: number;
  readonly now: number;
  /** The leaf that is replaced. */
  readonly former: LeafFacts | undefined;
  readonly proof: Uint8Array;
}

/** The external commit, and the group as it will be. */
export async function commitInto(
  groupInfo: GroupInfo,
  of: Into,
): Promise<{ bundle: CommitBundle; pending: Group }> {
  const { publicMessage, newState } = await commitExternally(groupInfo, of);
  const pending = await groupFrom(newState, of.device);
  const commit = encodeMlsMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage });
  const { commitId, generation, epoch } = of;
  const sent = { commitId, generation, epoch, commit: Uint8Array.from(commit), welcome: null };
  return { bundle: { ...sent, groupInfo: await encodeGroupInfo(pending) }, pending };
}

async function commitExternally(groupInfo: GroupInfo, of: Into) {
  const { former } = of;
  const suiteName = groupInfo.groupContext.cipherSuite as Suite;
  const { publicPackage, privatePackage } = await freshKeyPackage(of.device, suiteName, of.now);
  const suite = await openSuite(suiteName);
  const trust = trustOf(of.device.origin);
  /** The library replaces the leaf that this comparison finds. */
  const finding = {
    ...trust.keyPackageEqualityConfig,
    compareKeyPackageToLeafNode: (_: unknown, leaf: { signaturePublicKey: Uint8Array }) =>
      leaf.signaturePublicKey.toHex() === former?.signaturePublicKey.toHex(),
  };
  const joined = await orFail("malformed", "the GroupInfo does not lead into a group", () =>
    joinGroupExternal(
      groupInfo,
      publicPackage,
      privatePackage,
      former !== undefined,
      suite,
      undefined,
      { ...trust, keyPackageEqualityConfig: finding },
      of.proof,
    ),
  );
  const newState: ClientState = { ...joined.newState, clientConfig: trust };
  return { publicMessage: joined.publicMessage, newState };
}

async function factsFrom(groupInfo: GroupInfo, origin: string): Promise<GroupFacts> {
  const { groupContext } = groupInfo;
  const context = contextOf(groupContext.extensions);
  const tree = await orFail("malformed", "a GroupInfo without a tree", async () =>
    ratchetTreeFromExtension(groupInfo),
  );
  const leaves = tree && (await leavesOf(tree, origin));
  if (!context || !leaves) throw new CryptoFailure("malformed", "not a group of ours");
  return { groupId: groupContext.groupId, epoch: Number(groupContext.epoch), context, leaves };
}

function formerLeaf(
  facts: GroupFacts,
  device: Device,
  retirements: ReadonlyMap<DeviceId, Uint8Array> | undefined,
): LeafFacts {
  const ours = facts.leaves.filter((leaf) => leaf.accountId === device.accountId);
  const former =
    ours.find(({ deviceId }) => deviceId === device.deviceId) ??
    ours.find(({ deviceId }) => retirements?.has(deviceId));
  if (!former) throw new CryptoFailure("unusable", "no leaf of this account to replace");
  const own = decodeCredential(device.credential);
  if (!own || !equalBytes(own.rootPublicKey, former.rootPublicKey))
    throw new CryptoFailure("not_allowed", "this account has another root key in the group");
  return former;
}
