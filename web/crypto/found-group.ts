import { createGroup } from "ts-mls";
import type { CommitBundle, ConversationKind } from "../../src/protocol/conversations.ts";
import type { Suite } from "../../src/protocol/devices.ts";
import { ENGINE_VERSION, EXTENSION, encodeEngineVersion, groupIdOf } from "../../src/protocol/group-id.ts";
import type { AccountId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import { closedCircle, encodeRoleList, foundingRoles, type RoleList } from "../../src/protocol/role-list.ts";
import { addProposals, encodeGroupInfo, makeCommit } from "./commit.ts";
import type { Device } from "./device.ts";
import { externalSendersWith } from "./external-senders.ts";
import { CryptoFailure } from "./failure.ts";
import { type Group, groupFrom } from "./group.ts";
import { freshKeyPackage } from "./key-packages.ts";
import { openSuite, POST_QUANTUM } from "./suite.ts";
import { trustOf } from "./trust.ts";

/** In the shapes of `foundConversation`. */
export interface GroupFounded {
  /** Of epoch 0: its creator alone. */
  readonly groupInfo: Uint8Array<ArrayBuffer>;
  readonly first: CommitBundle;
  readonly pending: Group;
}

/**
 * Founds a direct conversation, saved messages (`peer` is then one's own account) or a group (`peer` is null), with
 * every device whose key package is in `peers`, one's own others among them. `externalSender` as the server shows it.
 */
export async function foundGroup(of: {
  conversationId: ConversationId;
  generation: number;
  kind: ConversationKind;
  device: Device;
  peer: AccountId | null;
  /** Of a group that is founded anew: the ranks it had. */
  roles?: RoleList;
  peers: readonly Uint8Array[];
  externalSender: Uint8Array;
  commitId: MessageId;
  now: number;
  suite?: Suite;
}): Promise<GroupFounded> {
  const own = of.device.accountId;
  const roles = of.peer === null ? (of.roles ?? foundingRoles(own)) : closedCircle(own, of.peer);
  if (roles.kind !== of.kind) throw new CryptoFailure("unusable", "the peer does not fit the kind");
  const alone = await createAlone({ ...of, roles });
  const first = await makeCommit(alone, of.commitId, addProposals(of.peers, of.now));
  return { groupInfo: await encodeGroupInfo(alone), first: first.bundle, pending: first.pending };
}

/** A group of epoch 0 with its creator's device alone. */
export async function createAlone(
  of: {
    conversationId: ConversationId;
    generation: number;
    device: Device;
    roles: RoleList;
    externalSender: Uint8Array;
    now: number;
    suite?: Suite;
  },
  engineVersion = ENGINE_VERSION,
): Promise<Group> {
  const suite = of.suite ?? POST_QUANTUM;
  const { publicPackage, privatePackage } = await freshKeyPackage(of.device, suite, of.now);
  const state = await createGroup(
    groupIdOf(of.conversationId, of.generation),
    publicPackage,
    privatePackage,
    [
      { extensionType: "external_senders", extensionData: externalSendersWith(of.externalSender) },
      { extensionType: EXTENSION.roleList, extensionData: encodeRoleList(of.roles) },
      { extensionType: EXTENSION.engineVersion, extensionData: encodeEngineVersion(engineVersion) },
    ],
    await openSuite(suite),
    trustOf(of.device.origin),
  );
  return groupFrom(state, of.device);
}
