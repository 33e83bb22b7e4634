import type { CommitBundle } from "../protocol/conversations.ts";
import { CHANNEL_SUITE, POST_QUANTUM, type Suite } from "../protocol/devices.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";
import { objectionToGroup } from "../protocol/judge-group.ts";
import { closedCircle, encodeRoleList, foundingRoles, type RoleList } from "../protocol/role-list.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { type CommitChecked, checkCommit } from "./check-commit.ts";
import { encodeExternalSenderExtension } from "./external-sender.ts";
import { readGroupInfo } from "./read-group-info.ts";

/**
 * Whether a conversation may begin: founded by this device alone, with the roles of its kind and this server as
 * external sender; then, where there is a `peer` (the founder itself in saved messages), with both people in.
 * Refuses as `checkCommit`.
 */
export async function checkFounding(of: {
  conversationId: ConversationId;
  /** Null for a group. */
  peer: AccountId | null;
  groupInfo: Uint8Array;
  first: CommitBundle;
  by: { accountId: AccountId; deviceId: DeviceId };
  serverPublicKey: Uint8Array;
  origin: string;
  now: number;
}): Promise<CommitChecked> {
  const { conversationId, by, first, origin } = of;
  const founded = await readGroupInfo(of.groupInfo, origin);
  const objection = objectionToGroup(founded, {
    conversationId,
    generation: first.generation,
    ...(of.peer === null ? {} : { roles: closedCircle(by.accountId, of.peer) }),
    externalSenders: encodeExternalSenderExtension(of.serverPublicKey, origin),
  });
  const { roles } = founded.context;
  // One that is founded anew comes of the devices that offer themselves, whatever suite it had.
  const suits = founded.suite === suiteFor(roles) || first.generation > 0;
  const [founder] = founded.leaves;
  const alone = founded.leaves.length === 1 && founder?.deviceId === by.deviceId;
  const isOwned = of.peer !== null || mayBegin(roles, by.accountId, first.generation);
  if (objection || !suits || !isOwned || !alone || founded.epoch !== 0 || first.epoch !== 0)
    throw new Refusal("commit.not_allowed");
  const checked = await checkCommit({ group: founded, bundle: first, by, origin, now: of.now });
  if (of.peer !== null && !checked.after.leaves.some(({ accountId }) => accountId === of.peer))
    throw new Refusal("commit.not_allowed");
  return checked;
}

/** A group that is founded anew keeps the ranks it had; only its owner founds it. */
function mayBegin(roles: RoleList, founder: AccountId, generation: number): boolean {
  if (roles.kind !== "group" || roles.owner !== founder) return false;
  const expected = { ...foundingRoles(founder), rights: roles.rights };
  return generation > 0 || equalBytes(encodeRoleList(roles), encodeRoleList(expected));
}

function suiteFor({ rights }: RoleList): Suite {
  return rights.channel ? CHANNEL_SUITE : POST_QUANTUM;
}
