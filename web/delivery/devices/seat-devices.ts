import { claimKeyPackages } from "../../../src/protocol/devices.ts";
import type { ConversationId, DeviceId } from "../../../src/protocol/ids.ts";
import { addDevices, removeDevices } from "../../crypto/commit.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { type Group, listMembers } from "../../crypto/group.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { Client } from "../client.ts";
import { Refused } from "../failures.ts";
import { openGroup, readGroup, readHalves } from "../groups/group-at-rest.ts";
import { type CommitSent, deliverCommit, sendCommit } from "../groups/send-commit.ts";
import { readIdentity } from "./own-identity.ts";
import { type OwnLog, readOwnLog } from "./own-log.ts";

const TRIES = 5;

interface Hooks {
  readonly told: (progress: { readonly done: number; readonly all: number }) => void;
  /** What the newcomer is to be told waits in the outbox of this conversation. */
  readonly released: (id: ConversationId) => void;
}

/**
 * Adds this account's devices to the conversations that they are not in, the newest first, and takes those out that
 * were removed. Whichever device comes first does it; the others find it done.
 */
export async function seatDevices(client: Client, hooks: Hooks): Promise<void> {
  const log = await readOwnLog(client, await readIdentity(client.vault));
  // A device that was removed seats nobody.
  if (!log.live.has(client.deviceId)) return;
  const waiting = await findUnsettled(client, log);
  for (const [done, id] of waiting.entries()) {
    hooks.told({ done, all: waiting.length });
    await settle(client, id, log);
    hooks.released(id);
  }
  if (waiting.length > 0) hooks.told({ done: waiting.length, all: waiting.length });
}

async function findUnsettled(client: Client, log: OwnLog): Promise<ConversationId[]> {
  const known = await client.vault.list("conversations", { ...EVERYTHING, limit: 10_000 });
  const newest = known.toSorted((one, other) => other.value.changedAt - one.value.changedAt);
  const found: ConversationId[] = [];
  for (const { key, value } of newest) {
    if (value.state !== "ready") continue;
    const group = await readStored(client, key as ConversationId);
    if (group && isUnsettled(client, group, log)) found.push(key as ConversationId);
  }
  return found;
}

async function readStored(client: Client, id: ConversationId): Promise<Group | undefined> {
  const halves = await readHalves(client.vault, id);
  return halves && openGroup(client, halves);
}

interface Seats {
  readonly missing: readonly DeviceId[];
  readonly gone: readonly DeviceId[];
}

function seatsOf(client: Client, group: Group, { live, removed }: OwnLog): Seats {
  const seated = listMembers(group)
    .filter(({ accountId }) => accountId === client.accountId)
    .map(({ deviceId }) => deviceId);
  return {
    missing: [...live.keys()].filter((id) => !seated.includes(id)),
    gone: seated.filter((id) => removed.has(id) && id !== client.deviceId),
  };
}

function isUnsettled(client: Client, group: Group, log: OwnLog): boolean {
  const { missing, gone } = seatsOf(client, group, log);
  return missing.length > 0 || gone.length > 0;
}

async function settle(client: Client, id: ConversationId, log: OwnLog): Promise<void> {
  await untilSettled(client, id, async (group, commitId) => {
    const { gone } = seatsOf(client, group, log);
    return gone.length > 0 ? removeDevices(group, { commitId, deviceIds: gone }) : undefined;
  });
  const offers = await claim(client, id, log);
  if (offers.length === 0) return;
  await untilSettled(client, id, async (group, commitId) => {
    const { missing } = seatsOf(client, group, log);
    const keyPackages = offers
      .filter(({ deviceId }) => missing.includes(deviceId))
      .map(({ keyPackage }) => keyPackage);
    if (keyPackages.length === 0) return undefined;
    return addDevices(group, { commitId, keyPackages, now: client.platform.clock.now() });
  });
}

/** Only of those that are missing, so that no device's pool is emptied by the coming of another. */
async function claim(client: Client, id: ConversationId, log: OwnLog) {
  const group = await readStored(client, id);
  if (!group) return [];
  const { missing } = seatsOf(client, group, log);
  if (missing.length === 0) return [];
  const { accountId } = client;
  const { devices } = await client.call(claimKeyPackages, { accountId, only: [...missing] });
  return devices.filter(({ deviceId }) => missing.includes(deviceId));
}

type Make = (
  group: Group,
  commitId: Parameters<typeof removeDevices>[1]["commitId"],
) => Promise<Awaited<ReturnType<typeof removeDevices>> | undefined>;

/** What others change meanwhile comes first. What is refused for good is left: a group may be full. */
async function untilSettled(client: Client, id: ConversationId, make: Make): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    await deliverCommit(client, id);
    const sent = await sendOnce(client, id, make);
    if (sent === "adopted" || sent === "none") return;
  }
}

async function sendOnce(client: Client, id: ConversationId, make: Make): Promise<CommitSent> {
  try {
    return await sendCommit(client, id, "change", async (change, conversation, commitId) => {
      if (conversation.state !== "ready") return undefined;
      const group = await readGroup(client, change, id);
      return group && make(group, commitId);
    });
  } catch (cause) {
    if (cause instanceof CryptoFailure) return "none";
    if (cause instanceof Refused && cause.code === "conversation.not_found") return "none";
    throw cause;
  }
}
