import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { conversationDevices, conversations, devices, keyPackages } from "../db/tables.ts";
import { findDirectConversation, foundConversation, showConversation } from "../protocol/conversations.ts";
import { syncAccount } from "../protocol/delivery.ts";
import {
  type AccountId,
  type ConversationId,
  type DeviceId,
  type MessageId,
  newId,
} from "../protocol/ids.ts";
import {
  anotherPlayer,
  enter,
  type Founding,
  found,
  openCast,
  type Player,
  prepareFounding,
  prepareWith,
} from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { makeDevice, offer } from "../testing/make-device.ts";
import { invitePerson } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    const opened: TestApp[] = [];

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const answerTo = async (by: Player, input: Founding) => {
      const { status, output, refused } = await server.call(foundConversation, input, by);
      return status === 200 ? output : refused?.errorCode;
    };
    const devicesOf = async (conversationId: ConversationId) =>
      (
        await server.app.db.read
          .select({ deviceId: conversationDevices.deviceId, joined: conversationDevices.joinedSequence })
          .from(conversationDevices)
          .where(eq(conversationDevices.conversationId, conversationId))
      ).sort((a, b) => a.joined - b.joined || a.deviceId.localeCompare(b.deviceId));

    test("a founding makes the pair's conversation, and the peer is led in by its Welcome", async () => {
      const tablet = await anotherPlayer(server, ada);
      const { input, group } = await prepareFounding(server, ada, ben);
      const { conversationId } = group;
      expect(await answerTo(ada, input)).toEqual({ sequence: 1, epoch: 1 });
      const { output } = await server.call(syncAccount, { after: 0 }, ben);
      expect(output.events).toMatchObject([
        {
          kind: "welcome",
          sequence: 1,
          conversationId,
          epoch: 1,
          conversationSequence: 1,
          fromDeviceId: ada.device.deviceId,
        },
      ]);
      const [event] = output.events;
      const bensGroup = await enter(ben, group, event?.kind === "welcome" ? event.welcome : null);
      expect(bensGroup.epoch).toBe(1);
      const tablets = await server.call(syncAccount, { after: 0 }, tablet);
      expect(tablets.output.events.map(({ kind }) => kind)).toEqual(["devices_changed", "welcome"]);
      expect(await devicesOf(conversationId)).toEqual([
        { deviceId: ada.device.deviceId, joined: 0 },
        ...[ben.device.deviceId, tablet.device.deviceId]
          .sort((a, b) => a.localeCompare(b))
          .map((deviceId) => ({ deviceId, joined: 1 })),
      ]);
    });

    test("both find it by the other's account and see the same card; to a stranger there is none", async () => {
      const { conversationId } = await found(server, ada, ben);
      for (const [one, other] of [
        [ada, ben],
        [ben, ada],
      ] as const) {
        const found = await server.call(findDirectConversation, { accountId: other.me.accountId }, one);
        expect(found.output).toEqual({ conversationId });
        const { output } = await server.call(showConversation, { conversationId }, one);
        expect(output).toMatchObject({ kind: "direct", generation: 0, epoch: 1, head: 1 });
        expect(output.members.map(({ username }) => username).sort()).toEqual(["ada", "ben"]);
      }
      const strangers = await server.call(findDirectConversation, { accountId: ada.me.accountId }, cleo);
      expect(strangers.output).toEqual({ conversationId: null });
      const shown = await server.call(showConversation, { conversationId }, cleo);
      expect(shown.refused?.errorCode).toBe("conversation.not_found");
      expect((await server.call(showConversation, { conversationId })).refused?.errorCode).toBe(
        "session.missing",
      );
    });

    test("of two founded at once one wins, and the other side learns of it", async () => {
      const prepared = await Promise.all([
        prepareFounding(server, ada, ben),
        prepareFounding(server, ben, ada),
      ]);
      const answers = await Promise.all([answerTo(ada, prepared[0].input), answerTo(ben, prepared[1].input)]);
      expect(answers.filter((answer) => answer === "conversation.exists")).toHaveLength(1);
      expect(answers).toContainEqual({ sequence: 1, epoch: 1 });
      const made = await server.app.db.read.select({ id: conversations.id }).from(conversations);
      expect(made).toHaveLength(1);
      const winner = typeof answers[0] === "string" ? 1 : 0;
      expect(made[0]?.id).toBe(prepared[winner].group.conversationId);
      const loser = winner === 0 ? ben : ada;
      const { output } = await server.call(syncAccount, { after: 0 }, loser);
      expect(output.events).toMatchObject([{ kind: "welcome", conversationId: made[0]?.id }]);
    });

    test("a founding that is sent again, later or at once, is answered alike and founds once", async () => {
      const { input } = await prepareFounding(server, ada, ben);
      const twice = await Promise.all([answerTo(ada, input), answerTo(ada, input)]);
      expect([...twice, await answerTo(ada, input)]).toEqual(Array(3).fill({ sequence: 1, epoch: 1 }));
      const { output } = await server.call(syncAccount, { after: 0 }, ben);
      expect(output.events).toHaveLength(1);
      const again = await prepareFounding(server, ada, ben);
      expect(await answerTo(ada, again.input)).toBe("conversation.exists");
    });

    test("saved messages are founded by oneself, once, with no one else in", async () => {
      const { input, group } = await prepareFounding(server, ada, ada);
      expect(await answerTo(ada, input)).toEqual({ sequence: 1, epoch: 1 });
      expect(await devicesOf(group.conversationId)).toEqual([{ deviceId: ada.device.deviceId, joined: 0 }]);
      expect(await answerTo(ada, (await prepareFounding(server, ada, ada)).input)).toBe(
        "conversation.exists",
      );
    });

    test("a founding with another peer, kind, conversation or session than its group is refused", async () => {
      const { input } = await prepareFounding(server, ada, ben);
      const wrong: [Player, Partial<Founding>, string][] = [
        [ada, { peer: cleo.me.accountId }, "commit.not_allowed"],
        [ada, { peer: newId<AccountId>() }, "commit.not_allowed"],
        [ada, { kind: "saved" }, "commit.not_allowed"],
        [ada, { kind: "saved", peer: ada.me.accountId }, "commit.not_allowed"],
        [ada, { conversationId: newId<ConversationId>() }, "commit.not_allowed"],
        [ada, { first: { ...input.first, generation: 1 } }, "commit.not_allowed"],
        [ada, { first: { ...input.first, epoch: 1 } }, "commit.not_allowed"],
        [ada, { first: { ...input.first, welcome: null } }, "commit.malformed"],
        [ada, { groupInfo: new Uint8Array([1, 2, 3]) }, "commit.malformed"],
        [ada, { groupInfo: new Uint8Array(0) }, "request.malformed"],
        [ada, { conversationId: "short" }, "request.malformed"],
        [ben, {}, "commit.not_allowed"],
        [ben, { peer: ada.me.accountId }, "commit.not_allowed"],
      ];
      for (const [by, change, code] of wrong) {
        expect([code, await answerTo(by, { ...input, ...change })]).toEqual([code, code]);
      }
      expect((await server.call(foundConversation, input)).refused?.errorCode).toBe("session.missing");
      expect(
        (await server.call(foundConversation, input, { ...ada, origin: "https://evil.example" })).refused
          ?.errorCode,
      ).toBe("request.foreign_origin");
      const dan = await invitePerson(server, ada, "dan");
      expect((await server.call(foundConversation, input, dan)).refused?.errorCode).toBe("device.missing");
      expect(await server.app.db.read.select().from(conversations)).toEqual([]);
      expect(await answerTo(ada, input)).toEqual({ sequence: 1, epoch: 1 });
    });

    test("a device that the server does not know cannot be brought in under somebody's name", async () => {
      const { offered } = await makeDevice(server, ben);
      const peers = offered.map(({ publicBytes }) => publicBytes);
      const { input } = await prepareWith(server, { by: ada, peer: ben, peers });
      expect(await answerTo(ada, input)).toBe("commit.not_allowed");
      expect(await server.app.db.read.select().from(conversations)).toEqual([]);
    });

    test("a key package that the server did not hand out, or of another device's name, is refused", async () => {
      const unhanded = ben.offered.at(-1)?.publicBytes ?? new Uint8Array();
      const early = await prepareWith(server, { by: ada, peer: ben, peers: [unhanded] });
      expect(await answerTo(ada, early.input)).toBe("commit.not_allowed");
      const [unknown] = await offer(server, ben.device, 1);
      const forged = await prepareWith(server, { by: ada, peer: ben, peers: [unknown ?? unhanded] });
      expect(await answerTo(ada, forged.input)).toBe("commit.not_allowed");
      expect(await server.app.db.read.select().from(conversations)).toEqual([]);
    });

    test("a device that was revoked meanwhile cannot be brought in", async () => {
      const { input } = await prepareFounding(server, ada, ben);
      await server.app.db.write((tx) =>
        tx
          .update(devices)
          .set({ revokedAt: 1 })
          .where(eq(devices.id, ben.device.deviceId as DeviceId)),
      );
      expect(await answerTo(ada, input)).toBe("commit.not_allowed");
    });

    test("the last-resort key package may be handed out again and again", async () => {
      await server.app.db.write((tx) => tx.delete(keyPackages).where(eq(keyPackages.lastResort, false)));
      for (const founder of [ada, cleo]) {
        const { input } = await prepareFounding(server, founder, ben);
        expect(await answerTo(founder, input)).toEqual({ sequence: 1, epoch: 1 });
      }
    });

    test("an id that another conversation has is refused", async () => {
      const { conversationId, founding } = await found(server, ada, ben);
      const cleos = await prepareFounding(server, cleo, ben);
      const first = { ...cleos.input.first, commitId: newId<MessageId>() };
      expect(await answerTo(cleo, { ...cleos.input, conversationId, first })).toBe("commit.not_allowed");
      expect(await answerTo(cleo, founding)).toBe("commit.not_allowed");
      expect(await answerTo(cleo, cleos.input)).toEqual({ sequence: 1, epoch: 1 });
    });
  });
