import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  addDevices,
  commitUpdate,
  joinExternally,
  removeDevices,
} from "../../web/testing/people-with-keys.ts";
import { conversationGroups, conversationMembers, epochRemovals, events } from "../db/tables.ts";
import {
  type CommitBundle,
  commitToConversation,
  showConversation,
  showGroupInfo,
} from "../protocol/conversations.ts";
import { syncAccount, syncConversation } from "../protocol/delivery.ts";
import { type MessageId, newId } from "../protocol/ids.ts";
import {
  anotherPlayer,
  claimed,
  enter,
  expectedOf,
  found,
  openCast,
  type Player,
  send,
  type Talk,
  write,
} from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

const commitId = () => newId<MessageId>();

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let tablet: Player;
    let ben: Player;
    let cleo: Player;
    let talk: Talk;
    const opened: TestApp[] = [];

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
      tablet = await anotherPlayer(server, ada);
      talk = await found(server, ada, ben);
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const answerTo = async (by: Player, bundle: CommitBundle) => {
      const { conversationId } = talk;
      const { status, output, refused } = await server.call(
        commitToConversation,
        { conversationId, ...bundle },
        by,
      );
      return status === 200 ? output : refused?.errorCode;
    };
    const epochNow = async (by = ada) => {
      const { output } = await server.call(showConversation, { conversationId: talk.conversationId }, by);
      return [output.epoch, output.head];
    };
    const removeTablet = () =>
      removeDevices(talk.group, { commitId: commitId(), deviceIds: [tablet.device.deviceId] });
    const bensGroup = (): Promise<Talk["group"]> => enter(ben, talk.group, talk.founding.first.welcome);

    test("a commit begins the next epoch, is kept as an event and brings the new GroupInfo", async () => {
      const { bundle } = await commitUpdate(talk.group, commitId());
      expect(await answerTo(ada, bundle)).toEqual({ sequence: 2, epoch: 2 });
      expect(await epochNow()).toEqual([2, 2]);
      const { conversationId } = talk;
      const info = await server.call(showGroupInfo, { conversationId }, ben);
      expect(info.output).toEqual({ generation: 0, epoch: 2, groupInfo: bundle.groupInfo });
      const { output } = await server.call(syncConversation, { conversationId, after: 1 }, ben);
      expect(output.events).toMatchObject([
        { kind: "commit", sequence: 2, epoch: 1, commitId: bundle.commitId, commit: bundle.commit },
      ]);
    });

    test("of twenty commits at once one wins, the others are told that the epoch has passed", async () => {
      const groups = { ada: talk.group, ben: await bensGroup() };
      const bundles = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const by = index % 2 === 0 ? ada : ben;
          const { bundle } = await commitUpdate(index % 2 === 0 ? groups.ada : groups.ben, commitId());
          return { by, bundle };
        }),
      );
      const answers = await Promise.all(bundles.map(({ by, bundle }) => answerTo(by, bundle)));
      expect(answers.filter((answer) => typeof answer === "object")).toEqual([{ sequence: 2, epoch: 2 }]);
      expect(answers.filter((answer) => answer === "commit.epoch_passed")).toHaveLength(19);
      expect(await epochNow()).toEqual([2, 2]);
    });

    test("one's own retry is answered as before, at once, later and after further epochs", async () => {
      const first = await commitUpdate(talk.group, commitId());
      const twins = await Promise.all([answerTo(ada, first.bundle), answerTo(ada, first.bundle)]);
      expect(twins).toEqual([
        { sequence: 2, epoch: 2 },
        { sequence: 2, epoch: 2 },
      ]);
      const second = await commitUpdate(first.pending, commitId());
      expect(await answerTo(ada, second.bundle)).toEqual({ sequence: 3, epoch: 3 });
      expect(await answerTo(ada, first.bundle)).toEqual({ sequence: 2, epoch: 2 });
      expect(await epochNow()).toEqual([3, 3]);
    });

    test("somebody else's commit, another generation or a stranger's session is refused", async () => {
      const { bundle } = await commitUpdate(talk.group, commitId());
      expect(await answerTo(ben, bundle)).toBe("commit.not_allowed");
      expect(await answerTo(tablet, bundle)).toBe("commit.not_allowed");
      expect(await answerTo(cleo, bundle)).toBe("conversation.not_found");
      expect(await answerTo(ada, { ...bundle, generation: 1 })).toBe("commit.epoch_passed");
      expect(await answerTo(ada, { ...bundle, epoch: 2 })).toBe("commit.epoch_passed");
      expect(await answerTo(ada, { ...bundle, groupInfo: talk.founding.groupInfo })).toBe("commit.malformed");
      expect(await answerTo(ada, { ...bundle, commit: new Uint8Array([0, 1]) })).toBe("commit.malformed");
      expect(await answerTo(ada, { ...bundle, commit: new Uint8Array(0) })).toBe("request.malformed");
      expect(await epochNow()).toEqual([1, 1]);
      expect(await answerTo(ada, bundle)).toEqual({ sequence: 2, epoch: 2 });
    });

    const keepGroup = (groupInfo: Uint8Array) =>
      server.app.db.write((tx) =>
        tx.update(conversationGroups).set({ groupInfo: Uint8Array.from(groupInfo) }),
      );

    test("what was verified when it came is not verified again, and what is no commit on it does not even read it", async () => {
      const { bundle } = await commitUpdate(talk.group, commitId());
      const { groupInfo } = talk.founding.first;
      const unsigned = groupInfo.with(groupInfo.length - 1, (groupInfo.at(-1) ?? 0) ^ 1);
      await keepGroup(new Uint8Array(3));
      const later = await commitUpdate((await commitUpdate(talk.group, commitId())).pending, commitId());
      expect(await answerTo(ada, { ...later.bundle, epoch: 1 })).toBe("commit.epoch_passed");
      await keepGroup(unsigned);
      expect(await answerTo(ada, { ...bundle, groupInfo: unsigned })).toBe("commit.malformed");
      expect(await answerTo(ada, bundle)).toEqual({ sequence: 2, epoch: 2 });
    });

    test("however little is sent, it counts as much as the group that has to be read for it", async () => {
      await keepGroup(new Uint8Array(61 * 64 * 1024));
      const little = new Uint8Array(3);
      const { bundle } = await commitUpdate(talk.group, commitId());
      const attempt = () => answerTo(ada, { ...bundle, commit: little, groupInfo: little });
      expect([await attempt(), await attempt()]).toEqual(["commit.malformed", "request.too_many"]);
    });

    test("an id that a message or somebody else's commit has is refused and changes nothing", async () => {
      const shared = commitId();
      const message = await write(talk.group, "first", { messageId: shared });
      expect(await send(server, ada, message)).toMatchObject({ sequence: 2 });
      const same = await commitUpdate(talk.group, shared);
      expect(await answerTo(ada, same.bundle)).toBe("commit.malformed");
      const foreign = talk.founding.first.commitId as MessageId;
      const taken = await commitUpdate(await bensGroup(), foreign);
      expect(await answerTo(ben, taken.bundle)).toBe("commit.malformed");
      expect(await epochNow()).toEqual([1, 2]);
    });

    test("a removed device hears nothing from the very write on, its account stays by its other one", async () => {
      const { bundle } = await removeTablet();
      expect(await answerTo(ada, bundle)).toEqual({ sequence: 2, epoch: 2 });
      const { conversationId } = talk;
      const { refused } = await server.call(syncConversation, { conversationId, after: 0 }, tablet);
      expect(refused?.errorCode).toBe("conversation.not_found");
      // It sees the group as every device of the account that waits to be added does, and changes nothing in it.
      for (const shown of [showConversation, showGroupInfo] as const)
        expect((await server.call(shown, { conversationId }, tablet)).status).toBe(200);
      const update = await commitUpdate(talk.group, commitId());
      const inside = { conversationId, ...update.bundle, epoch: 2 };
      expect((await server.call(commitToConversation, inside, tablet)).refused?.errorCode).toBe(
        "commit.epoch_passed",
      );
      const late = await write(talk.group, "still here?");
      expect(await send(server, tablet, late)).toEqual({ refused: "conversation.not_found" });
      const members = await server.app.db.read.select().from(conversationMembers);
      expect(members.map(({ leftSequence }) => leftSequence)).toEqual([null, null]);
      expect(await server.app.db.read.select().from(epochRemovals)).toEqual([
        { conversationId, generation: 0, epoch: 1 },
      ]);
    });

    test("a removed device may be added again, and hears from there on only", async () => {
      const removal = await removeTablet();
      await answerTo(ada, removal.bundle);
      const { bundle } = await addDevices(removal.pending, {
        commitId: commitId(),
        keyPackages: await claimed(server, ada, ada),
        now: server.clock.now(),
      });
      expect(await answerTo(ada, bundle)).toEqual({ sequence: 3, epoch: 3 });
      const { output } = await server.call(syncAccount, { after: 0 }, tablet);
      expect(output.events.map((event) => event.kind === "welcome" && event.conversationSequence)).toEqual([
        false,
        1,
        3,
      ]);
      const back = await enter(tablet, removal.pending, bundle.welcome);
      expect(await send(server, ada, await write(back, "welcome back", { counter: 1 }))).toMatchObject({
        sequence: 4,
      });
      const { conversationId } = talk;
      const synced = await server.call(syncConversation, { conversationId, after: 0 }, tablet);
      expect(synced.output.events.map(({ sequence }) => sequence)).toEqual([4]);
    });

    test("a device that lost its state comes back by external commit, and the others are told", async () => {
      const { conversationId } = talk;
      const { output } = await server.call(showGroupInfo, { conversationId }, ben);
      const { bundle } = await joinExternally({
        groupInfo: output.groupInfo,
        device: ben.device,
        ...expectedOf(talk.group),
        commitId: commitId(),
        now: server.clock.now(),
      });
      expect(await answerTo(cleo, bundle)).toBe("conversation.not_found");
      expect(await answerTo(ben, bundle)).toEqual({ sequence: 2, epoch: 2 });
      expect(await answerTo(ben, bundle)).toEqual({ sequence: 2, epoch: 2 });
      const members = await server.app.db.read.select().from(conversationMembers);
      expect(members.map(({ leftSequence }) => leftSequence)).toEqual([null, null]);
      const adas = await server.call(syncConversation, { conversationId, after: 1 }, ada);
      expect(adas.output.events).toMatchObject([{ kind: "commit", senderDeviceId: ben.device.deviceId }]);
    });

    test("a device that comes back can still fetch what it had not read, and its counter goes on", async () => {
      const { conversationId } = talk;
      await send(server, ada, await write(talk.group, "before"));
      await send(server, ben, await write(await bensGroup(), "from ben", { counter: 7 }));
      const { output } = await server.call(showGroupInfo, { conversationId }, ben);
      const back = await joinExternally({
        groupInfo: output.groupInfo,
        device: ben.device,
        ...expectedOf(talk.group),
        commitId: commitId(),
        now: server.clock.now(),
      });
      expect(await answerTo(ben, back.bundle)).toEqual({ sequence: 4, epoch: 2 });
      const bens = await server.call(syncConversation, { conversationId, after: 0 }, ben);
      expect(bens.output.events.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
      expect(bens.output.counter).toBe(7);
      const again = await write(back.pending, "again", { counter: 7 });
      expect(await send(server, ben, again)).toEqual({ refused: "message.replayed" });
      const next = await write(back.pending, "on", { counter: 8 });
      expect(await send(server, ben, next)).toMatchObject({ sequence: 5 });
      const old = await write(await bensGroup(), "of the old leaf", { counter: 9 });
      expect(await send(server, ben, old)).toEqual({ refused: "message.epoch_passed" });
    });

    test("messages and commits at once give each event a sequence of its own", async () => {
      const message = await write(talk.group, "hello");
      const { bundle } = await commitUpdate(talk.group, commitId());
      const sent = Array.from({ length: 10 }, (_, index) => ({
        ...message,
        messageId: newId<MessageId>(),
        counter: index + 1,
      }));
      const outcomes = await Promise.all([
        ...sent.slice(0, 5).map((one) => send(server, ada, one)),
        answerTo(ada, bundle),
        ...sent.slice(5).map((one) => send(server, ada, one)),
      ]);
      expect(outcomes.filter((outcome) => typeof outcome === "string")).toEqual([]);
      const kept = await server.app.db.read.select({ sequence: events.sequence }).from(events);
      expect(kept.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 12 }, (_, index) => index + 1),
      );
      expect(await epochNow()).toEqual([2, 12]);
    });
  });
