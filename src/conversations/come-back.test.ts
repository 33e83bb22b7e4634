import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import {
  commitLawlessly,
  type Deed,
  type Group,
  receiveCommit,
  receiveProposal,
  signDeparture,
} from "../../web/testing/people-with-keys.ts";
import { accounts, conversationDevices } from "../db/tables.ts";
import {
  type CommitBundle,
  commitToConversation,
  foundConversation,
  leaveConversation,
  showConversation,
} from "../protocol/conversations.ts";
import { syncAccount, syncConversation } from "../protocol/delivery.ts";
import {
  anotherPlayer,
  claimed,
  enter,
  foundClub,
  openCast,
  type Player,
  prepareClub,
  prepareFounding,
  type Talk,
} from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { removeAccountEverywhere } from "./propose-removal.ts";

for (const dialect of dialects)
  describe(`whoever is out, on ${dialect}`, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    let club: Talk;
    let bens: Group;
    const opened: TestApp[] = [];

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
      club = await foundClub(server, ada, ben, cleo);
      bens = await groupOf(ben);
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const groupOf = (who: Player) => enter(who, club.group, club.founding.first.welcome);
    const answerTo = async (by: Player, bundle: CommitBundle) => {
      const input = { conversationId: club.conversationId, ...bundle };
      const { status, refused } = await server.call(commitToConversation, input, by);
      return status === 200 ? "taken" : refused?.errorCode;
    };
    const names = async () => {
      const { output } = await server.call(showConversation, { conversationId: club.conversationId }, ada);
      return output.members.map(({ username }) => username).sort();
    };
    const leave = async () => {
      const statement = await signDeparture(await groupOf(cleo));
      const input = { conversationId: club.conversationId, statement };
      expect((await server.call(leaveConversation, input, cleo)).status).toBe(200);
      return statement;
    };
    const expelled = async (group: Group, who: Player) => {
      await removeAccountEverywhere(server.app, cleo.me.accountId);
      const asked = { conversationId: club.conversationId, after: 1 };
      const { output } = await server.call(syncConversation, asked, who);
      let known = group;
      for (const event of output.events)
        if (event.kind === "proposal") known = await receiveProposal(known, event.proposal);
      return known;
    };
    const cleoAgain = async (by: Player): Promise<Deed> => ({
      remove: [cleo.device.deviceId],
      add: await claimed(server, by, cleo),
    });
    const seats = async () => {
      const rows = await server.app.db.read.select().from(conversationDevices);
      return rows.filter(({ accountId }) => accountId === cleo.me.accountId);
    };

    test("is brought back by no plain member in the removal itself, and by an admin with a seat", async () => {
      const statement = await leave();
      const lawless = await commitLawlessly(bens, await cleoAgain(ben), statement);
      expect(await answerTo(ben, lawless)).toBe("commit.not_allowed");
      await expect(receiveCommit(club.group, lawless.commit)).rejects.toThrow("not_allowed");
      expect(await names()).toEqual(["ada", "ben"]);
      const lawful = await commitLawlessly(club.group, await cleoAgain(ada), statement);
      expect(await answerTo(ada, lawful)).toBe("taken");
      expect((await receiveCommit(bens, lawful.commit)).kind).toBe("advanced");
      expect(await names()).toEqual(["ada", "ben", "cleo"]);
      expect(await seats()).toMatchObject([
        { deviceId: cleo.device.deviceId, joinedSequence: 3, joinedEpoch: 2 },
      ]);
      const { output } = await server.call(syncAccount, { after: 0 }, cleo);
      expect(output.events.map(({ kind }) => kind)).toEqual(["welcome", "removed", "welcome"]);
    });

    test("is brought back by no plain member through another device, while the leaves still stand", async () => {
      server.clock.advance(1000);
      const tablet = await anotherPlayer(server, cleo);
      await leave();
      const offers = await claimed(server, ben, cleo);
      const bundle = await commitLawlessly(bens, { add: offers.slice(1) });
      expect(await answerTo(ben, bundle)).toBe("commit.not_allowed");
      expect(await names()).toEqual(["ada", "ben"]);
      const asked = { conversationId: club.conversationId, after: 0 };
      const { refused } = await server.call(syncConversation, asked, tablet);
      expect(refused?.errorCode).toBe("conversation.not_found");
      const [, fresh] = await claimed(server, ada, cleo);
      const byOwner = await commitLawlessly(club.group, { add: fresh ? [fresh] : [] });
      expect(await answerTo(ada, byOwner)).toBe("taken");
      expect((await seats()).map(({ deviceId }) => deviceId)).toEqual([tablet.device.deviceId]);
    });

    test("comes back in the commit that carries the server's removal out only by those who may add people", async () => {
      const offers = await claimed(server, ben, cleo);
      const adas = await expelled(club.group, ada);
      const known = await expelled(bens, ben);
      const lawless = await commitLawlessly(known, { add: offers });
      expect(await answerTo(ben, lawless)).toBe("commit.not_allowed");
      await expect(receiveCommit(adas, lawless.commit)).rejects.toThrow("not_allowed");
      expect([await names(), await seats()]).toEqual([["ada", "ben"], []]);
      expect(await answerTo(ada, await commitLawlessly(adas, { add: offers }))).toBe("taken");
      expect([await names(), (await seats()).length]).toEqual([["ada", "ben", "cleo"], 1]);
    });

    test("is led in by nobody, and founded with by nobody, while the account is disabled", async () => {
      const direct = await prepareFounding(server, ada, cleo);
      const group = await prepareClub(server, ada, [cleo]);
      const statement = await leave();
      const again = await commitLawlessly(club.group, await cleoAgain(ada), statement);
      const disable = (disabledAt: number | null) =>
        server.app.db.write((tx) =>
          tx.update(accounts).set({ disabledAt }).where(eq(accounts.id, cleo.me.accountId)),
        );
      const found = async (input: (typeof direct)["input"]) =>
        (await server.call(foundConversation, input, ada)).refused?.errorCode;
      await disable(1);
      expect(await answerTo(ada, again)).toBe("commit.not_allowed");
      expect(await found(direct.input)).toBe("account.not_found");
      expect(await found(group.input)).toBe("commit.not_allowed");
      await disable(null);
      expect(await answerTo(ada, again)).toBe("taken");
      expect([await found(direct.input), await found(group.input)]).toEqual([undefined, undefined]);
    });
  });
