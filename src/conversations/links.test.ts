import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  addDevices,
  changeRoles,
  commitByLink,
  commitUpdate,
  fingerprintRoot,
  type JoinLink,
  joinExternally,
  openJoinLink,
  openPreview,
  receiveCommit,
  receiveProposal,
  removeDevices,
  sealPreview,
  signAsk,
  signDeparture,
} from "../../web/testing/people-with-keys.ts";
import { type CommitBundle, commitToConversation, leaveConversation } from "../protocol/conversations.ts";
import { decodeCredential } from "../protocol/credential.ts";
import { syncAccount, syncConversation } from "../protocol/delivery.ts";
import { type MessageId, newId } from "../protocol/ids.ts";
import {
  askToJoin,
  declineRequest,
  joinByLink,
  putPreview,
  showLink,
  showLinkGroup,
  showLinks,
} from "../protocol/links.ts";
import type { LinkKey } from "../protocol/role-list.ts";
import { claimed, enter, expectedOf, foundClub, openCast, type Player, type Talk } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { listen } from "../testing/listen.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { removeAccountEverywhere } from "./propose-removal.ts";

const commitId = () => newId<MessageId>();
const MINUTE = 60_000;
const SEALED = new Uint8Array(64).fill(3);

for (const dialect of dialects)
  describe(`links on ${dialect}`, () => {
    let server: TestApp;
    let [ada, ben, cleo, dora]: Player[] = [];
    let club: Talk;
    /** As Ada has it. */
    let group: Talk["group"];
    let link: JoinLink;
    const opened: TestApp[] = [];
    const must = (player: Player | undefined): Player => {
      if (!player) throw new Error("nobody");
      return player;
    };

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      [ada, ben, cleo, dora] = await openCast(server, "ada", "ben", "cleo", "dora");
      club = await foundClub(server, must(ada), must(ben));
      group = club.group;
      link = await openJoinLink();
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const idOf = (one: Player | undefined) => must(one).me.accountId;
    const commit = async (
      by: Player | undefined,
      { bundle, pending }: { bundle: CommitBundle; pending: Talk["group"] },
    ) => {
      const input = { conversationId: club.conversationId, ...bundle };
      const { status, refused } = await server.call(commitToConversation, input, must(by));
      if (status === 200) group = pending;
      return refused?.errorCode;
    };
    const setLinks = async (...linkKeys: LinkKey[]) =>
      commit(ada, await changeRoles(group, { commitId: commitId(), roles: { ...group.roles, linkKeys } }));
    const keyOf = (changed: Partial<LinkKey> = {}): LinkKey => ({
      publicKey: link.publicKey,
      by: idOf(ada),
      expiresAt: 0,
      uses: 0,
      approval: false,
      ...changed,
    });
    const knownIn = async (who: Player | undefined) => {
      const one = must(who);
      const root = decodeCredential(one.device.credential)?.rootPublicKey ?? new Uint8Array();
      return fingerprintRoot(idOf(one), Uint8Array.from(root));
    };
    const askOf = (who: Player | undefined, at = server.clock.now()) => signAsk(link, must(who).device, at);
    const see = async (who: Player | undefined) => {
      const seen = await server.call(showLink, { linkId: link.linkId }, must(who));
      return seen.status === 200 ? seen.output.standing : seen.refused?.errorCode;
    };
    const showGroup = async (who: Player | undefined) =>
      server.call(showLinkGroup, { linkId: link.linkId, ask: await askOf(who) }, must(who));
    const prepare = async (who: Player | undefined, shown: { groupInfo: Uint8Array }) =>
      commitByLink({
        ...shown,
        ...expectedOf(group),
        roles: "group",
        device: must(who).device,
        commitId: commitId(),
        now: server.clock.now(),
        link,
        known: [await knownIn(ada), await knownIn(cleo), await knownIn(dora)],
      });
    const send = async (who: Player | undefined, bundle: CommitBundle) => {
      const { linkId } = link;
      const input = { linkId, conversationId: club.conversationId, preview: SEALED, ...bundle };
      const { status, output, refused } = await server.call(joinByLink, input, must(who));
      return status === 200 ? output : refused?.errorCode;
    };

    test("somebody comes in while nobody is online, and the members follow", async () => {
      await setLinks(keyOf());
      expect(await see(cleo)).toBe("outside");
      const made = await prepare(cleo, (await showGroup(cleo)).output);
      expect(await send(cleo, made.bundle)).toEqual({ sequence: 3, epoch: 3 });
      expect(await send(cleo, made.bundle)).toEqual({ sequence: 3, epoch: 3 });
      const received = await receiveCommit(group, made.bundle.commit);
      expect(received.kind === "advanced" && received.added.map(({ accountId }) => accountId)).toEqual([
        idOf(cleo),
      ]);
      expect(await see(cleo)).toBe("inside");
      const { output } = await server.call(showLinks, { conversationId: club.conversationId }, must(ada));
      expect(output).toMatchObject({ links: [{ linkId: link.linkId, uses: 1 }], requests: [] });
    });

    test("the group is shown to nobody without a fresh signature of their own, and by no link that asks for approval", async () => {
      await setLinks(keyOf());
      const ask = async (who: Player | undefined, wish: object) =>
        (
          await server.call(
            showLinkGroup,
            { linkId: link.linkId, ask: { ...(await askOf(who)), ...wish } },
            must(cleo),
          )
        ).refused?.errorCode;
      expect(await ask(cleo, {})).toBeUndefined();
      expect(await ask(dora, {})).toBe("link.not_found");
      expect(await ask(cleo, { signature: new Uint8Array(64) })).toBe("link.not_found");
      expect(await ask(cleo, await askOf(cleo, server.clock.now() - 6 * MINUTE))).toBe("link.not_found");
      const other = await openJoinLink();
      expect(await ask(cleo, await signAsk(other, must(cleo).device, server.clock.now()))).toBe(
        "link.not_found",
      );
      await setLinks(
        keyOf({ publicKey: link.publicKey }),
        keyOf({ publicKey: other.publicKey, approval: true }),
      );
      link = other;
      expect((await showGroup(cleo)).refused?.errorCode).toBe("commit.not_allowed");
    });

    test("a link that was revoked, has expired or is used up lets nobody in, whatever was shown before", async () => {
      await setLinks(keyOf({ expiresAt: server.clock.now() + MINUTE, uses: 1 }));
      const cleos = await prepare(cleo, (await showGroup(cleo)).output);
      const doras = await prepare(dora, (await showGroup(dora)).output);
      server.clock.advance(2 * MINUTE);
      expect(await see(cleo)).toBe("link.expired");
      expect(await send(cleo, cleos.bundle)).toBe("link.expired");
      server.clock.advance(-2 * MINUTE);
      const sent = await Promise.all([send(cleo, cleos.bundle), send(dora, doras.bundle)]);
      expect(sent).toContainEqual({ sequence: 3, epoch: 3 });
      expect(sent).toContain("link.used_up");
      const [first, late] = typeof sent[0] === "string" ? [doras, cleo] : [cleos, dora];
      const received = await receiveCommit(group, first.bundle.commit);
      if (received.kind === "advanced") group = received.group;
      expect(await see(late)).toBe("link.used_up");
      await setLinks(keyOf());
      const again = await prepare(late, (await showGroup(late)).output);
      await setLinks();
      expect(await see(late)).toBe("link.not_found");
      expect(await send(late, again.bundle)).toBe("link.not_found");
    });

    test("a link lets in and is counted by its own key alone, whichever link is named beside it", async () => {
      const [once, always, asking] = await Promise.all([openJoinLink(), openJoinLink(), openJoinLink()]);
      await setLinks(
        keyOf({ publicKey: once.publicKey, uses: 1, expiresAt: server.clock.now() + MINUTE }),
        keyOf({ publicKey: always.publicKey }),
        keyOf({ publicKey: asking.publicKey, approval: true }),
      );
      link = once;
      const cleos = await prepare(cleo, (await showGroup(cleo)).output);
      const doras = await prepare(dora, (await showGroup(dora)).output);
      for (const named of [always, asking]) {
        link = named;
        expect(await send(cleo, cleos.bundle)).toBe("commit.not_allowed");
      }
      link = once;
      expect(await send(cleo, cleos.bundle)).toEqual({ sequence: 3, epoch: 3 });
      const { output } = await server.call(showLinks, { conversationId: club.conversationId }, must(ada));
      const uses = Object.fromEntries(output.links.map((one) => [one.linkId, one.uses]));
      expect(uses).toEqual({ [once.linkId]: 1, [always.linkId]: 0, [asking.linkId]: 0 });
      expect(await send(dora, doras.bundle)).toBe("link.used_up");
    });

    test("a leaf that somebody left behind leads back through no link's address", async () => {
      await setLinks(keyOf());
      const statement = await signDeparture(await enter(must(ben), club.group, club.founding.first.welcome));
      const bens = (await showGroup(cleo)).output;
      const { conversationId } = club;
      await server.call(leaveConversation, { conversationId, statement }, must(ben));
      const joining = { groupInfo: bens.groupInfo, ...expectedOf(group), now: server.clock.now() };
      const back = await joinExternally({ ...joining, device: must(ben).device, commitId: commitId() });
      expect(await send(ben, back.bundle)).toBe("commit.not_allowed");
      expect(await see(ben)).toBe("outside");
      const deviceIds = [must(ben).device.deviceId];
      const removal = await removeDevices(group, { commitId: commitId(), deviceIds, departure: statement });
      expect(await commit(ada, removal)).toBeUndefined();
      const lawful = await prepare(ben, (await showGroup(ben)).output);
      expect(await send(ben, lawful.bundle)).toMatchObject({ epoch: 4 });
      expect(await see(ben)).toBe("inside");
    });

    test("whom the server took out comes back by a link once that is carried out, with a seat", async () => {
      await setLinks(keyOf());
      await removeAccountEverywhere(server.app, idOf(ben));
      await expect(prepare(ben, (await showGroup(ben)).output)).rejects.toThrow("not_allowed");
      const asked = { conversationId: club.conversationId, after: 2 };
      const { output } = await server.call(syncConversation, asked, must(ada));
      for (const event of output.events)
        if (event.kind === "proposal") group = await receiveProposal(group, event.proposal);
      expect(await commit(ada, await commitUpdate(group, commitId()))).toBeUndefined();
      const back = await prepare(ben, (await showGroup(ben)).output);
      expect(await send(ben, back.bundle)).toMatchObject({ epoch: 4 });
      expect((await server.call(syncConversation, asked, must(ben))).status).toBe(200);
    });

    test("a group that has ended is found by no link", async () => {
      await setLinks(keyOf());
      const deviceIds = [must(ben).device.deviceId];
      const roles = { ...group.roles, ended: true as const };
      await commit(ada, await removeDevices(group, { commitId: commitId(), deviceIds, roles }));
      expect([await see(ada), await see(cleo)]).toEqual(["link.not_found", "link.not_found"]);
      expect((await showGroup(cleo)).refused?.errorCode).toBe("link.not_found");
    });

    test("a proof is worth nothing to another, in another epoch, or in another group", async () => {
      await setLinks(keyOf());
      const shown = (await showGroup(cleo)).output;
      const made = await prepare(cleo, shown);
      expect(await send(dora, made.bundle)).toBe("commit.not_allowed");
      expect(await send(ben, made.bundle)).toBe("commit.not_allowed");
      await setLinks(keyOf());
      await commit(
        ada,
        await changeRoles(group, {
          commitId: commitId(),
          roles: { ...group.roles, moderators: [idOf(ben)] },
        }),
      );
      expect(await send(cleo, made.bundle)).toBe("commit.epoch_passed");
      const others = await foundClub(server, must(dora));
      const input = {
        linkId: link.linkId,
        conversationId: others.conversationId,
        preview: SEALED,
        ...made.bundle,
      };
      expect((await server.call(joinByLink, input, must(cleo))).refused?.errorCode).toBe("link.not_found");
    });

    test("members refuse whom the server lets in without the link's own signature", async () => {
      await setLinks(keyOf());
      const real = link;
      link = await openJoinLink();
      const { output } = await server.call(
        showLinkGroup,
        { linkId: real.linkId, ask: await signAsk(real, must(cleo).device, server.clock.now()) },
        must(cleo),
      );
      await expect(prepare(cleo, output)).rejects.toThrow("not_allowed");
      link = real;
      const mine = await prepare(cleo, output);
      link = { ...real, secret: new Uint8Array(32).fill(9) };
      const forged = await prepare(dora, output);
      link = real;
      expect(await send(dora, forged.bundle)).toBe("commit.not_allowed");
      await expect(receiveCommit(group, forged.bundle.commit)).rejects.toThrow("not_allowed");
      expect((await receiveCommit(group, mine.bundle.commit)).kind).toBe("advanced");
    });

    test("a group that nobody vouches for whom the link's maker knew is not joined", async () => {
      await setLinks(keyOf());
      const { output } = await showGroup(cleo);
      const of = { ...output, ...expectedOf(group), roles: "group" as const, device: must(cleo).device };
      const joining = commitByLink({
        ...of,
        commitId: commitId(),
        now: server.clock.now(),
        link,
        known: [await knownIn(ben)],
      });
      await expect(joining).rejects.toThrow("unusable");
    });

    test("whoever was removed comes back by no link, until somebody adds them", async () => {
      await setLinks(keyOf());
      const deviceIds = [must(ben).device.deviceId];
      const roles = { ...group.roles, barred: [idOf(ben)] };
      expect(
        await commit(ada, await removeDevices(group, { commitId: commitId(), deviceIds, roles })),
      ).toBeUndefined();
      expect(await see(ben)).toBe("link.barred");
      const { groupInfo } = (await showGroup(cleo)).output;
      expect((await showGroup(ben)).refused?.errorCode).toBe("link.barred");
      await expect(prepare(ben, { groupInfo })).rejects.toThrow("not_allowed");
      const keyPackages = await claimed(server, must(ada), must(ben));
      expect(
        await commit(
          ada,
          await addDevices(group, { commitId: commitId(), keyPackages, now: server.clock.now() }),
        ),
      ).toBeUndefined();
      expect(await see(ben)).toBe("inside");
    });

    test("a link that asks for approval lets somebody ask, whom those who may add members hear of", async () => {
      await setLinks(keyOf({ approval: true, uses: 2 }));
      const [adas, bens] = [await listen(server, must(ada)), await listen(server, must(ben))];
      const ask = async (who: Player | undefined) =>
        (await server.call(askToJoin, { linkId: link.linkId, ask: await askOf(who) }, must(who))).refused
          ?.errorCode;
      expect(await ask(cleo)).toBeUndefined();
      expect(await ask(cleo)).toBeUndefined();
      expect(await see(cleo)).toBe("waiting");
      await adas.next("account", ({ event }) => event.kind === "requests_changed");
      expect(bens.heard.some(({ t }) => t === "account")).toBe(false);
      const { conversationId } = club;
      expect((await server.call(showLinks, { conversationId }, must(ben))).refused?.errorCode).toBe(
        "commit.not_allowed",
      );
      expect((await server.call(showLinks, { conversationId }, must(dora))).refused?.errorCode).toBe(
        "conversation.not_found",
      );
      const waiting = async () =>
        (await server.call(showLinks, { conversationId }, must(ada))).output.requests;
      expect((await waiting()).map(({ username }) => username)).toEqual(["cleo"]);
      await server.call(declineRequest, { conversationId, accountId: idOf(cleo) }, must(ada));
      expect([await waiting(), await see(cleo)]).toEqual([[], "outside"]);
      server.clock.advance(59 * MINUTE);
      expect([await ask(cleo), await see(cleo)]).toEqual(["link.declined", "outside"]);
      server.clock.advance(MINUTE);
      expect([await ask(cleo), await see(cleo)]).toEqual([undefined, "waiting"]);
      expect(await ask(dora)).toBe("link.used_up");
      const keyPackages = await claimed(server, must(ada), must(cleo));
      await commit(
        ada,
        await addDevices(group, { commitId: commitId(), keyPackages, now: server.clock.now() }),
      );
      expect([await waiting(), await see(cleo)]).toEqual([[], "inside"]);
      for (const one of [adas, bens]) await one.close();
    });

    test("however often people ask and are declined, each who could answer has one event of it, the last", async () => {
      await setLinks(keyOf({ approval: true }));
      const { conversationId } = club;
      const decline = () => server.call(declineRequest, { conversationId, accountId: idOf(cleo) }, must(ada));
      const adas = await listen(server, must(ada));
      for (let round = 0; round < 3; round += 1) {
        const asked = await server.call(
          askToJoin,
          { linkId: link.linkId, ask: await askOf(cleo) },
          must(cleo),
        );
        expect([asked.status, (await decline()).status]).toEqual([200, 200]);
        server.clock.advance(60 * MINUTE);
      }
      await adas.next("account", () => adas.heard.filter(({ t }) => t === "account").length === 6);
      const { output } = await server.call(syncAccount, { after: 0 }, must(ada));
      const changes = output.events.filter(({ kind }) => kind === "requests_changed");
      expect(changes.map(({ sequence }) => sequence)).toEqual([output.head]);
      const declined = [];
      for (let index = 0; index < 70; index += 1) declined.push((await decline()).refused?.errorCode);
      expect(declined).toContain("request.too_many");
      await adas.close();
    });

    test("a revoked link, or one of a group that is gone, is never another group's", async () => {
      const others = await foundClub(server, must(dora));
      const [revoked, left] = await Promise.all([openJoinLink(), openJoinLink()]);
      const keys = [keyOf({ publicKey: revoked.publicKey }), keyOf({ publicKey: left.publicKey })];
      await setLinks(...keys);
      await setLinks(...keys.slice(1));
      const deviceIds = [must(ben).device.deviceId];
      await commit(ada, await removeDevices(group, { commitId: commitId(), deviceIds }));
      const { conversationId } = club;
      const goes = async () => {
        const statement = await signDeparture(group);
        expect((await server.call(leaveConversation, { conversationId, statement }, must(ada))).status).toBe(
          200,
        );
      };
      const isOthers = async ({ linkId }: JoinLink) =>
        (await server.call(showLink, { linkId }, must(cleo))).status === 200;
      expect(await Promise.all([revoked, left].map(isOthers))).toEqual([false, true]);
      await goes();
      const linkKeys = [...keys, keyOf()].map((key) => ({ ...key, by: idOf(dora) }));
      const named = await changeRoles(others.group, {
        commitId: commitId(),
        roles: { ...others.group.roles, linkKeys },
      });
      const taken = { conversationId: others.conversationId, ...named.bundle };
      expect((await server.call(commitToConversation, taken, must(dora))).status).toBe(200);
      expect(await Promise.all([revoked, left, link].map(isOthers))).toEqual([false, false, true]);
    });

    test("a link that was revoked and is named again by its own group leads there again", async () => {
      await setLinks(keyOf());
      await setLinks();
      expect(await see(cleo)).toBe("link.not_found");
      await setLinks(keyOf());
      expect(await see(cleo)).toBe("outside");
    });

    test("a preview is opened by the secret alone, and renewed by those who may add members", async () => {
      await setLinks(keyOf());
      const { conversationId } = club;
      const preview = {
        version: 1 as const,
        conversationId,
        name: "Family",
        members: 2,
        known: [await knownIn(ada)],
      };
      const sealed = await sealPreview(link, preview);
      const put = async (who: Player | undefined) =>
        (await server.call(putPreview, { conversationId, linkId: link.linkId, preview: sealed }, must(who)))
          .refused?.errorCode;
      expect([await put(ben), await put(dora), await put(ada)]).toEqual([
        "commit.not_allowed",
        "conversation.not_found",
        undefined,
      ]);
      const { output } = await server.call(showLink, { linkId: link.linkId }, must(cleo));
      const shown = Uint8Array.from(output.preview ?? []);
      expect(await openPreview(link, shown)).toEqual(preview);
      await expect(openPreview(await openJoinLink(), shown)).rejects.toThrow();
      await expect(openPreview({ ...(await openJoinLink()), secret: link.secret }, shown)).rejects.toThrow();
    });
  });
