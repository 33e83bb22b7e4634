import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeTurns } from "../../web/delivery/client.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { type Headless, openAgain } from "../../web/headless.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { type Mortal, mortal } from "./mortal.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { epochAt, storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

const folder = mkdtempSync(join(tmpdir(), "elahe-killed-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The short form tries some of the steps; the long form tries all. */
const FULL = process.env["ELAHE_FULL"] === "1";
const STRIDE = FULL ? 1 : 4;
const WIDE = FULL ? 1 : 7;
const MOST_STEPS = 400;
let files = 0;

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`a client killed between any two steps on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("of founding and sending goes on from storage, and every message arrives exactly once", async () => {
      for (let step = 1; step < MOST_STEPS; step += STRIDE) if (await sendAndDie(world, step)) return;
      throw new Error("the story never came to its end");
    }, 600_000);

    test("of receiving goes on from storage, and every message is shown exactly once", async () => {
      for (let step = 1; step < MOST_STEPS; step += STRIDE) if (await receiveAndDie(world, step)) return;
      throw new Error("the story never came to its end");
    }, 600_000);

    test("of answering and then renewing its key goes on from storage, and both talk on", async () => {
      for (let step = 1; step < MOST_STEPS; step += WIDE) if (await answerAndDie(world, step)) return;
      throw new Error("the story never came to its end");
    }, 600_000);

    test("of coming back into a group it lost goes on from storage, and both talk on", async () => {
      for (let step = 1; step < MOST_STEPS; step += WIDE) if (await comeBackAndDie(world, step)) return;
      throw new Error("the story never came to its end");
    }, 600_000);
  });
}

const TEXTS = ["one", "two", "three"];

/** True when the story ended before the step at which the client was to die. */
async function sendAndDie(world: World, step: number): Promise<boolean> {
  const bobPerson = await world.person();
  const bob = watch(bobPerson.messenger);
  await until("bob is ready", () => bob.connection() === "online");
  const { life, person } = await mortalPerson(world, step);
  const first = tellStory(watch(person.messenger), bobPerson.me.username);
  const lived = await Promise.race([first.then(() => true), life.died.then(() => false)]);
  life.spare();
  const alice = lived ? watch(person.messenger) : watch(openAgain(reborn(person)));
  const id = await tellStory(alice, bobPerson.me.username);
  await until(`bob has all (step ${step})`, () => bob.texts(id).length >= TEXTS.length);
  await until("alice sees all come back", () => settled(alice, id));
  expect({ step, texts: await readAll(bob, id) }).toEqual({ step, texts: TEXTS });
  expect({ step, texts: await readAll(alice, id) }).toEqual({ step, texts: TEXTS });
  expect(bob.conversations.get(id)?.doubt).toBeUndefined();
  await Promise.all([alice.close(), bob.close()]);
  return lived;
}

async function tellStory(alice: Screen, username: string) {
  const id = await writeMissing(alice, username);
  await until("all are accepted", () => settled(alice, id));
  return id;
}

/** What a person does who starts the app: looks what is there, and writes what is missing. */
async function writeMissing(alice: Screen, username: string): Promise<ConversationId> {
  const id = await alice.do({ kind: "write_to", username });
  const there = await readAll(alice, id);
  for (const text of TEXTS.filter((one) => !there.includes(one)))
    await alice.do({ kind: "send", conversationId: id, text });
  return id;
}

async function receiveAndDie(world: World, step: number): Promise<boolean> {
  const alicePerson = await world.person();
  const alice = watch(alicePerson.messenger);
  const { life, person } = await mortalPerson(world, step);
  const listening = watch(person.messenger);
  // Alice lives on when Bob dies, and begins nothing anew before she has ended what she began.
  const inTurn = makeTurns();
  const write = () => inTurn("account", () => writeMissing(alice, person.me.username));
  const lived = async () => {
    await until("bob is ready", () => listening.connection() === "online", 60_000);
    const id = await write();
    await until("bob has all", () => listening.texts(id).length >= TEXTS.length, 60_000);
    await listening.do({ kind: "seen", conversationId: id, upTo: 9 });
    await until(
      "alice sees it",
      () => [...alice.messages.values()].some(({ mark }) => mark === "read"),
      60_000,
    );
    await Bun.sleep(100);
    return true;
  };
  const alive = await Promise.race([lived(), life.died.then(() => false)]);
  life.spare();
  const bob = alive ? listening : watch(openAgain(reborn(person)));
  await until("bob is ready again", () => bob.connection() === "online");
  const id = await write();
  await until(`bob has all (step ${step})`, async () => (await shown(bob, id)).length >= TEXTS.length);
  expect({ step, texts: await readAll(bob, id) }).toEqual({ step, texts: TEXTS });
  expect(bob.conversations.get(id)?.doubt).toBeUndefined();
  await Promise.all([alice.close(), bob.close()]);
  return alive;
}

/** Bob, whom a key package brought in, makes his key anew after his first message. */
async function answerAndDie(world: World, step: number): Promise<boolean> {
  const alicePerson = await world.person();
  const alice = watch(alicePerson.messenger);
  const { life, person } = await mortalPerson(world, step);
  const listening = watch(person.messenger);
  const lived = async () => {
    await until("bob is ready", () => listening.connection() === "online", 60_000);
    const id = await answer(listening, alice, person.me.username);
    await until("bob has a new key", async () => (await epochAt(world, id)) > 1, 60_000);
    return true;
  };
  const alive = await Promise.race([lived(), life.died.then(() => false)]);
  life.spare();
  const bob = alive ? listening : watch(openAgain(reborn(person)));
  await until("bob is ready again", () => bob.connection() === "online");
  const id = await answer(bob, alice, person.me.username);
  await until(`bob has a new key (step ${step})`, async () => (await epochAt(world, id)) > 1);
  await talkOn(alice, bob, id, step);
  expect(await epochAt(world, id)).toBe(2);
  await Promise.all([alice.close(), bob.close()]);
  return alive;
}

/** Alice begins, Bob answers with what is missing. */
async function answer(bob: Screen, alice: Screen, username: string): Promise<ConversationId> {
  const id = await alice.do({ kind: "write_to", username });
  await until("bob is in", () => bob.conversations.has(id), 60_000);
  const there = await readAll(bob, id);
  for (const text of TEXTS.filter((one) => !there.includes(one)))
    await bob.do({ kind: "send", conversationId: id, text });
  await until("all arrive", () => alice.texts(id).length >= TEXTS.length, 60_000);
  return id;
}

async function comeBackAndDie(world: World, step: number): Promise<boolean> {
  files += 1;
  const person = await world.person({ dataFile: join(folder, `${files}.sqlite`) });
  const alicePerson = await world.person();
  const alice = watch(alicePerson.messenger);
  const first = watch(person.messenger);
  await until("bob is ready", () => first.connection() === "online");
  const id = await alice.do({ kind: "write_to", username: person.me.username });
  for (const text of TEXTS) await alice.do({ kind: "send", conversationId: id, text });
  await until("bob has all", () => first.texts(id).length >= TEXTS.length);
  await first.close();
  const vault = await storedBy(person);
  await vault.change(async (change) => change.remove("groups", id));
  vault.close();
  const life = mortal(person.bare, step);
  const dying = watch(openAgain(life.platform));
  const isBack = async (screen: Screen) =>
    (await epochAt(world, id)) > 1 && screen.conversations.get(id)?.state === "ready";
  const lived = async () => {
    await until("bob is back", () => isBack(dying), 60_000);
    return true;
  };
  const alive = await Promise.race([lived(), life.died.then(() => false)]);
  life.spare();
  const bob = alive ? dying : watch(openAgain(reborn(person)));
  await until("bob is back in the group", () => isBack(bob));
  await talkOn(alice, bob, id, step);
  await Promise.all([alice.close(), bob.close()]);
  return alive;
}

/** After all of it: each reads the other, everything is there once, and nobody doubts. */
async function talkOn(alice: Screen, bob: Screen, id: ConversationId, step: number): Promise<void> {
  await alice.do({ kind: "send", conversationId: id, text: "still there?" });
  await until(`bob reads on (step ${step})`, () => bob.texts(id).includes("still there?"));
  await bob.do({ kind: "send", conversationId: id, text: "still here" });
  await until(`alice reads on (step ${step})`, () => alice.texts(id).includes("still here"));
  const all = [...TEXTS, "still there?", "still here"];
  expect({ step, texts: await readAll(bob, id) }).toEqual({ step, texts: all });
  expect({ step, texts: await readAll(alice, id) }).toEqual({ step, texts: all });
  for (const screen of [alice, bob]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
}

async function shown(screen: Screen, id: Parameters<Screen["texts"]>[0]): Promise<string[]> {
  return screen.conversations.has(id) ? readAll(screen, id) : [];
}

function settled(screen: Screen, id: string): boolean {
  const own = [...screen.messages.values()].filter((one) => one.conversationId === id && one.mark);
  return own.length >= TEXTS.length && own.every(({ mark }) => mark !== "waiting" && mark !== "failed");
}

async function mortalPerson(world: World, step: number): Promise<{ life: Mortal; person: Headless }> {
  files += 1;
  const lives: Mortal[] = [];
  const person = await world.person({
    dataFile: join(folder, `${files}.sqlite`),
    through: (platform) => {
      const one = mortal(platform, step);
      lives.push(one);
      return one.platform;
    },
  });
  const [life] = lives;
  if (!life) throw new Error("the platform was not asked for");
  return { life, person };
}

/** The same browser started again: same cookie, same data, none of the memory. */
function reborn(person: Headless): Platform {
  return mortal(person.bare, Number.POSITIVE_INFINITY).platform;
}
