import type { CommitBundle } from "../protocol/conversations.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";
import { objectionToGroup } from "../protocol/judge-group.ts";
import { closedCircle } from "../protocol/role-list.ts";
import { Refusal } from "../refusal.ts";
import { type CommitChecked, checkCommit } from "./check-commit.ts";
import { encodeExternalSenderExtension } from "./external-sender.ts";
import { type GroupRead, readGroupInfo } from "./read-group-info.ts";

/**
 * Whether a direct conversation (or saved messages, when `peer` is the founder) may begin: founded by this
 * device alone, with the roles of its kind and this server as external sender, and then with both people in.
 * Refuses as `checkCommit`.
 */
export async function checkFounding(of: {
  conversationId: ConversationId;
  peer: AccountId;
  groupInfo: Uint8Array;
  first: CommitBundle;
  by: { accountId: AccountId; deviceId: DeviceId };
  serverPublicKey: Uint8Array;
  origin: string;
  now: number;
}): Promise<CommitChecked & { founded: GroupRead }> {
  const { conversationId, by, first, origin } = of;
  const founded = await readGroupInfo(of.groupInfo, origin);
  const objection = objectionToGroup(founded, {
    conversationId,
    generation: first.generation,
    roles: closedCircle(by.accountId, of.peer),
    externalSenders: encodeExternalSenderExtension(of.serverPublicKey, origin),
  });
  const [founder] = founded.leaves;
  const alone = founded.leaves.length === 1 && founder?.deviceId === by.deviceId;
  if (objection || !alone || founded.epoch !== 0 || first.epoch !== 0)
    throw new Refusal("commit.not_allowed");
  const checked = await checkCommit({ group: founded, bundle: first, by, origin, now: of.now });
  if (!checked.after.leaves.some(({ accountId }) => accountId === of.peer))
    throw new Refusal("commit.not_allowed");
  return { ...checked, founded };
}
