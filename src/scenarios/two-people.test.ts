import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { openAgain } from "../../web/headless.ts";
import { readAll, until, watch } from "./person.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`two people on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("found a conversation and exchange messages live, with honest marks", async () => {
      const { alice, bob, id } = await talking(world);
      const sent = await alice.do({ kind: "send", conversationId: id, text: "good morning" });
      await until("bob reads it", () => bob.texts(id).includes("good morning"));
      await until("it is marked delivered", () => alice.messages.get(sent)?.mark === "delivered");
      await bob.do({ kind: "seen", conversationId: id, upTo: bob.messages.get(sent)?.sequence ?? 0 });
      await until("it is marked read", () => alice.messages.get(sent)?.mark === "read");
      // No farther than everything is there.
      expect(await bob.do({ kind: "seen", conversationId: id, upTo: 9_999 })).toBeLessThan(9_999);
      await bob.do({ kind: "send", conversationId: id, text: "and to you" });
      await until("alice reads the answer", () => alice.texts(id).includes("and to you"));
      expect(alice.texts(id)).toEqual(["good morning", "and to you"]);
      await until("it counts as unread", () => alice.conversations.get(id)?.unread === 1);
      expect(alice.conversations.get(id)?.doubt).toBeUndefined();
      expect(bob.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("what was sent while one was away arrives when they return, in order and once", async () => {
      const { alice, bob, bobPlatform, id } = await talking(world);
      await bob.close();
      const texts = Array.from({ length: 20 }, (_, place) => `while away ${place}`);
      for (const text of texts) await alice.do({ kind: "send", conversationId: id, text });
      await until("all are accepted", () => marks(alice, id).every((mark) => mark !== "waiting"));
      const returned = watch(openAgain(bobPlatform));
      await until("bob has caught up", () => returned.connection() === "online");
      expect(await readAll(returned, id)).toEqual(texts);
      expect(returned.conversations.get(id)?.unread).toBe(20);
      expect(returned.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alice.close(), returned.close()]);
    });

    test("both write first at once and end in one conversation", async () => {
      const [one, other] = [await world.person(), await world.person()];
      const [alice, bob] = [watch(one.messenger), watch(other.messenger)];
      await until("both are ready", () => alice.connection() === "online" && bob.connection() === "online");
      const ids = await Promise.all([
        alice.do({ kind: "write_to", username: other.me.username }),
        bob.do({ kind: "write_to", username: one.me.username }),
      ]);
      expect(ids[0]).toBe(ids[1]);
      await alice.do({ kind: "send", conversationId: ids[0], text: "from alice" });
      await bob.do({ kind: "send", conversationId: ids[0], text: "from bob" });
      await until("both read both", () =>
        [alice, bob].every((screen) => screen.texts(ids[0]).length === 2 && !waiting(screen, ids[0])),
      );
      await Promise.all([alice.close(), bob.close()]);
    });

    test("somebody writes to themselves", async () => {
      const one = await world.person();
      const alice = watch(one.messenger);
      const id = await alice.do({ kind: "write_to_self" });
      await alice.do({ kind: "send", conversationId: id, text: "remember the milk" });
      await until("it is accepted", () => marks(alice, id).includes("sent"));
      expect(await alice.do({ kind: "write_to_self" })).toBe(id);
      await alice.close();
    });

    test("typing is seen by the other and by nobody else", async () => {
      const { alice, bob, id } = await talking(world);
      await until("bob has accepted her", () => {
        const view = bob.conversations.get(id);
        return view !== undefined && view.standing === undefined;
      });
      await alice.do({ kind: "typing", conversationId: id });
      await until("bob sees it", () => bob.patches.some(({ kind }) => kind === "typing"));
      expect(alice.patches.some(({ kind }) => kind === "typing")).toBe(false);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("a second browser of one account is told that the encryption lives elsewhere", async () => {
      const { alice, alicePerson, bob, id } = await talking(world);
      const second = await world.person({ again: alicePerson.me.username });
      const screen = watch(second.messenger);
      await until("it is told", () => screen.device() === "elsewhere");
      expect(screen.do({ kind: "send", conversationId: id, text: "x" })).rejects.toMatchObject({
        code: "elsewhere",
      });
      await alice.do({ kind: "send", conversationId: id, text: "still here" });
      await until("nothing is damaged", () => bob.texts(id).includes("still here"));
      await Promise.all([alice.close(), bob.close(), screen.close()]);
    });

    test("drafts outlive the client and go when the message is sent", async () => {
      const { alice, alicePerson, bob, id } = await talking(world);
      await alice.do({ kind: "draft", conversationId: id, text: "half a thou" });
      await alice.close();
      const again = watch(openAgain(alicePerson.platform));
      expect(await again.do({ kind: "read_draft", conversationId: id })).toBe("half a thou");
      await again.do({ kind: "send", conversationId: id, text: "half a thought" });
      expect(await again.do({ kind: "read_draft", conversationId: id })).toBe("");
      await Promise.all([again.close(), bob.close()]);
    });
  });
}

async function talking(world: World) {
  const [alicePerson, bobPerson] = [await world.person(), await world.person()];
  const [alice, bob] = [watch(alicePerson.messenger), watch(bobPerson.messenger)];
  await until("bob is ready", () => bob.connection() === "online");
  const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
  await until("bob is in", () => bob.conversations.has(id) && alice.connection() === "online");
  return { alice, bob, id, alicePerson, bobPlatform: bobPerson.platform };
}

function marks(screen: ReturnType<typeof watch>, id: string) {
  return [...screen.messages.values()]
    .filter((message) => message.conversationId === id && message.mine && message.body.kind === "text")
    .map(({ mark }) => mark);
}

function waiting(screen: ReturnType<typeof watch>, id: string): boolean {
  return marks(screen, id).some((mark) => mark === "waiting");
}
