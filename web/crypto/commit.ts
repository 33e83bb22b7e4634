import {
  createCommit,
  createGroupInfoWithExternalPubAndRatchetTree,
  encodeMlsMessage,
  type Proposal,
} from "ts-mls";
import type { CommitBundle } from "../../src/protocol/conversations.ts";
import { decodeCredential, isCurrent } from "../../src/protocol/credential.ts";
import { departureBytes, encodeDeparture } from "../../src/protocol/departure.ts";
import { type CommitShape, commitFacts } from "../../src/protocol/group-facts.ts";
import { EXTENSION } from "../../src/protocol/group-id.ts";
import type { DeviceId, MessageId } from "../../src/protocol/ids.ts";
import { judgeCommit, type Verdict } from "../../src/protocol/judge-commit.ts";
import { encodeRoleList, type RoleList } from "../../src/protocol/role-list.ts";
import { CryptoFailure, orFail } from "./failure.ts";
import { factsOf, type Group, groupFrom, listMembers } from "./group.ts";
import { decodeKeyPackage } from "./key-packages.ts";
import { sign } from "./signature-key.ts";
import { openSuite } from "./suite.ts";

/** What goes to the server, and the group as it will be once the server has accepted it. */
export interface CommitMade {
  readonly bundle: CommitBundle;
  readonly pending: Group;
}

/** Fresh keys for one's own leaf and path: whatever an attacker had learnt is worthless afterwards. */
export function commitUpdate(group: Group, commitId: MessageId): Promise<CommitMade> {
  return makeCommit(group, commitId, []);
}

/** Adds the devices that offered these key packages, with the role list as it is to be. Throws `unusable` for an expired one, `not_allowed`. */
export function addDevices(
  group: Group,
  of: {
    commitId: MessageId;
    keyPackages: readonly Uint8Array[];
    now: number;
    roles?: RoleList | undefined;
  },
): Promise<CommitMade> {
  const changed = of.roles ? [withRoles(group, of.roles)] : [];
  return makeCommit(group, of.commitId, [...addProposals(of.keyPackages, of.now), ...changed]);
}

/**
 * Removes devices from the group, one's own excepted, with the role list as it is to be without them where that
 * changes. `departure`: the statement by which their account left. Throws `unusable` for one that is not in.
 */
export function removeDevices(
  group: Group,
  of: {
    commitId: MessageId;
    deviceIds: readonly DeviceId[];
    roles?: RoleList | undefined;
    departure?: Uint8Array;
  },
): Promise<CommitMade> {
  const members = listMembers(group);
  const proposals = of.deviceIds.map((deviceId): Proposal => {
    const leaf = members.find((member) => member.deviceId === deviceId);
    if (!leaf) throw new CryptoFailure("unusable", "this device is not in the group");
    return { proposalType: "remove", remove: { removed: leaf.leafIndex } };
  });
  const changed = of.roles ? [withRoles(group, of.roles)] : [];
  return makeCommit(group, of.commitId, [...proposals, ...changed], of.departure);
}

/** The signed statement that this device's account leaves the group: see `departure.ts`. */
export async function signDeparture(group: Group): Promise<Uint8Array<ArrayBuffer>> {
  const { groupId, leaves } = factsOf(group);
  const own = leaves.find(({ deviceId }) => deviceId === group.device.deviceId);
  if (!own) throw new CryptoFailure("unusable", "this device is not in the group");
  const signature = await sign(group.device.signaturePrivateKey, departureBytes(groupId, own));
  return encodeDeparture(own.deviceId, signature);
}

/** Puts a new role list into the GroupContext. Throws `not_allowed` without the right by the present one. */
export function changeRoles(group: Group, of: { commitId: MessageId; roles: RoleList }): Promise<CommitMade> {
  return makeCommit(group, of.commitId, [withRoles(group, of.roles)]);
}

