import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  addDevices,
  commitUpdate,
  type Group,
  joinExternally,
  receiveCommit,
  receiveProposal,
  removeDevices,
} from "../../web/testing/people-with-keys.ts";
import { conversationMembers, pendingRemovals } from "../db/tables.ts";
import {
  type CommitBundle,
  commitToConversation,
  foundConversation,
  showConversation,
} from "../protocol/conversations.ts";
import { type ProposalEvent, syncAccount, syncConversation } from "../protocol/delivery.ts";
import { type DeviceId, type MessageId, newId } from "../protocol/ids.ts";
import {
  claimed,
  enter,
  expectedOf,
  foundClub,
  openCast,
  type Player,
  prepareClub,
  send,
  type Talk,
  write,
} from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { listen, sequencesOf } from "../testing/listen.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { nominate } from "./nominate.ts";
import { proposeRemovals, removeAccountEverywhere } from "./propose-removal.ts";

const commitId = () => newId<MessageId>();

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    let dora: Player;
    let club: Talk;
    const opened: TestApp[] = [];

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      const people = await openCast(server, "ada", "ben", "cleo", "dora");
      [ada, ben, cleo, dora] = people as [Player, Player, Player, Player];
      club = await foundClub(server, ada, ben, cleo);
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const deviceOf = ({ device }: Player): DeviceId => device.deviceId;
    const answerTo = async (by: Player, bundle: CommitBundle) => {
      const input = { conversationId: club.conversationId, ...bundle };
      const { status, output, refused } = await server.call(commitToConversation, input, by);
      return status === 200 ? output : refused?.errorCode;
    };
    const proposalsFor = async (who: Player, after = 1): Promise<ProposalEvent[]> => {
      const { conversationId } = club;
      const { output } = await server.call(syncConversation, { conversationId, after }, who);
      return output.events.filter((event) => event.kind === "proposal");
    };
    const withProposals = async (group: Group, who: Player): Promise<Group> => {
      let next = group;
      for (const { epoch, proposal } of await proposalsFor(who))
        if (epoch === group.epoch) next = await receiveProposal(next, proposal);
      return next;
    };
    const waiting = () => server.app.db.read.select().from(pendingRemovals);
    const expelCleo = () => proposeRemovals(server.app, club.conversationId, [deviceOf(cleo)]);
    const groupOf = (who: Player) => enter(who, club.group, club.founding.first.welcome);

    test("nobody is asked any more by a server that closes, which leaves no word about it in the log", async () => {
      await expelCleo();
      await server.server.stop();
      const closing = server.app.close();
      nominate(server.app, club.conversationId);
      await closing;
      nominate(server.app, club.conversationId);
      await Bun.sleep(100);
      expect(server.logged.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
    });

    test("whom the server takes out hears nothing more, cannot fetch, write or commit, and is told so once", async () => {
      const [bens, cleos] = await Promise.all([listen(server, ben), listen(server, cleo)]);
      await removeAccountEverywhere(server.app, cleo.me.accountId);
      const farewell = await cleos.next("account", ({ event }) => event.kind === "removed");
      expect(farewell.event).toMatchObject({ fromAccountId: null, commit: null });
      await send(server, ada, await write(club.group, "without cleo"));
      await bens.next("events", ({ events }) => events.some(({ kind }) => kind === "message"));
      expect([sequencesOf(bens), sequencesOf(cleos)]).toEqual([[2, 3], []]);
      const { conversationId } = club;
      const fetched = await server.call(syncConversation, { conversationId, after: 0 }, cleo);
      const shown = await server.call(showConversation, { conversationId }, cleo);
      for (const { refused } of [fetched, shown])
        expect(refused).toMatchObject({
          errorCode: "conversation.not_found",
          error: "There is no such conversation of yours.",
        });
      const cleosGroup = await groupOf(cleo);
      expect(await send(server, cleo, await write(cleosGroup, "still here"))).toEqual({
        refused: "conversation.not_found",
      });
      const { bundle } = await commitUpdate(cleosGroup, commitId());
      expect(await answerTo(cleo, bundle)).toBe("conversation.not_found");
      const { output } = await server.call(syncAccount, { after: 0 }, cleo);
      expect(output.events.filter(({ kind }) => kind === "removed")).toHaveLength(1);
      for (const one of [bens, cleos]) one.close();
    });

    test("a commit without what is proposed is refused; with it the device is out, and nothing waits any more", async () => {
      await expelCleo();
      const without = await commitUpdate(club.group, commitId());
      expect(await answerTo(ada, without.bundle)).toBe("commit.removal_waits");
      const byValue = await removeDevices(club.group, { commitId: commitId(), deviceIds: [deviceOf(cleo)] });
      expect(await answerTo(ada, byValue.bundle)).toBe("commit.removal_waits");
      const known = await withProposals(club.group, ada);
      const { bundle } = await commitUpdate(known, commitId());
      expect(await answerTo(ada, bundle)).toEqual({ sequence: 3, epoch: 2 });
      expect(await waiting()).toEqual([]);
      const bens = await receiveCommit(await withProposals(await groupOf(ben), ben), bundle.commit);
      expect(bens.kind === "advanced" && bens.removed.map(({ deviceId }) => deviceId)).toEqual([
        deviceOf(cleo),
      ]);
      const rows = await server.app.db.read.select().from(conversationMembers);
      const cleos = rows.find(({ accountId }) => accountId === cleo.me.accountId);
      expect(cleos?.leftSequence).toBe(2);
    });

    test("a member may do something of their own in the commit that carries it out", async () => {
      await expelCleo();
      const keyPackages = await claimed(server, ada, dora);
      const group = await withProposals(club.group, ada);
      const { bundle } = await addDevices(group, {
        commitId: commitId(),
        keyPackages,
        now: server.clock.now(),
      });
      expect(await answerTo(ada, bundle)).toMatchObject({ epoch: 2 });
      const { output } = await server.call(showConversation, { conversationId: club.conversationId }, dora);
      expect(output.members.map(({ username }) => username).sort()).toEqual(["ada", "ben", "dora"]);
    });

    test("who comes back from outside carries nothing out: it is proposed anew for the epoch that begins", async () => {
      await expelCleo();
      const bens = await groupOf(ben);
      const { groupInfo } = club.founding.first;
      const joining = { groupInfo, ...expectedOf(bens), now: server.clock.now(), device: ben.device };
      const { bundle, pending } = await joinExternally({ ...joining, commitId: commitId() });
      expect(await answerTo(ben, bundle)).toEqual({ sequence: 3, epoch: 2 });
      const proposals = await proposalsFor(ben, 3);
      expect(proposals).toMatchObject([{ sequence: 4, epoch: 2, generation: 0 }]);
      expect(await waiting()).toMatchObject([{ deviceId: deviceOf(cleo) }]);
      const known = await withProposals(pending, ben);
      const next = await commitUpdate(known, commitId());
      expect(await answerTo(ben, next.bundle)).toEqual({ sequence: 5, epoch: 3 });
      expect(await waiting()).toEqual([]);
    });

    test("proposed twice, it is proposed once; for a stranger it is nothing", async () => {
      await Promise.all([expelCleo(), expelCleo()]);
      await proposeRemovals(server.app, club.conversationId, [deviceOf(dora)]);
      expect(await proposalsFor(ada)).toHaveLength(1);
      expect(await waiting()).toHaveLength(1);
    });

    test("whoever was asked over a connection that is gone has a turn again when they are back", async () => {
      const before = await listen(server, ada);
      await expelCleo();
      await before.next("commit_proposals");
      await before.close();
      const back = await listen(server, ada);
      await back.next("commit_proposals");
      await back.close();
    }, 20_000);

    test("of those who are here one is asked to commit, then the next, and whoever comes first when nobody was", async () => {
      await expelCleo();
      const first = await listen(server, ada);
      expect(await first.next("commit_proposals")).toMatchObject({ conversationId: club.conversationId });
      const second = await listen(server, ben);
      await Bun.sleep(500);
      expect(second.heard.some(({ t }) => t === "commit_proposals")).toBe(false);
      await second.next("commit_proposals");
      expect(first.heard.filter(({ t }) => t === "commit_proposals")).toHaveLength(1);
      for (const one of [first, second]) await one.close();
    }, 20_000);

    test("a group founded anew has nothing waiting from before", async () => {
      await expelCleo();
      const again = { conversationId: club.conversationId, generation: 1 };
      const { input } = await prepareClub(server, ada, [ben], again);
      expect((await server.call(foundConversation, input, ada)).status).toBe(200);
      expect(await waiting()).toEqual([]);
    });
  });
