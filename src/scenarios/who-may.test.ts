import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { eq } from "drizzle-orm";
import { decodeDevice } from "../../web/crypto/device.ts";
import { encryptMessage } from "../../web/crypto/encrypt-message.ts";
import { decodeGroup } from "../../web/crypto/store-group.ts";
import { readHalves } from "../../web/delivery/groups/group-at-rest.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import { conversations } from "../db/tables.ts";
import { sendMessages } from "../protocol/delivery.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { type WhoMay, whoMayBy } from "../protocol/rights.ts";
import { changesOn, come, groupOn, type Member, ranksOn, say, startGroup, untilAtRest } from "./grouping.ts";
import { until } from "./person.ts";
import { startAgain, storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(90_000);

for (const { name, open } of worlds()) {
  describe(`who may do what on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("where only those in charge write, a member's message reaches nobody, stays with them, and goes out once they may", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await rule(ada, id, { write: "moderators" }, [ben, cleo]);
      expect([ada, ben].map((one) => groupOn(one, id)?.silent)).toEqual([undefined, true]);
      await until("it is said", () => changesOn(cleo, id).some(({ kind }) => kind === "rights"));
      const kept = await ben.screen.do({ kind: "send", conversationId: id, text: "may I?" });
      await until("it failed", () => ben.screen.messages.get(kept)?.failure === "message.not_allowed");
      await say(ada, "only we write", [ben, cleo], id);
      expect(cleo.screen.texts(id)).toEqual(["only we write"]);
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "moderator" });
      await until("ben may", () => groupOn(ben, id)?.silent === undefined);
      await ben.screen.do({ kind: "retry", messageId: kept });
      await until("all hear it", () =>
        [ada, cleo].every(({ screen }) => screen.texts(id).includes("may I?")),
      );
      expect(cleo.screen.conversations.get(id)?.doubt).toBeUndefined();
      await close();
    });

    test("whoever may not write takes back what they wrote, and tells how far they have read", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ben, "too much", [ada, cleo], id);
      await rule(ada, id, { write: "admins" }, [ben, cleo]);
      await say(ada, "read this", [ben, cleo], id);
      const upTo = ben.screen.messages.get(idOf(ben, id, "read this"))?.sequence ?? 0;
      await ben.screen.do({ kind: "seen", conversationId: id, upTo });
      await until("ada is told", () =>
        (groupOn(ada, id)?.people ?? []).some(
          ({ accountId, read = 0 }) => accountId === ben.id && read >= upTo,
        ),
      );
      await ben.screen.do({ kind: "delete", messageId: idOf(ben, id, "too much"), forAll: true });
      for (const one of [ada, cleo])
        await until("it is gone", () => !one.screen.texts(id).includes("too much"));
      await close();
    });

    test("a client that ignores the right is refused by the server, and dropped by the others where the server lets it pass", async () => {
      const { ada, ben, cleo, id } = await startGroup(world);
      const before = await forger(ben.person, id);
      await rule(ada, id, { write: "admins" }, [ben, cleo]);
      await ben.close();
      const now = await forger(ben.person, id);
      await expect(now("forged")).rejects.toThrow("message.not_allowed");
      await expect(before("forged of an old epoch")).rejects.toThrow("message.not_allowed");
      await letEverythingPass(world, id);
      await now("forged again");
      await before("forged of an old epoch again");
      await say(ada, "quiet here", [cleo], id);
      for (const one of [ada, cleo]) {
        expect(one.screen.texts(id)).toEqual(["quiet here"]);
        expect(one.screen.conversations.get(id)?.doubt).toBeUndefined();
      }
      await Promise.all([ada.close(), cleo.close()]);
    });

    test("a right that is taken away while a message is on its way keeps it with its author", async () => {
      const gate = holding();
      const [ada, ben] = [await come(world), await come(world, gate.through)];
      const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames: [ben.name] });
      await until("ben is in", () => ben.screen.conversations.get(id)?.state === "ready");
      await say(ben, "first", [ada], id);
      gate.hold();
      const kept = await ben.screen.do({ kind: "send", conversationId: id, text: "on its way" });
      await until("it is on its way", gate.isHeld);
      await rule(ada, id, { write: "admins" }, [ben]);
      gate.release();
      await until("it failed", () => ben.screen.messages.get(kept)?.failure === "message.not_allowed");
      expect(ada.screen.texts(id)).toEqual(["first"]);
      await Promise.all([ada.close(), ben.close()]);
    });

    test("adding, pinning and naming are each for whom the rules say, and nobody else is believed", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      const dora = await come(world);
      const add = () => ben.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      const rename = (name: string) =>
        ben.screen.do({ kind: "set_about", conversationId: id, name, description: "" });
      await expect(add()).rejects.toThrow("commit.not_allowed");
      await expect(rename("Bens")).rejects.toThrow("commit.not_allowed");
      await say(ada, "rules", [ben, cleo], id);
      const messageId = idOf(ben, id, "rules");
      await rule(ada, id, { addMembers: "members", pin: "members", about: "members" }, [ben, cleo]);
      expect(groupOn(ben, id)?.mayAdd).toBe(true);
      await add();
      await until("dora is in", () => ranksOn(cleo, id)[dora.name] === "member");
      await rename("Bens");
      await ben.screen.do({ kind: "pin", messageId, pinned: true });
      await until(
        "it is pinned",
        () => cleo.screen.conversations.get(id)?.pins?.[0]?.messageId === messageId,
      );
      await until("it is renamed", () => groupOn(cleo, id)?.name === "Bens");
      await rule(ada, id, { pin: "admins", about: "admins" }, [ben, cleo, dora]);
      await ben.screen.do({ kind: "pin", messageId, pinned: false });
      await say(ben, "and?", [cleo], id);
      expect(cleo.screen.conversations.get(id)?.pins).toHaveLength(1);
      await Promise.all([dora.close(), close()]);
    });

    test("rules are made by the owner and the admins alone", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      const slow = () => ben.screen.do({ kind: "set_rights", conversationId: id, chosen: { slow: 60 } });
      await expect(slow()).rejects.toThrow("commit.not_allowed");
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "moderator" });
      await until("ben knows", () => ranksOn(ben, id)[ben.name] === "moderator");
      await expect(slow()).rejects.toThrow("commit.not_allowed");
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await until("ben knows", () => ranksOn(ben, id)[ben.name] === "admin");
      await slow();
      await until("all know", () => groupOn(cleo, id)?.rights?.slow === 60);
      await close();
    });

    test("whom a member adds who may not write is told by the owner what the group is called", async () => {
      const { ada, ben, id, close } = await startGroup(world);
      const dora = await come(world);
      await rule(ada, id, { write: "admins", addMembers: "members" }, [ben]);
      await ben.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await until("dora knows the name", () => groupOn(dora, id)?.name === "Family");
      await Promise.all([dora.close(), close()]);
    });

    test("in slow mode a second message waits, nothing is lost, marks of reading pass, and it goes out in its turn", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await rule(ada, id, { slow: 10 }, [ben, cleo]);
      await say(ben, "one", [ada, cleo], id);
      await until("ben is told", () => (groupOn(ben, id)?.pausedUntil ?? 0) > Date.now() + 5_000);
      const second = await ben.screen.do({ kind: "send", conversationId: id, text: "two" });
      await say(ada, "those in charge do not wait", [ben, cleo], id);
      await say(ada, "at all", [ben, cleo], id);
      const upTo = ben.screen.messages.get(idOf(ben, id, "at all"))?.sequence ?? 0;
      await ben.screen.do({ kind: "seen", conversationId: id, upTo });
      await until("ada is told that ben has read", () =>
        (groupOn(ada, id)?.people ?? []).some(
          ({ accountId, read = 0 }) => accountId === ben.id && read >= upTo,
        ),
      );
      expect(ben.screen.messages.get(second)?.mark).toBe("waiting");
      expect(cleo.screen.texts(id)).not.toContain("two");
      world.test.clock.advance(10_000);
      await until("it came in its turn", () => cleo.screen.texts(id).includes("two"), 20_000);
      expect(ben.screen.messages.get(second)?.failure).toBeUndefined();
      expect([...cleo.screen.messages.values()].some(({ hasty }) => hasty)).toBe(false);
      expect(cleo.screen.conversations.get(id)?.doubt).toBeUndefined();
      await close();
    });

    test("what the server's clock says is longer than this device thought is waited for, encrypted anew, and arrives once", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await rule(ada, id, { slow: 10 }, [ben, cleo]);
      await say(ben, "one", [ada, cleo], id);
      await ben.close();
      await forget(ben.person, id);
      const back = { ...ben, screen: await startAgain(ben.person) };
      const second = await back.screen.do({ kind: "send", conversationId: id, text: "two" });
      await until("ben is told how long", () => (groupOn(back, id)?.pausedUntil ?? 0) > Date.now() + 5_000);
      expect(back.screen.messages.get(second)?.mark).toBe("waiting");
      await rule(ada, id, { slow: 0 }, [back, cleo]);
      await until(
        "it came",
        () => cleo.screen.texts(id).filter((text) => text === "two").length === 1,
        20_000,
      );
      await Promise.all([back.screen.close(), close()]);
    });

    test("what a server lets pass too soon is read, and marked", async () => {
      const { ada, ben, cleo, id } = await startGroup(world);
      await rule(ada, id, { slow: 60 }, [ben, cleo]);
      await say(ben, "one", [ada, cleo], id);
      await untilAtRest(ben, id);
      await ben.close();
      const forge = await forger(ben.person, id);
      await expect(forge("two")).rejects.toThrow("status 429");
      await letEverythingPass(world, id);
      await forge("three");
      await until("cleo reads it", () => cleo.screen.texts(id).includes("three"));
      const hasty = (text: string) => cleo.screen.messages.get(idOf(cleo, id, text))?.hasty;
      expect([hasty("one"), hasty("three")]).toEqual([undefined, true]);
      await Promise.all([ada.close(), cleo.close()]);
    });
  });
}

async function rule(by: Member, id: ConversationId, chosen: Partial<WhoMay>, heard: readonly Member[]) {
  await by.screen.do({ kind: "set_rights", conversationId: id, chosen });
  for (const one of [by, ...heard])
    await until(`${one.name} knows`, () => {
      const { rights } = groupOn(one, id) ?? {};
      return rights !== undefined && Bun.deepMatch(chosen, whoMayBy(rights));
    });
}

function idOf({ screen }: Member, id: ConversationId, text: string): MessageId {
  const found = [...screen.messages.values()].find(
    ({ conversationId, body }) => conversationId === id && body.kind === "text" && body.text === text,
  );
  if (!found) throw new Error("not there");
  return found.id;
}

/** Writes with what a device has of the group now, without asking whether it may. */
async function forger(person: Headless, id: ConversationId) {
  const vault = await storedBy(person);
  const [identity, halves] = [await vault.read("identity", "device"), await readHalves(vault, id)];
  const conversation = await vault.read("conversations", id);
  if (!identity || !halves || !conversation) throw new Error("nothing is kept");
  let group = decodeGroup({ ...halves, device: decodeDevice(identity.device) });
  return async (text: string) => {
    const messageId = newId<MessageId>();
    counter += 1;
    const { epoch, ciphertext, frankingTag, ...made } = await encryptMessage(group, {
      content: { version: 1, kind: "text", text },
      messageId,
      counter,
      lastSeen: conversation.cursor,
      seenChain: conversation.chain,
      deviceLogHeads: [],
    });
    group = made.group;
    const { generation } = conversation;
    const message = { messageId, generation, epoch, counter, ciphertext, frankingTag };
    return person.call(sendMessages, { conversationId: id, messages: [message] });
  };
}
let counter = 1_000;

/** The server no longer holds to the rules, up to the next commit; the members' role list does. */
async function letEverythingPass({ test }: World, id: ConversationId): Promise<void> {
  await test.app.db.write((tx) =>
    tx.update(conversations).set({ whoWrites: null, pause: 0 }).where(eq(conversations.id, id)),
  );
}

/** As a device that did not see its own last message yet. */
async function forget(person: Headless, id: ConversationId): Promise<void> {
  const vault = await storedBy(person);
  await vault.change(async (change) => {
    const conversation = await change.read("conversations", id);
    if (conversation) change.put("conversations", id, { ...conversation, pausedUntil: undefined });
  });
}

/** Holds the next messages back on their way to the server. */
function holding() {
  let gate: PromiseWithResolvers<void> | undefined;
  let isHeld = false;
  return {
    hold() {
      gate = Promise.withResolvers();
    },
    isHeld: () => isHeld,
    release: () => gate?.resolve(),
    through: (platform: Platform): Platform => ({
      ...platform,
      fetch: async (url, init) => {
        if (gate && /\/messages$/.test(url)) {
          isHeld = true;
          await gate.promise;
        }
        return platform.fetch(url, init);
      },
    }),
  };
}