/** A proposal of the GroupContext as it is but for the role list. */
export function withRoles(group: Group, roles: RoleList): Proposal {
  const extensions = group.state.groupContext.extensions.map((extension) =>
    extension.extensionType === EXTENSION.roleList
      ? { ...extension, extensionData: encodeRoleList(roles) }
      : extension,
  );
  return { proposalType: "group_context_extensions", groupContextExtensions: { extensions } };
}

/** Add proposals for key packages that are valid at `now` (milliseconds). */
export function addProposals(keyPackages: readonly Uint8Array[], now: number): Proposal[] {
  return keyPackages.map((encoded) => {
    const keyPackage = decodeKeyPackage(encoded);
    const { credential, lifetime } = keyPackage.leafNode;
    const certified = decodeCredential(
      credential.credentialType === "basic" ? credential.identity : new Uint8Array(),
    );
    const seconds = BigInt(Math.floor(now / 1000));
    if (!certified || !isCurrent(certified, now))
      throw new CryptoFailure("unusable", "a device's certificate is not valid now");
    if (lifetime.notBefore > seconds || seconds > lifetime.notAfter)
      throw new CryptoFailure("unusable", "a key package is not valid now");
    return { proposalType: "add", add: { keyPackage } };
  });
}

/** A commit of these proposals, judged as every receiver will judge it. */
export async function makeCommit(
  group: Group,
  commitId: MessageId,
  extraProposals: Proposal[],
  authenticatedData: Uint8Array = new Uint8Array(),
): Promise<CommitMade> {
  const leafIndex = group.state.privatePath.leafIndex;
  const by = { kind: "member", leafIndex } as const;
  await demandAllowed(group, {
    epoch: group.epoch,
    sender: by,
    proposals: [...waiting(group), ...extraProposals.map((proposal) => ({ proposal, by }))],
    pathLeaf: undefined,
    authenticatedData,
  });
  const suite = await openSuite(group.suite);
  const { newState, welcome, commit } = await orFail("unusable", "the commit cannot be made", () =>
    createCommit(
      { state: group.state, cipherSuite: suite },
      { wireAsPublicMessage: true, ratchetTreeExtension: true, extraProposals, authenticatedData },
    ),
  );
  const pending = await groupFrom(newState, group.device, group.epochHashes);
  const bundle = {
    commitId,
    generation: group.generation,
    epoch: group.epoch,
    commit: Uint8Array.from(encodeMlsMessage(commit)),
    welcome: welcome
      ? Uint8Array.from(encodeMlsMessage({ version: "mls10", wireformat: "mls_welcome", welcome }))
      : null,
    groupInfo: await encodeGroupInfo(pending),
  };
  return { bundle, pending };
}

/** Proposals of the server that came before; the library takes them along by reference. */
function waiting(group: Group): CommitShape["proposals"] {
  return Object.values(group.state.unappliedProposals).map(({ proposal }) => ({
    proposal,
    by: { kind: "server" },
  }));
}

/** The group's GroupInfo with external_pub and ratchet_tree, as an MLSMessage. */
export async function encodeGroupInfo(group: Group): Promise<Uint8Array<ArrayBuffer>> {
  const suite = await openSuite(group.suite);
  const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(group.state, [], suite);
  return Uint8Array.from(encodeMlsMessage({ version: "mls10", wireformat: "mls_group_info", groupInfo }));
}

/** The verdict on a commit, which must be "allowed". Throws `not_allowed`. */
export async function demandAllowed(
  group: Group,
  commit: CommitShape,
): Promise<Extract<Verdict, { kind: "allowed" }>> {
  const before = factsOf(group);
  const facts = await commitFacts(commit, before, group.device.origin);
  if (!facts) throw new CryptoFailure("not_allowed", "a leaf in the commit has no valid credential");
  const verdict = judgeCommit(before, facts);
  if (verdict.kind === "refused") throw new CryptoFailure("not_allowed", verdict.why);
  return verdict;
}
