import {
  type ClientState,
  emptyPskIndex,
  encodeMlsMessage,
  type GroupInfo,
  joinGroup,
  joinGroupExternal,
} from "ts-mls";
import { ratchetTreeFromExtension } from "ts-mls/groupInfo.js";
import type { CommitBundle } from "../../src/protocol/conversations.ts";
import { decodeCredential } from "../../src/protocol/credential.ts";
import type { Suite } from "../../src/protocol/devices.ts";
import { contextOf, leavesOf } from "../../src/protocol/group-facts.ts";
import type { AccountId, ConversationId, DeviceId, MessageId } from "../../src/protocol/ids.ts";
import type { GroupFacts, LeafFacts } from "../../src/protocol/judge-commit.ts";
import { objectionToGroup } from "../../src/protocol/judge-group.ts";
import type { RoleList } from "../../src/protocol/role-list.ts";
import { equalBytes } from "../../src/protocol/signing.ts";
import { encodeGroupInfo } from "./commit.ts";
import type { Device } from "./device.ts";
import { externalSendersWith } from "./external-senders.ts";
import { CryptoFailure, orFail } from "./failure.ts";
import { factsOf, type Group, groupFrom } from "./group.ts";
import { decodePrivateKeyPackage, freshKeyPackage } from "./key-packages.ts";
import { decodeMessage } from "./peek.ts";
import { openSuite } from "./suite.ts";
import { trustOf } from "./trust.ts";

/** What a group must be, known beforehand and not from whoever invites. */
export interface GroupExpected {
  readonly conversationId: ConversationId;
  readonly generation: number;
  /** As the server shows it: nobody else proposes from outside. */
  readonly externalSender: Uint8Array;
  /** The whole list where the kind settles it (`closedCircle`); of a group of many only the kind. */
  readonly roles: RoleList | "group";
}

/**
 * The group that a Welcome leads into. `privateBytes` is of the key package whose ref is in the Welcome.
 * Throws `malformed`, `wrong_group`, or `not_allowed` when it is not
 * what a founding would have had to be, or somebody is in who may not be.
 */
export async function joinFromWelcome(
  of: { welcome: Uint8Array; privateBytes: Uint8Array; device: Device } & GroupExpected,
): Promise<Group> {
  const message = decodeMessage(of.welcome);
  if (message.wireformat !== "mls_welcome") throw new CryptoFailure("malformed", "not a Welcome");
  const { keyPackage, privateKeys } = decodePrivateKeyPackage(of.privateBytes, of.device);
  const suite = await openSuite(keyPackage.cipherSuite as Suite);
  const trust = trustOf(of.device.origin);
  const state = await orFail("malformed", "the Welcome does not lead into a group", () =>
    joinGroup(message.welcome, keyPackage, privateKeys, emptyPskIndex, suite, undefined, undefined, trust),
  );
  const group = await groupFrom(state, of.device);
  demandFit(factsOf(group), of);
  return group;
}

/**
 * Back into a group by external commit, replacing this device's own leaf, or the one of the device that
 * `retired` names by a signed entry of the account's device log. Throws `unusable` without such a leaf, and as
 * `joinFromWelcome`.
 */
export async function joinExternally(
  of: {
    groupInfo: Uint8Array;
    device: Device;
    commitId: MessageId;
    now: number;
    retired?: { deviceId: DeviceId; logEntry: Uint8Array };
    /** Of a group of many: whose word on who is in it counts. A server could make up everything else. */
    signers?: readonly AccountId[];
  } & GroupExpected,
): Promise<{ bundle: CommitBundle; pending: Group }> {
  const message = decodeMessage(of.groupInfo);
  if (message.wireformat !== "mls_group_info") throw new CryptoFailure("malformed", "not a GroupInfo");
  const { groupInfo } = message;
  const facts = await factsFrom(groupInfo, of.device.origin);
  demandFit(facts, of);
  const signer = facts.leaves.find(({ leafIndex }) => leafIndex === groupInfo.signer);
  if (of.signers && !(signer && of.signers.includes(signer.accountId)))
    throw new CryptoFailure("not_allowed", "nobody who is known vouches for this group");
  const former = formerLeaf(facts, of.device, of.retired?.deviceId);
  const { publicMessage, newState } = await commitExternally(groupInfo, former, of);
  const pending = await groupFrom(newState, of.device);
  const commit = encodeMlsMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage });
  const { commitId, generation } = of;
  const sent = { commitId, generation, epoch: facts.epoch, commit: Uint8Array.from(commit), welcome: null };
  return { bundle: { ...sent, groupInfo: await encodeGroupInfo(pending) }, pending };
}

async function commitExternally(
  groupInfo: GroupInfo,
  former: LeafFacts,
  of: { device: Device; now: number; retired?: { logEntry: Uint8Array } },
) {
  const suiteName = groupInfo.groupContext.cipherSuite as Suite;
  const { publicPackage, privatePackage } = await freshKeyPackage(of.device, suiteName, of.now);
  const suite = await openSuite(suiteName);
  const trust = trustOf(of.device.origin);
  /** The library replaces the leaf that this comparison finds. */
  const finding = {
    ...trust.keyPackageEqualityConfig,
    compareKeyPackageToLeafNode: (_: unknown, leaf: { signaturePublicKey: Uint8Array }) =>
      leaf.signaturePublicKey.toHex() === former.signaturePublicKey.toHex(),
  };
  const joined = await orFail("malformed", "the GroupInfo does not lead into a group", () =>
    joinGroupExternal(
      groupInfo,
      publicPackage,
      privatePackage,
      true,
      suite,
      undefined,
      { ...trust, keyPackageEqualityConfig: finding },
      of.retired?.logEntry ?? new Uint8Array(),
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

function formerLeaf(facts: GroupFacts, device: Device, retired: DeviceId | undefined): LeafFacts {
  const ours = facts.leaves.filter((leaf) => leaf.accountId === device.accountId);
  const former = ours.find((leaf) => leaf.deviceId === (retired ?? device.deviceId));
  if (!former) throw new CryptoFailure("unusable", "no leaf of this account to replace");
  const own = decodeCredential(device.credential);
  if (!own || !equalBytes(own.rootPublicKey, former.rootPublicKey))
    throw new CryptoFailure("not_allowed", "this account has another root key in the group");
  return former;
}

function demandFit(facts: GroupFacts, { roles, externalSender, ...named }: GroupExpected): void {
  const externalSenders = externalSendersWith(externalSender);
  const known = roles === "group" ? {} : { roles };
  if (roles === "group" && facts.context.roles.kind !== "group")
    throw new CryptoFailure("not_allowed", "another kind of conversation");
  const objection = objectionToGroup(facts, { ...named, ...known, externalSenders });
  if (objection) throw new CryptoFailure("not_allowed", objection);
}
