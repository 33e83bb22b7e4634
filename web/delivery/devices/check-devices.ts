import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import { type Group, listMembers, type Member } from "../../crypto/group.ts";
import { EVERYTHING } from "../../storage/key.ts";
import {
  type ConversationRecord,
  type DeviceDoubt,
  type DeviceLogRecord,
  MOST_DOUBTS,
} from "../../storage/records.ts";
import type { Change, Reader } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { openGroup, readHalves } from "../groups/group-at-rest.ts";
import { rootOf, same } from "../inbox/pins.ts";
import { readConversationView } from "../views.ts";
import { compareHead, isIn, isSameHead } from "./hear-heads.ts";
import { learnDeviceLog } from "./learn-device-log.ts";
import type { Head } from "./tell-heads.ts";

const AT_ONCE = 8;
/** In larger groups the logs of those are fetched who write, or whose log somebody tells of. */
const ALL_UP_TO = 50;
const ALL = 10_000;

/**
 * Holds the devices in a group, and what others were shown of their accounts' device logs, against what the server
 * shows here. It only ever warns: what is in the group is judged by its tree alone. Answers whether some is left.
 */
export async function checkDevices(client: Client, id: ConversationId): Promise<boolean> {
  const conversation = await client.vault.read("conversations", id);
  const halves = await readHalves(client.vault, id);
  const group = halves && openGroup(client, halves);
  if (!conversation || !group || conversation.identityChanged) return false;
  const unclear = await findUnclear(client.vault, conversation, group);
  const asked = unclear.slice(0, AT_ONCE);
  const learnt = new Set<AccountId>();
  for (const account of asked) {
    const root = (await client.vault.read("pins", account))?.root ?? rootOf(listMembers(group), account);
    if (root && (await learnDeviceLog(client, account, root))) learnt.add(account);
  }
  const looked = {
    group,
    heads: conversation.heads ?? [],
    asked,
    learnt,
    isWhole: unclear.length === asked.length,
  };
  const doubts = await locked(client, (change) => settle(change, id, looked));
  for (const doubt of doubts) await markDoubted(client, id, doubt);
  return !looked.isWhole;
}

/** What this device tells others of itself is what the server shows now. Nothing is known before the first conversation. */
export async function learnOwn(client: Client): Promise<void> {
  const known = await client.vault.read("device_logs", client.accountId);
  if (known) await learnDeviceLog(client, client.accountId, known.root);
}

/** Whose log is to be fetched: unknown, behind what others were shown, or without a device that is in the group. */
async function findUnclear(
  reader: Reader,
  { heads = [] }: ConversationRecord,
  group: Group,
): Promise<AccountId[]> {
  const accounts = byAccount(group);
  const unclear: AccountId[] = [];
  for (const [account, leaves] of accounts) {
    const log = await reader.read("device_logs", account);
    const told = heads.filter(({ accountId }) => accountId === account);
    const isAsked = told.some((head) => compareHead(log, head) === "ahead");
    const isDue = !log || (!log.doubt && !areListed(log, leaves));
    if (log?.doubt === "differs") continue;
    if (isAsked || (isDue && (log || accounts.size <= ALL_UP_TO))) unclear.push(account);
  }
  return unclear;
}

function byAccount(group: Group): Map<AccountId, Member[]> {
  return Map.groupBy(listMembers(group), ({ accountId }) => accountId);
}

function areListed({ devices }: DeviceLogRecord, leaves: readonly Member[]): boolean {
  return leaves.every((leaf) =>
    devices.some(
      ({ deviceId, signaturePublicKey }) =>
        deviceId === leaf.deviceId && same(signaturePublicKey, leaf.signaturePublicKey),
    ),
  );
}

interface Looked {
  readonly group: Group;
  /** What had been told of before the server was asked. */
  readonly heads: readonly Head[];
  readonly asked: readonly AccountId[];
  /** Of those asked for, whom the server showed something of. */
  readonly learnt: ReadonlySet<AccountId>;
  readonly isWhole: boolean;
}

/** What is clear now is not looked at again; answers the doubts that this conversation does not say yet. */
async function settle(change: Change, id: ConversationId, looked: Looked): Promise<DeviceDoubt[]> {
  const conversation = await change.read("conversations", id);
  if (!conversation) return [];
  const { heads = [], deviceDoubts = [] } = conversation;
  const doubts: DeviceDoubt[] = [];
  const left = heads.filter((head) => !looked.heads.some((one) => isSameHead(one, head)));
  for (const [accountId, leaves] of byAccount(looked.group)) {
    const log = await change.read("device_logs", accountId);
    const told = looked.heads.filter((head) => head.accountId === accountId);
    const why = log && doubtOf(log, leaves, told, looked.learnt.has(accountId));
    if (why && why !== log.doubt) change.put("device_logs", accountId, { ...log, doubt: why });
    if (why && !deviceDoubts.some((one) => one.accountId === accountId && one.why === why))
      doubts.push({ accountId, why });
    const isOpen = !why && !looked.asked.includes(accountId);
    if (isOpen) left.push(...told.filter((head) => compareHead(log, head) === "ahead"));
  }
  const now = await change.read("groups", id);
  const isSame = now?.epoch === looked.group.epoch && now.generation === looked.group.generation;
  const { devicesDue: due, heads: _told, ...rest } = conversation;
  const isDue = due && !(isSame && looked.isWhole);
  change.put("conversations", id, {
    ...rest,
    ...(isDue ? { devicesDue: true as const } : {}),
    ...(left.length > 0 ? { heads: left } : {}),
  });
  return doubts;
}

function doubtOf(
  log: DeviceLogRecord,
  leaves: readonly Member[],
  told: readonly Head[],
  isLearnt: boolean,
): DeviceDoubt["why"] | undefined {
  const answers = told.map((head) => compareHead(log, head));
  // Whoever told of it was shown it before this device asked.
  if (answers.includes("differs") || (isLearnt && answers.includes("ahead"))) return "differs";
  if (log.doubt) return log.doubt;
  return isLearnt && !areListed(log, leaves) ? "unlisted" : undefined;
}

/** For good, and wherever this person is; what is said of the own account is said where it came up. */
async function markDoubted(client: Client, at: ConversationId, doubt: DeviceDoubt): Promise<void> {
  const { accountId } = doubt;
  const all = await client.vault.list("conversations", { ...EVERYTHING, limit: ALL });
  const ids = all.flatMap(({ key, value }) =>
    key === at || (accountId !== client.accountId && isIn(value, accountId, client.accountId)) ? key : [],
  ) as ConversationId[];
  await locked(client, async (change) => {
    for (const id of ids) {
      const conversation = await change.read("conversations", id);
      const { deviceDoubts = [] } = conversation ?? {};
      const others = deviceDoubts.filter((one) => one.accountId !== accountId);
      if (conversation && others.length < MOST_DOUBTS)
        change.put("conversations", id, { ...conversation, deviceDoubts: [...others, doubt] });
    }
  });
  const views = await Promise.all(ids.map((id) => readConversationView(client.vault, client.accountId, id)));
  const conversations = views.flatMap((view) => view ?? []);
  client.tell({ kind: "conversations", conversations, complete: false });
}
