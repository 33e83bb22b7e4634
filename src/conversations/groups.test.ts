import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  addDevices,
  changeRoles,
  commitLawlessly,
  type Deed,
  receiveCommit,
  removeDevices,
  signDeparture,
} from "../../web/testing/people-with-keys.ts";
import { conversationGroups, conversationMembers, conversations } from "../db/tables.ts";
import {
  type CommitBundle,
  commitToConversation,
  foundConversation,
  leaveConversation,
  showConversation,
} from "../protocol/conversations.ts";
import { syncAccount, syncConversation } from "../protocol/delivery.ts";
import { type MessageId, newId } from "../protocol/ids.ts";
import type { RoleList } from "../protocol/role-list.ts";
import {
  claimed,
  enter,
  found,
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
import { removeAccountEverywhere } from "./propose-removal.ts";

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

    const answerTo = async (by: Player, bundle: CommitBundle) => {
      const { conversationId } = club;
      const input = { conversationId, ...bundle };
      const { status, output, refused } = await server.call(commitToConversation, input, by);
      return status === 200 ? output : refused?.errorCode;
    };
    const ranks = async (by = ada) => {
      const { output } = await server.call(showConversation, { conversationId: club.conversationId }, by);
      return Object.fromEntries(output.members.map(({ username, rank }) => [username, rank]));
    };
    const rolesWith = (changed: Partial<RoleList>): RoleList => ({ ...club.group.roles, ...changed });
    const idOf = ({ me }: Player) => me.accountId;
    const deviceOf = ({ device }: Player) => device.deviceId;
    const groupOf = (who: Player) => enter(who, club.group, club.founding.first.welcome);

    test("a group is its founder's, has those whom its first commit adds, and is no pair's", async () => {
      expect(await ranks()).toEqual({ ada: "owner", ben: "member", cleo: "member" });
      expect(await ranks(ben)).toEqual(await ranks());
      const { conversationId } = club;
      const asked = await server.call(showConversation, { conversationId }, dora);
      expect(asked.refused?.errorCode).toBe("conversation.not_found");
      await found(server, ada, ben);
      expect((await foundClub(server, ada, ben)).conversationId).not.toBe(conversationId);
      expect((await foundClub(server, dora)).conversationId).not.toBe(conversationId);
    });

    test("a founding is answered alike when asked again, and refused with a peer or under another kind", async () => {
      const { input } = await prepareClub(server, ada, [ben]);
      const ask = async (wish: object) => {
        const asked = await server.call(foundConversation, { ...input, ...wish }, ada);
        return asked.status === 200 ? asked.output : asked.refused?.errorCode;
      };
      expect(await ask({ peer: idOf(ben) })).toBe("commit.not_allowed");
      expect(await ask({ kind: "direct" })).toBe("commit.not_allowed");
      expect(await ask({ kind: "direct", peer: idOf(ben) })).toBe("commit.not_allowed");
      expect(await ask({})).toEqual({ sequence: 1, epoch: 1 });
      expect(await ask({})).toEqual({ sequence: 1, epoch: 1 });
    });

    test("everybody in the group hears a message, and nobody else", async () => {
      const listeners = await Promise.all([ben, cleo, dora].map((one) => listen(server, one)));
      const [bens, cleos, doras] = listeners;
      expect(await send(server, ada, await write(club.group, "hello all"))).toMatchObject({ sequence: 2 });
      await Promise.all([bens?.next("events"), cleos?.next("events")]);
      expect(listeners.map(sequencesOf)).toEqual([[2], [2], []]);
      expect(doras?.heard.some(({ t }) => t === "events")).toBe(false);
      for (const one of listeners) one.close();
    });

    test("somebody who is added is led in by a Welcome, and hears from there on", async () => {
      const doras = await listen(server, dora);
      await send(server, ada, await write(club.group, "before dora"));
      const { bundle } = await addDevices(club.group, {
        commitId: commitId(),
        keyPackages: await claimed(server, ada, dora),
        now: server.clock.now(),
      });
      expect(await answerTo(ada, bundle)).toEqual({ sequence: 3, epoch: 2 });
      await doras.next("account", ({ event }) => event.kind === "welcome");
      const { conversationId } = club;
      const { output } = await server.call(syncConversation, { conversationId, after: 0 }, dora);
      expect(output.events).toEqual([]);
      expect(await ranks(dora)).toEqual({ ada: "owner", ben: "member", cleo: "member", dora: "member" });
      await doras.close();
    });

    test("somebody who is removed is told by the commit, finds nothing from that write on, and hears no more", async () => {
      const [bens, cleos] = await Promise.all([listen(server, ben), listen(server, cleo)]);
      const removal = await removeDevices(club.group, { commitId: commitId(), deviceIds: [deviceOf(cleo)] });
      expect(await answerTo(ada, removal.bundle)).toEqual({ sequence: 2, epoch: 2 });
      const told = await cleos.next("account");
      expect(told.event).toMatchObject({
        kind: "removed",
        conversationSequence: 2,
        fromAccountId: idOf(ada),
        commit: removal.bundle.commit,
      });
      expect((await receiveCommit(await groupOf(cleo), removal.bundle.commit)).kind).toBe("removed");
      const { conversationId } = club;
      for (const { refused } of await Promise.all([
        server.call(showConversation, { conversationId }, cleo),
        server.call(syncConversation, { conversationId, after: 0 }, cleo),
        server.call(commitToConversation, { conversationId, ...removal.bundle, commitId: commitId() }, cleo),
      ]))
        expect(refused?.errorCode).toBe("conversation.not_found");
      const late = await write(await groupOf(cleo), "still here?");
      expect(await send(server, cleo, late)).toEqual({ refused: "conversation.not_found" });
      await send(server, ada, await write(removal.pending, "among us"));
      await bens.next("events", ({ events }) => events.at(-1)?.sequence === 3);
      expect(sequencesOf(cleos)).toEqual([]);
      const { output } = await server.call(syncAccount, { after: 0 }, cleo);
      expect(output.events.map(({ kind }) => kind)).toEqual(["welcome", "removed"]);
      const members = await server.app.db.read.select().from(conversationMembers);
      expect(members.find(({ accountId }) => accountId === idOf(cleo))?.leftSequence).toBe(2);
      for (const one of [bens, cleos]) one.close();
    });

    test("ranks are the owner's to give, and the card shows them", async () => {
      const named = await changeRoles(club.group, {
        commitId: commitId(),
        roles: rolesWith({ admins: [idOf(ben)] }),
      });
      expect(await answerTo(ada, named.bundle)).toEqual({ sequence: 2, epoch: 2 });
      expect(await ranks(cleo)).toEqual({ ada: "owner", ben: "admin", cleo: "member" });
      const handed = await changeRoles(named.pending, {
        commitId: commitId(),
        roles: rolesWith({ owner: idOf(cleo), admins: [idOf(ada), idOf(ben)] }),
      });
      expect(await answerTo(ada, handed.bundle)).toEqual({ sequence: 3, epoch: 3 });
      expect(await ranks(ben)).toEqual({ ada: "admin", ben: "admin", cleo: "owner" });
    });

    test("what a rank does not allow is refused by the server, and by the members should the server lie", async () => {
      const named = await changeRoles(club.group, {
        commitId: commitId(),
        roles: rolesWith({ admins: [idOf(ben), idOf(cleo)] }),
      });
      const plain = { bens: await groupOf(ben), cleos: await groupOf(cleo) };
      const doras = await claimed(server, ben, dora);
      const deeds: Deed[] = [
        { add: doras },
        { remove: [deviceOf(cleo)] },
        { roles: rolesWith({ admins: [idOf(ben)] }) },
        { roles: rolesWith({ owner: idOf(ben) }) },
        { roles: rolesWith({ rights: { addMembers: "members" } }) },
      ];
      for (const deed of deeds) {
        const bundle = await commitLawlessly(plain.bens, deed);
        expect(await answerTo(ben, bundle)).toBe("commit.not_allowed");
        await expect(receiveCommit(plain.cleos, bundle.commit)).rejects.toThrow("not_allowed");
      }
      expect(await answerTo(ada, named.bundle)).toEqual({ sequence: 2, epoch: 2 });
      const bens = (await receiveCommit(plain.bens, named.bundle.commit)) as { group: Talk["group"] };
      const cleos = (await receiveCommit(plain.cleos, named.bundle.commit)) as { group: Talk["group"] };
      for (const deed of [
        { remove: [deviceOf(cleo)] },
        { remove: [deviceOf(ada)] },
        { roles: rolesWith({ owner: idOf(ben), admins: [] }) },
      ]) {
        const bundle = await commitLawlessly(bens.group, deed);
        expect(await answerTo(ben, bundle)).toBe("commit.not_allowed");
        await expect(receiveCommit(cleos.group, bundle.commit)).rejects.toThrow("not_allowed");
      }
      const allowed = await commitLawlessly(bens.group, { add: doras });
      expect(await answerTo(ben, allowed)).toEqual({ sequence: 3, epoch: 3 });
    });

    const leave = async (by: Player, statement: Uint8Array<ArrayBuffer>) => {
      const { conversationId } = club;
      const { status, refused } = await server.call(leaveConversation, { conversationId, statement }, by);
      return status === 200 ? "out" : refused?.errorCode;
    };

    test("who leaves is out at once, and any member takes its leaves out by the signed statement", async () => {
      const [bens, cleos] = await Promise.all([listen(server, ben), listen(server, cleo)]);
      const bensGroup = await groupOf(ben);
      const departure = await signDeparture(await groupOf(cleo));
      expect(await leave(cleo, departure)).toBe("out");
      expect(await leave(cleo, departure)).toBe("conversation.not_found");
      const { events } = await bens.next("events");
      expect(events).toMatchObject([{ kind: "left", sequence: 2, senderAccountId: idOf(cleo) }]);
      const told = await cleos.next("account");
      expect(told.event).toMatchObject({ kind: "removed", conversationSequence: 2, commit: null });
      expect(await ranks()).toEqual({ ada: "owner", ben: "member" });
      await send(server, ada, await write(club.group, "without cleo"));
      await bens.next("events", ({ events: heard }) => heard.at(-1)?.sequence === 3);
      expect(sequencesOf(cleos)).toEqual([]);
      const removal = await removeDevices(bensGroup, {
        commitId: commitId(),
        deviceIds: [deviceOf(cleo)],
        departure,
      });
      expect(await answerTo(ben, removal.bundle)).toEqual({ sequence: 4, epoch: 2 });
      expect((await receiveCommit(club.group, removal.bundle.commit)).kind).toBe("advanced");
      for (const one of [bens, cleos]) one.close();
    });

    test("leaving counts as much as the group that has to be read for it", async () => {
      await server.app.db.write((tx) =>
        tx.update(conversationGroups).set({ groupInfo: new Uint8Array(61 * 64 * 1024) }),
      );
      const attempt = () => leave(cleo, new Uint8Array(3));
      expect([await attempt(), await attempt()]).toEqual(["commit.malformed", "request.too_many"]);
    });

    test("nobody is taken out by a statement that is not theirs, of another stay, or none", async () => {
      const departure = await signDeparture(await groupOf(cleo));
      expect(await leave(ben, departure)).toBe("commit.epoch_passed");
      expect(await leave(dora, departure)).toBe("conversation.not_found");
      expect(await leave(ada, await signDeparture(club.group))).toBe("group.owner_stays");
      const deed = { remove: [deviceOf(cleo)] };
      const bensGroup = await groupOf(ben);
      for (const statement of [new Uint8Array(), await signDeparture(bensGroup)]) {
        const bundle = await commitLawlessly(bensGroup, deed, statement);
        expect(await answerTo(ben, bundle)).toBe("commit.not_allowed");
        await expect(receiveCommit(club.group, bundle.commit)).rejects.toThrow("not_allowed");
      }
      const removal = await removeDevices(club.group, { commitId: commitId(), deviceIds: [deviceOf(cleo)] });
      await answerTo(ada, removal.bundle);
      const back = await addDevices(removal.pending, {
        commitId: commitId(),
        keyPackages: await claimed(server, ada, cleo),
        now: server.clock.now(),
      });
      expect(await answerTo(ada, back.bundle)).toEqual({ sequence: 3, epoch: 3 });
      expect(await leave(cleo, departure)).toBe("commit.epoch_passed");
      let bens = bensGroup;
      for (const { bundle } of [removal, back]) {
        const received = await receiveCommit(bens, bundle.commit);
        if (received.kind === "advanced") bens = received.group;
      }
      expect(await answerTo(ben, await commitLawlessly(bens, deed, departure))).toBe("commit.not_allowed");
      expect(await ranks()).toEqual({ ada: "owner", ben: "member", cleo: "member" });
    });

    const isKept = async () => {
      const rows = await server.app.db.read.select({ id: conversations.id }).from(conversations);
      return rows.some(({ id }) => id === club.conversationId);
    };
    const removeAll = async (...gone: Player[]) => {
      const deviceIds = gone.map(deviceOf);
      const removal = await removeDevices(club.group, { commitId: commitId(), deviceIds });
      expect(await answerTo(ada, removal.bundle)).toEqual({ sequence: 2, epoch: 2 });
      return removal.pending;
    };

    test("the id of a group that its last member left is founded by nobody again", async () => {
      const last = await removeAll(ben, cleo);
      expect(await leave(ada, await signDeparture(last))).toBe("out");
      expect(await isKept()).toBe(false);
      const { conversationId } = club;
      for (const generation of [0, 1]) {
        const again = await prepareClub(server, ben, [cleo], { conversationId, generation });
        const { refused } = await server.call(foundConversation, again.input, ben);
        expect(refused?.errorCode).toBe("conversation.exists");
      }
      expect((await foundClub(server, ben, cleo)).conversationId).not.toBe(conversationId);
    });

    test("a group without an owner goes with the last who leaves it, whatever leaves still stand", async () => {
      const groups = { ben: await groupOf(ben), cleo: await groupOf(cleo) };
      await removeAccountEverywhere(server.app, idOf(ada));
      expect(await leave(ben, await signDeparture(groups.ben))).toBe("out");
      expect(await isKept()).toBe(true);
      expect(await leave(cleo, await signDeparture(groups.cleo))).toBe("out");
      expect(await isKept()).toBe(false);
    });

    test("a group goes when the server takes the last out who has a seat in it", async () => {
      expect(await leave(ben, await signDeparture(await groupOf(ben)))).toBe("out");
      expect(await leave(cleo, await signDeparture(await groupOf(cleo)))).toBe("out");
      await removeAccountEverywhere(server.app, idOf(ada));
      expect(await isKept()).toBe(false);
      const { output } = await server.call(syncAccount, { after: 0 }, ada);
      expect(output.events.map(({ kind }) => kind)).toContain("removed");
    });

    test("a group is founded anew by its owner, who keeps the ranks, and by nobody else", async () => {
      const roles = rolesWith({ admins: [idOf(ben)] });
      const named = await changeRoles(club.group, { commitId: commitId(), roles });
      await answerTo(ada, named.bundle);
      const { conversationId } = club;
      const ask = async (by: Player, others: readonly Player[], owned: RoleList) => {
        const { input } = await prepareClub(server, by, others, {
          conversationId,
          generation: 1,
          roles: owned,
        });
        const asked = await server.call(foundConversation, input, by);
        return asked.status === 200 ? asked.output.epoch : asked.refused?.errorCode;
      };
      expect(await ask(ben, [ada, cleo], roles)).toBe("commit.not_allowed");
      expect(await ask(ben, [ada, cleo], { ...roles, owner: idOf(ben) })).toBe("commit.not_allowed");
      expect(await ask(dora, [], { ...roles, owner: idOf(dora) })).toBe("conversation.not_found");
      expect(await ask(ada, [ben, cleo], roles)).toBe(1);
      expect(await ranks(ben)).toEqual({ ada: "owner", ben: "admin", cleo: "member" });
    });
  });
