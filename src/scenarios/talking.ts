import { type Headless, openAgain } from "../../web/headless.ts";
import { openVault, type Vault } from "../../web/storage/vault.ts";
import { conversations } from "../db/tables.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { type Screen, until, watch } from "./person.ts";
import type { World } from "./world.ts";

type How = NonNullable<Parameters<World["person"]>[0]>;

/** Two people in one conversation, both online. */
export interface Talking {
  readonly alicePerson: Headless;
  readonly bobPerson: Headless;
  readonly alice: Screen;
  readonly bob: Screen;
  readonly id: ConversationId;
}

export async function startTalking(world: World, alices: How = {}, bobs: How = {}): Promise<Talking> {
  const [alicePerson, bobPerson] = [await world.person(alices), await world.person(bobs)];
  const [alice, bob] = [watch(alicePerson.messenger), watch(bobPerson.messenger)];
  await until("both are ready", () => alice.connection() === "online" && bob.connection() === "online");
  const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
  await until("bob is in", () => bob.conversations.has(id));
  return { alicePerson, bobPerson, alice, bob, id };
}

/** Says something, and waits until the other reads it. */
export async function tell(from: Screen, to: Screen, id: ConversationId, text: string): Promise<void> {
  await from.do({ kind: "send", conversationId: id, text });
  await until(`"${text}" is read`, () => to.texts(id).includes(text));
}

/** The same browser started again. */
export async function startAgain({ platform }: Headless): Promise<Screen> {
  const screen = watch(openAgain(platform));
  await until("it is back", () => screen.connection() === "online");
  return screen;
}

/** What this browser keeps, opened beside its client. */
export async function storedBy({ bare, me }: Headless): Promise<Vault> {
  return openVault(await bare.openStorage(me.accountId));
}

export async function epochAt(world: World, id: ConversationId): Promise<number> {
  const rows = await world.test.app.db.read.select().from(conversations);
  return rows.find((row) => row.id === id)?.epoch ?? 0;
}
