import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { PersonView } from "../../web/delivery/patches.ts";
import { openAgain } from "../../web/headless.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { groupOn, type Member, say, startGroup } from "./grouping.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`how people stand to each other on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("somebody new asks, and learns only after being accepted that they were read", async () => {
      const { alice, bob, id } = await asking(world);
      const sent = await alice.do({ kind: "send", conversationId: id, text: "it is me" });
      await until("bob may look at it", () => bob.texts(id).includes("it is me"));
      await bob.do({ kind: "seen", conversationId: id, upTo: bob.messages.get(sent)?.sequence ?? 0 });
      await until("it is there", () => alice.messages.get(sent)?.mark === "delivered");
      await Bun.sleep(2_500);
      expect(alice.messages.get(sent)?.mark).toBe("delivered");
      await stand(bob, id, "accepted");
      await until("alice learns of it", () => alice.messages.get(sent)?.mark === "read");
      expect(bob.conversations.get(id)?.standing).toBeUndefined();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("an answer accepts", async () => {
      const { alice, bob, id } = await asking(world);
      await bob.do({ kind: "send", conversationId: id, text: "who is this?" });
      await until("alice reads it", () => alice.texts(id).includes("who is this?"));
      await until("she is accepted", () => bob.conversations.get(id)?.standing === undefined);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("who is declined is forgotten here, is not told, and asks anew by writing", async () => {
      const { alice, bob, id } = await asking(world);
      await alice.do({ kind: "send", conversationId: id, text: "buy this" });
      await until("bob has it", () => bob.texts(id).includes("buy this"));
      await stand(bob, id, "declined");
      expect(bob.conversations.get(id)?.standing).toBe("declined");
      expect(await readAll(bob, id)).toEqual([]);
      await alice.do({ kind: "send", conversationId: id, text: "it is your sister" });
      await until("she asks again", () => bob.conversations.get(id)?.standing === "asking");
      await stand(bob, id, "accepted");
      expect(await readAll(bob, id)).toEqual(["it is your sister"]);
      await until("she notices nothing", () => alice.texts(id).length === 2);
      expect(alice.conversations.get(id)?.doubt).toBeUndefined();
      expect(bob.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("nothing arrives of who is blocked, who notices nothing, also after a restart", async () => {
      const { alice, bob, id, bobPlatform } = await asking(world);
      await stand(bob, id, "accepted");
      await alice.do({ kind: "send", conversationId: id, text: "before" });
      await until("bob reads it", () => bob.texts(id).includes("before"));
      await stand(bob, id, "blocked");
      const unheard = await alice.do({ kind: "send", conversationId: id, text: "unheard" });
      await alice.do({ kind: "typing", conversationId: id });
      await until("it looks as ever", () => alice.messages.get(unheard)?.mark === "delivered");
      expect(bob.conversations.get(id)).toMatchObject({ standing: "blocked", unread: 1 });
      expect(bob.patches.some(({ kind }) => kind === "typing")).toBe(false);
      await bob.close();
      const back = watch(openAgain(bobPlatform), { accepts: false });
      await until("bob is back", () => back.connection() === "online");
      expect(await readAll(back, id)).toEqual(["before"]);
      expect(await back.do({ kind: "list_blocked" })).toMatchObject([{ username: alice.username }]);
      await stand(back, id, "accepted");
      await alice.do({ kind: "send", conversationId: id, text: "after" });
      await until("bob hears again", () => back.texts(id).includes("after"));
      expect(await readAll(back, id)).toEqual(["before", "after"]);
      await back.do({ kind: "send", conversationId: id, text: "hello" });
      await until("alice reads it", () => alice.texts(id).includes("hello"));
      for (const screen of [alice, back]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alice.close(), back.close()]);
    });

    test("who switches read marks and typing off is known by neither, and by both again after", async () => {
      const { alice, bob, id } = await asking(world);
      await stand(bob, id, "accepted");
      await bob.do({ kind: "choose_privacy", readMarks: false, typing: false, presence: true });
      const first = await alice.do({ kind: "send", conversationId: id, text: "are you there?" });
      await until("bob has it", () => bob.texts(id).includes("are you there?"));
      await bob.do({ kind: "typing", conversationId: id });
      await bob.do({ kind: "seen", conversationId: id, upTo: bob.messages.get(first)?.sequence ?? 0 });
      await Bun.sleep(2_500);
      expect(alice.messages.get(first)?.mark).toBe("delivered");
      expect(alice.patches.some(({ kind }) => kind === "typing")).toBe(false);
      expect(bob.conversations.get(id)?.unread).toBe(0);
      await bob.do({ kind: "choose_privacy", readMarks: true, typing: true, presence: true });
      const second = await alice.do({ kind: "send", conversationId: id, text: "and now?" });
      await until("bob has that too", () => bob.texts(id).includes("and now?"));
      await bob.do({ kind: "seen", conversationId: id, upTo: bob.messages.get(second)?.sequence ?? 0 });
      await until("alice learns of it", () => alice.messages.get(second)?.mark === "read");
      await until("bob may be seen typing", async () => {
        await bob.do({ kind: "typing", conversationId: id });
        return alice.patches.some(({ kind }) => kind === "typing");
      });
      await Promise.all([alice.close(), bob.close()]);
    });

    test("who switches read marks off tells nobody in a group either, and the others go on telling", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await ben.screen.do({ kind: "choose_privacy", readMarks: false });
      await say(ada, "who has read this?", [ben, cleo], id);
      const upTo = Math.max(...[...ben.screen.messages.values()].map(({ sequence }) => sequence ?? 0));
      for (const { screen } of [ben, cleo]) await screen.do({ kind: "seen", conversationId: id, upTo });
      const readBy =
        (who: Member) =>
        ({ accountId, read = 0 }: PersonView) =>
          accountId === who.id && read >= upTo;
      await until("ada learns of cleo", () => (groupOn(ada, id)?.people ?? []).some(readBy(cleo)));
      const kept = await storedBy(ben.person);
      await until("it was ben's turn", async () => {
        const { readTold = 0 } = (await kept.read("conversations", id)) ?? {};
        return readTold >= upTo;
      });
      await say(ben, "a word behind it", [ada, cleo], id);
      for (const one of [ada, cleo]) expect((groupOn(one, id)?.people ?? []).some(readBy(ben))).toBe(false);
      expect(ben.screen.conversations.get(id)?.unread).toBe(0);
      await close();
    });

    test("who lets no strangers ask hears nothing of them, and hears them once they have written themselves", async () => {
      const [alicePerson, bobPerson] = [await world.person(), await world.person()];
      const [alice, bob] = [watch(alicePerson.messenger), watch(bobPerson.messenger, { accepts: false })];
      await until("both are ready", () => alice.connection() === "online" && bob.connection() === "online");
      await bob.do({ kind: "choose_privacy", strangersWrite: false });
      const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
      const sent = await alice.do({ kind: "send", conversationId: id, text: "buy this" });
      await until("it looks as ever", () => alice.messages.get(sent)?.mark === "delivered");
      expect(bob.conversations.get(id)).toMatchObject({ standing: "declined", unread: 0 });
      expect(await readAll(bob, id)).toEqual([]);
      await bob.do({ kind: "send", conversationId: id, text: "who is this?" });
      await until("alice reads it", () => alice.texts(id).includes("who is this?"));
      await alice.do({ kind: "send", conversationId: id, text: "your sister" });
      await until("bob hears her", () => bob.texts(id).includes("your sister"));
      expect(await readAll(bob, id)).toEqual(["who is this?", "your sister"]);
      for (const screen of [alice, bob]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("a name of one's own stays over a restart and is taken away by the empty one", async () => {
      const { alice, bob, id, bobPlatform } = await asking(world);
      const accountId = peerOf(bob, id);
      await bob.do({ kind: "nickname", accountId, nickname: "my sister" });
      expect(bob.conversations.get(id)?.peer?.nickname).toBe("my sister");
      await bob.close();
      const back = watch(openAgain(bobPlatform), { accepts: false });
      await until("it is known", () => back.conversations.get(id)?.peer?.nickname === "my sister");
      await back.do({ kind: "nickname", accountId, nickname: "" });
      expect(back.conversations.get(id)?.peer?.nickname).toBeUndefined();
      expect(back.conversations.get(id)?.standing).toBe("asking");
      await Promise.all([alice.close(), back.close()]);
    });

    test("a name for somebody of a group, and blocking them, hold without a conversation with them, over a restart", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await ben.screen.do({ kind: "nickname", accountId: cleo.id, nickname: "my sister" });
      await ben.screen.do({ kind: "stand_to", accountId: cleo.id, standing: "blocked" });
      await say(cleo, "unheard", [ada], id);
      await say(ada, "heard", [ben], id);
      expect(ben.screen.texts(id)).not.toContain("unheard");
      await ben.close();
      const back = await startAgain(ben.person);
      const names = back.patches.flatMap((patch) =>
        patch.kind === "profiles" ? (patch.nicknames ?? []) : [],
      );
      expect(names).toEqual([{ accountId: cleo.id, nickname: "my sister" }]);
      expect(await back.do({ kind: "profile", accountId: cleo.id })).toMatchObject({ standing: "blocked" });
      expect(await back.do({ kind: "list_blocked" })).toEqual([{ accountId: cleo.id, username: cleo.name }]);
      await back.do({ kind: "stand_to", accountId: cleo.id, standing: "accepted" });
      expect(await back.do({ kind: "profile", accountId: cleo.id })).toMatchObject({ standing: "accepted" });
      await say(cleo, "heard again", [ada], id);
      await until("ben hears her", () => back.texts(id).includes("heard again"));
      await back.do({ kind: "nickname", accountId: cleo.id, nickname: "" });
      expect(back.patches).toContainEqual({
        kind: "profiles",
        profiles: [],
        nicknames: [{ accountId: cleo.id, nickname: undefined }],
      });
      await Promise.all([close(), back.close()]);
    });

    test("a conversation is kept as one likes, on this device, and comes back from away when somebody writes", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "hello");
      await bob.do({
        kind: "shelve",
        conversationId: id,
        pinned: true,
        archived: true,
        marked: true,
        folders: ["Family"],
      });
      await until("it is put away", () => bob.conversations.get(id)?.shelf?.archived === true);
      await tell(alice, bob, id, "are you there?");
      await until("it is back", () => bob.conversations.get(id)?.shelf?.archived === false);
      await bob.do({ kind: "shelve", conversationId: id, archived: true, muted: true });
      await tell(alice, bob, id, "still?");
      await until("it is counted", () => bob.conversations.get(id)?.unread === 3);
      expect(bob.conversations.get(id)?.shelf).toEqual({
        pinned: true,
        muted: true,
        archived: true,
        marked: true,
        folders: ["Family"],
      });
      const back = await bob.close().then(() => startAgain(bobPerson));
      expect(back.conversations.get(id)?.shelf).toMatchObject({ pinned: true, archived: true });
      expect(alice.conversations.get(id)?.shelf).toBeUndefined();
      await Promise.all([alice.close(), back.close()]);
    });
  });
}

/** Alice, whom Bob does not know, begins a conversation with him. */
async function asking(world: World) {
  const [alicePerson, bobPerson] = [await world.person(), await world.person()];
  const alice = { ...watch(alicePerson.messenger), username: alicePerson.me.username };
  const bob = watch(bobPerson.messenger, { accepts: false });
  await until("both are ready", () => alice.connection() === "online" && bob.connection() === "online");
  const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
  await until("she asks", () => bob.conversations.get(id)?.standing === "asking");
  expect(alice.conversations.get(id)?.standing).toBeUndefined();
  return { alice, bob, id, bobPlatform: bobPerson.platform };
}

function peerOf(screen: Screen, id: ConversationId) {
  const peer = screen.conversations.get(id)?.peer;
  if (!peer) throw new Error("nobody is there");
  return peer.accountId;
}

function stand(screen: Screen, id: ConversationId, standing: "accepted" | "declined" | "blocked") {
  return screen.do({ kind: "stand_to", accountId: peerOf(screen, id), standing });
}
