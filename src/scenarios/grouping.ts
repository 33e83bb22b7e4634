import { isLeafKeyDue } from "../../web/delivery/groups/update-leaf-key.ts";
import type { GroupView } from "../../web/delivery/patches.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import type { GroupChange } from "../../web/storage/records.ts";
import type { AccountId, ConversationId } from "../protocol/ids.ts";
import { type Screen, until, watch } from "./person.ts";
import { storedBy } from "./talking.ts";
import type { World } from "./world.ts";

export interface Member {
  readonly person: Headless;
  readonly screen: Screen;
  readonly id: AccountId;
  readonly name: string;
  close(): Promise<void>;
}

export async function come(world: World, through?: (platform: Platform) => Platform): Promise<Member> {
  const person = await world.person(through ? { through } : {});
  const screen = watch(person.messenger);
  await until("somebody is ready", () => screen.connection() === "online");
  const { accountId: id, username: name } = person.me;
  return { person, screen, id, name, close: () => screen.close() };
}

/** Three in a group of ada's, all online. */
export async function startGroup(world: World) {
  const [ada, ben, cleo] = [await come(world), await come(world), await come(world)];
  const usernames = [ben.name, cleo.name];
  const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
  for (const one of [ben, cleo])
    await until("they are in", () => one.screen.conversations.get(id)?.state === "ready");
  const close = () => Promise.all([ada, ben, cleo].map((one) => one.close()));
  return { ada, ben, cleo, id, close };
}

/** Says something, and waits until these read it. */
export async function say(
  from: Member,
  text: string,
  to: readonly Member[],
  id: ConversationId,
): Promise<void> {
  await from.screen.do({ kind: "send", conversationId: id, text });
  for (const one of to) await until(`${one.name} reads "${text}"`, () => one.screen.texts(id).includes(text));
}

/** Nothing leaves this device by itself any more: the key is made anew that its first message has it make. */
export async function untilAtRest({ person, name }: Member, id: ConversationId): Promise<void> {
  const vault = await storedBy(person);
  await until(`${name} is at rest`, async () => {
    const conversation = await vault.read("conversations", id);
    if (!conversation || isLeafKeyDue(conversation, Date.now())) return false;
    return (await vault.read("commits", id)) === undefined;
  });
}

/** Has seen all that has come. */
export async function see(who: Member, conversationId: ConversationId): Promise<void> {
  const all = [...who.screen.messages.values()].filter((one) => one.conversationId === conversationId);
  const upTo = Math.max(...all.map(({ sequence }) => sequence ?? 0));
  await who.screen.do({ kind: "seen", conversationId, upTo });
}

export function groupOn({ screen }: Member, id: ConversationId): GroupView | undefined {
  return screen.conversations.get(id)?.group;
}

export function ranksOn(who: Member, id: ConversationId): Record<string, string> {
  const people = groupOn(who, id)?.people ?? [];
  return Object.fromEntries(people.flatMap(({ username, rank }) => (rank ? [[username, rank]] : [])));
}

export function changesOn({ screen }: Member, id: ConversationId): GroupChange[] {
  const all = [...screen.messages.values()].filter((one) => one.conversationId === id);
  return all.flatMap(({ body }) => (body.kind === "change" ? body.changes : []));
}
