import type { ConversationId } from "../../../src/protocol/ids.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import type { Client } from "../client.ts";
import { Refused, Unreachable } from "../failures.ts";
import { beginRepair } from "../inbox/move-conversation.ts";
import { departureDue } from "./departure-due.ts";
import { readHalves, readPending } from "./group-at-rest.ts";
import { arePreviewsDue, hasNameless } from "./people.ts";
import { isRepairable } from "./repairable.ts";
import { deliverCommit } from "./send-commit.ts";
import { isLeafKeyDue, updateLeafKey } from "./update-leaf-key.ts";
import { areWishesDue } from "./wishes.ts";

export interface Tending {
  /** Looks what the group of this conversation needs, and does it soon; one group after the other. */
  readonly soon: (id: ConversationId) => void;
  /** Every conversation: after each catching up. The first time lost groups are looked for too. */
  readonly all: () => Promise<void>;
  readonly close: () => void;
}

interface Hooks {
  /** What waits in the outbox of this conversation can go on. */
  readonly released: (id: ConversationId) => void;
  readonly sessionRefused: () => void;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** After the server was away many wait for it at once, and nothing here is in a hurry. */
const SPREAD = 3_000;
const HOUR = 60 * 60 * 1000;

export function openTending(client: Client, hooks: Hooks): Tending {
  const timers = new Map<ConversationId, ReturnType<typeof setTimeout>>();
  const failures = new Map<ConversationId, number>();
  /** Those that wait only so as not to come all at once: whoever is asked for goes first. */
  const unhurried = new Set<ConversationId>();
  let line: Promise<unknown> = Promise.resolve();
  let isFirst = true;
  let closed = false;

  const after = (id: ConversationId, wait: number) => {
    if (closed) return;
    clearTimeout(timers.get(id));
    unhurried.delete(id);
    timers.set(
      id,
      setTimeout(() => {
        timers.delete(id);
        line = line.then(() => tend(id));
      }, wait),
    );
  };

  const tend = async (id: ConversationId) => {
    if (closed) return;
    try {
      const wait = await tendGroup(client, id, hooks.released);
      failures.delete(id);
      if (wait !== undefined) after(id, wait);
    } catch (cause) {
      if (closed) return;
      if (cause instanceof Unreachable) after(id, waitFor(id, cause));
      else if (cause instanceof Refused) hooks.sessionRefused();
      else client.tellFailure(cause);
    }
  };

  const waitFor = (id: ConversationId, { retryAt }: Unreachable): number => {
    const count = failures.get(id) ?? 0;
    failures.set(id, count + 1);
    const usual = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** count);
    const asked = retryAt === undefined ? 0 : retryAt - client.platform.clock.now();
    return Math.max(usual, asked) * (0.5 + Math.random() / 2);
  };

  const all = async () => {
    const found = await client.vault.list("conversations", { ...EVERYTHING, limit: 10_000 });
    for (const { key, value } of found) {
      const id = key as ConversationId;
      if (isFirst && value.state === "ready" && !(await readHalves(client.vault, id)))
        await beginRepair(client, id);
      if (timers.has(id) || !(await needsTending(client, id))) continue;
      after(id, Math.random() * SPREAD);
      unhurried.add(id);
    }
    isFirst = false;
  };
  const hourly = setInterval(() => void all().catch(client.tellFailure), HOUR);

  return {
    soon: (id) => {
      if (!timers.has(id) || unhurried.has(id)) after(id, 0);
    },
    all,
    close() {
      closed = true;
      clearInterval(hourly);
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

async function needsTending(client: Client, id: ConversationId): Promise<boolean> {
  const conversation = await client.vault.read("conversations", id);
  if (!conversation) return false;
  return (await needsCare(client, conversation)) || (await readPending(client.vault, id)) !== undefined;
}

async function needsCare({ platform }: Client, conversation: ConversationRecord): Promise<boolean> {
  const now = platform.clock.now();
  if (isToLeave(conversation) || departureDue(conversation, now) !== undefined) return true;
  if (hasNameless(conversation) || areWishesDue(conversation)) return true;
  if (await arePreviewsDue(conversation)) return true;
  return isRepairable(conversation, now) || isLeafKeyDue(conversation, now);
}

/** Added by somebody who may not; once the way back is found where there was none. */
function isToLeave({ unwanted, state }: ConversationRecord): boolean {
  return unwanted === true && state === "ready";
}

/** What waited and others' changes came before; also once the way back is found. */
async function grant(client: Client, id: ConversationId): Promise<void> {
  const conversation = await client.vault.read("conversations", id);
  if (conversation && areWishesDue(conversation))
    await (await import("./grant-wishes.ts")).grantWishes(client, id);
}

/** First the commit that waits, what else this person wanted, then names, then who left, then the way back, then the own key. Answers when to look again. */
async function tendGroup(
  client: Client,
  id: ConversationId,
  released: (id: ConversationId) => void,
): Promise<number | undefined> {
  if (!(await needsTending(client, id))) return undefined;
  await deliverCommit(client, id);
  await grant(client, id);
  const conversation = await client.vault.read("conversations", id);
  if (!conversation) return undefined;
  const now = client.platform.clock.now();
  if (isToLeave(conversation)) {
    await (await import("./leave-group.ts")).leaveGroup(client, id);
    return undefined;
  }
  if (hasNameless(conversation)) await (await import("./learn-names.ts")).learnNames(client, id);
  if (await arePreviewsDue(conversation))
    await (await import("../links/renew-previews.ts")).renewPreviews(client, id);
  let wait = departureDue(conversation, now);
  if (wait === 0) wait = await (await import("./remove-departed.ts")).removeDeparted(client, id);
  else if (isRepairable(conversation, now))
    wait = await (await import("./repair-conversation.ts")).repairConversation(client, id);
  else if (isLeafKeyDue(conversation, now)) wait = await updateLeafKey(client, id);
  await grant(client, id);
  released(id);
  return wait === undefined ? undefined : wait * (1 + Math.random() / 4);
}
