import { afterAll, describe, expect, setDefaultTimeout, spyOn, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { openAgain } from "../../web/headless.ts";
import { decodeBinary } from "../protocol/codec.ts";
import type { FrameUp } from "../protocol/delivery.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { type Screen, until, watch } from "./person.ts";
import { startAgain, startTalking, tell } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

const SHOWN = { readMarks: true, typing: true, presence: true };
/** Pressed in one go. */
const KEYS = 200;
const HIDDEN = { ...SHOWN, presence: false };

for (const { name, open } of worlds()) {
  describe(`whether somebody is there on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("is seen by whoever looks at the conversation, and afterwards when it was, also after a restart", async () => {
      const { alice, bob, alicePerson, id } = await startTalking(world);
      await alice.do({ kind: "look", conversationId: id });
      await quiet(alice, bob, id);
      expect(heard(alice)).toEqual([]);
      const before = Date.now();
      await bob.do({ kind: "look", conversationId: undefined });
      await until("it is shown", () => heard(alice).length === 1);
      expect(heard(alice)[0]).toBeGreaterThan(before + 30_000);
      expect(heard(bob)).toEqual([]);
      await until("it is kept", () => (alice.conversations.get(id)?.peer?.seenAt ?? 0) >= before);
      const seenAt = alice.conversations.get(id)?.peer?.seenAt;
      const back = await alice.close().then(() => startAgain(alicePerson));
      await until("it is known again", () => back.conversations.get(id)?.peer?.seenAt === seenAt);
      await Promise.all([back.close(), bob.close()]);
    });

    test("is shown for as long as one of several tabs is open, whichever of them is closed", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      const [second, third] = [watch(openAgain(bobPerson.platform)), watch(openAgain(bobPerson.platform))];
      for (const tab of [second, third]) await until("it has the state", () => tab.conversations.has(id));
      for (const tab of [bob, second, third]) await tab.do({ kind: "look", conversationId: undefined });
      await third.close();
      await alice.do({ kind: "look", conversationId: id });
      await until("it is shown behind the one that follows", () => heard(alice).length === 1);
      await bob.close();
      await until("the second leads", () => second.connection() === "online");
      await second.do({ kind: "look", conversationId: undefined });
      world.test.clock.advance(1_000);
      await alice.do({ kind: "look", conversationId: id });
      await until("it is shown behind the one that led", () => heard(alice).length === 2);
      await second.close();
      world.test.clock.advance(1_000);
      await alice.do({ kind: "look", conversationId: id });
      await alice.do({ kind: "send", conversationId: id, text: "nobody there" });
      await until("the server has all", () =>
        [...alice.messages.values()].some(({ mark }) => mark === "sent"),
      );
      expect(heard(alice)).toHaveLength(2);
      await alice.close();
    });

    test("of somebody who types is told every few seconds, and no key that is pressed costs a question", async () => {
      const line = watchedLine();
      const { alice, bob, id } = await startTalking(world, { through: line.through });
      await tell(alice, bob, id, "let me think");
      const asked = spyOn(world.test.app.db.read, "select");
      const began = performance.now();
      for (let key = 0; key < KEYS; key += 1) await alice.do({ kind: "typing", conversationId: id });
      await until("bob sees it", () => bob.patches.some(({ kind }) => kind === "typing"));
      await tell(alice, bob, id, "behind it");
      const most = 1 + Math.floor((performance.now() - began) / 3_000);
      expect(line.all().filter(({ t }) => t === "typing").length).toBeLessThanOrEqual(most);
      expect(asked.mock.calls.length).toBeLessThan(KEYS / 4);
      asked.mockRestore();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("is not shown by whoever hides it, who is not shown it either, nor asks", async () => {
      const line = watchedLine();
      const { alice, bob, id } = await startTalking(world, {}, { through: line.through });
      await tell(alice, bob, id, "hello");
      await tell(bob, alice, id, "hello to you");
      await looks(world, alice, bob, id);
      await until("bob is shown it", () => heard(bob).length === 1);
      await until("bob keeps it", () => bob.conversations.get(id)?.peer?.seenAt !== undefined);
      await bob.do({ kind: "choose_privacy", ...HIDDEN });
      await until("bob forgets", () => bob.conversations.get(id)?.peer?.seenAt === undefined);
      const before = line.sent().length;
      const shown = heard(alice).length;
      await looks(world, alice, bob, id);
      await quiet(alice, bob, id);
      expect(line.sent().length).toBe(before);
      expect([heard(alice).length, heard(bob).length]).toEqual([shown, 1]);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("is not shown to somebody who only asks to write, nor to somebody who is blocked", async () => {
      const strangers = await asking(world);
      const { alice, bob, id } = strangers;
      await looks(world, alice, bob, id);
      await quiet(alice, bob, id);
      expect([...heard(alice), ...heard(bob)]).toEqual([]);
      const { accountId } = strangers.alicePerson.me;
      await bob.do({ kind: "stand_to", accountId, standing: "accepted" });
      await looks(world, alice, bob, id);
      await until("both are shown", () => heard(alice).length > 0 && heard(bob).length > 0);
      await bob.do({ kind: "stand_to", accountId, standing: "blocked" });
      const before = heard(alice).length;
      await Bun.sleep(5_100);
      await looks(world, alice, bob, id);
      await quiet(alice, alice, await alice.do({ kind: "write_to_self" }));
      expect(heard(alice).length).toBe(before);
      await Promise.all([alice.close(), bob.close()]);
    });
  });
}

/** Each looks at the conversation, a second after they last did by the server's clock. */
async function looks(
  world: World,
  alice: Screen,
  bob: Screen,
  conversationId: ConversationId,
): Promise<void> {
  world.test.clock.advance(1_000);
  await bob.do({ kind: "look", conversationId });
  await alice.do({ kind: "look", conversationId });
}

/** Whatever went before on the same lines has arrived. */
async function quiet(alice: Screen, bob: Screen, id: ConversationId): Promise<void> {
  await tell(alice, bob, id, `quiet ${crypto.randomUUID()}`);
  await Bun.sleep(200);
}

function heard({ patches }: Screen): number[] {
  return patches.flatMap((patch) => (patch.kind === "present" ? [patch.until] : []));
}

async function asking(world: World) {
  const [alicePerson, bobPerson] = [await world.person(), await world.person()];
  const alice = watch(alicePerson.messenger);
  const bob = watch(bobPerson.messenger, { accepts: false });
  await until("ready", () => alice.connection() === "online" && bob.connection() === "online");
  const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
  await tell(alice, bob, id, "may I?");
  return { alicePerson, alice, bob, id };
}

/** What goes up about presence. */
function watchedLine() {
  const frames: FrameUp[] = [];
  const through = (platform: Platform): Platform => ({
    ...platform,
    openSocket: (path, handlers) => {
      const socket = platform.openSocket(path, handlers);
      return {
        ...socket,
        send: (bytes) => {
          frames.push(decodeBinary(bytes) as FrameUp);
          socket.send(bytes);
        },
      };
    },
  });
  const sent = () => frames.filter(({ t }) => t === "asks_presence" || t === "present");
  return { through, sent, all: () => frames };
}
