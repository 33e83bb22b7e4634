import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import type { Client } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { changeGroup } from "../groups/change-group.ts";
import { leaveGroup } from "../groups/leave-group.ts";
import { isInCharge, isOut } from "../groups/people.ts";

/**
 * Out of the community, and on request out of its groups before. Those that this person owns stay: they would end, or
 * stand without an owner. What could not be left is answered by name.
 */
export async function leaveCommunity(
  client: Client,
  id: ConversationId,
  withGroups: boolean,
): Promise<readonly string[]> {
  const stays: string[] = [];
  if (withGroups)
    for (const { conversationId, name, group } of await groupsHere(client, id))
      if (isOwner(group, client) || !(await isDone(leaveGroup(client, conversationId)))) stays.push(name);
  await leaveGroup(client, id);
  return stays;
}

/**
 * Out of the community, and on request out of its groups too, as far as this person may: there no link lets them in
 * again, whether they were in or not, because they know the ways in. Where that could not be done is answered by name.
 */
export async function removeFromCommunity(
  client: Client,
  id: ConversationId,
  accountId: AccountId,
  withGroups: boolean,
): Promise<readonly string[]> {
  const groups = withGroups ? await groupsHere(client, id) : [];
  await changeGroup(client, id, { kind: "remove", accountId });
  const stays: string[] = [];
  for (const { conversationId, name, group } of groups) {
    if (!isInCharge(group, client.accountId)) stays.push(name);
    else if (!(await isDone(changeGroup(client, conversationId, { kind: "remove", accountId }))))
      stays.push(name);
    else if (!(await isDone(changeGroup(client, conversationId, { kind: "bar", accountId }))))
      stays.push(name);
  }
  return stays;
}

function isOwner({ people }: ConversationRecord, { accountId }: Client): boolean {
  return people.some((one) => one.accountId === accountId && one.rank === "owner");
}

interface Here {
  readonly conversationId: ConversationId;
  readonly name: string;
  readonly group: ConversationRecord;
}

/** Those of the community's groups that this person is in. */
async function groupsHere(client: Client, id: ConversationId): Promise<Here[]> {
  const { community } = (await client.vault.read("conversations", id)) ?? {};
  const here: Here[] = [];
  for (const { kind, conversationId, name } of community?.listed ?? []) {
    const group = kind === "group" ? await client.vault.read("conversations", conversationId) : undefined;
    if (group && !isOut(group)) here.push({ conversationId, name: group.about?.name ?? name, group });
  }
  return here;
}

/** False for a "no" that concerns this group alone. */
async function isDone(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (cause) {
    if (cause instanceof Failed && cause.code === "crypto") return false;
    if (!(cause instanceof Refused) || /^(session|device)\./.test(cause.code)) throw cause;
    return false;
  }
}
