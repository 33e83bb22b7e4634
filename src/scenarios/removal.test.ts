import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import { decryptMessage } from "../../web/crypto/decrypt-message.ts";
import { decodeDevice } from "../../web/crypto/device.ts";
import type { Group } from "../../web/crypto/group.ts";
import { receiveCommit } from "../../web/crypto/receive-commit.ts";
import { receiveProposal } from "../../web/crypto/receive-proposal.ts";
import { decodeGroup } from "../../web/crypto/store-group.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { type Headless, openHeadless } from "../../web/headless.ts";
import { EVERYTHING } from "../../web/storage/key.ts";
import { readConfig } from "../config/read-config.ts";
import { removeAccountEverywhere } from "../conversations/propose-removal.ts";
import { events } from "../db/tables.ts";
import { openApp } from "../open-app.ts";
import { createInvite } from "../protocol/accounts.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { showConversation } from "../protocol/conversations.ts";
import { type FrameDown, frameDown } from "../protocol/delivery.ts";
import type { AccountId, ConversationId } from "../protocol/ids.ts";
import { dialects, makeTestDatabase, type TestDatabase } from "../testing/dialects.ts";
import { PASSWORD } from "../testing/people.ts";
import { changesOn, come, type Member, ranksOn, say, startGroup } from "./grouping.ts";
import { meeting } from "./meeting.ts";
import { readAll, until, watch } from "./person.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";
import { epochAt, startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(90_000);

for (const { name, open } of worlds()) {
  describe(`an account taken out by the server on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());
    const expel = ({ id }: { readonly id: AccountId }) => removeAccountEverywhere(world.test.app, id);

    test("hears nothing more, cannot write, and its old keys open nothing; of the others one commits it", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ada, "all of us", [ben, cleo], id);
      const before = await Promise.all([ada, ben, cleo].map(({ person }) => groupOf(person, id)));
      const epoch = await epochAt(world, id);
      await expel(cleo);
      for (const one of [ada, ben]) await untilToldOf(cleo, one, id);
      await say(ada, "without cleo", [ben], id);
      expect(await kindsAt(world, id, epoch)).toEqual(["proposal", "commit", "message"]);
      for (const one of [ada, ben]) expect(ranksOn(one, id)[cleo.name]).toBeUndefined();
      expect(cleo.screen.conversations.get(id)).toMatchObject({ state: "frozen", frozenBy: "expelled" });
      expect(changesOn(cleo, id)).toContainEqual({ kind: "expelled", accounts: [cleo.id] });
      expect(cleo.screen.texts(id)).toEqual(["all of us"]);
      await expect(cleo.screen.do({ kind: "send", conversationId: id, text: "no" })).rejects.toThrow();
      await say(ben, "nor with this", [ada], id);
      const read = await Promise.all(before.map((group) => readWith(world, group)));
      expect(read.map((count) => count > 0)).toContain(true);
      expect(read[2]).toBe(0);
      await close();
    });

    test("holds up nobody: whoever writes next commits first, also after a restart, and the message arrives", async () => {
      const { ada, ben, cleo, id, close } = await startDeaf(world);
      const epoch = await epochAt(world, id);
      await expel(cleo);
      await until("ben knows what is proposed", () => isProposed(world, ben, id));
      await ben.close();
      const back = { ...ben, screen: await startAgain(ben.person) };
      expect(await epochAt(world, id)).toBe(epoch);
      await say(back, "goes out behind it", [ada], id);
      expect(await epochAt(world, id)).toBeGreaterThan(epoch);
      const order = await kindsAt(world, id, epoch);
      expect(order.slice(0, 3)).toEqual(["proposal", "commit", "message"]);
      for (const one of [ada, back]) {
        await untilToldOf(cleo, one, id);
        expect(one.screen.conversations.get(id)?.doubt).toBeUndefined();
      }
      await Promise.all([close(), back.screen.close()]);
    });

    test("is committed by the first who comes where nobody was there", async () => {
      const { ada, ben, cleo, id } = await startGroup(world);
      await say(ada, "all of us", [ben, cleo], id);
      const epoch = await epochAt(world, id);
      await Promise.all([ada.close(), ben.close(), cleo.close()]);
      await expel(cleo);
      await Bun.sleep(200);
      expect(await epochAt(world, id)).toBe(epoch);
      const bens = { ...ben, screen: await startAgain(ben.person) };
      await until("ben commits it", async () => (await epochAt(world, id)) === epoch + 1);
      const adas = { ...ada, screen: await startAgain(ada.person) };
      await say(bens, "two of us", [adas], id);
      await readAll(adas.screen, id);
      expect(expelledOn(adas, id)).toEqual([cleo.id]);
      const cleos = { ...cleo, screen: await startAgain(cleo.person) };
      await until("cleo is told", () => cleos.screen.conversations.get(id)?.frozenBy === "expelled");
      expect(await readAll(cleos.screen, id)).toEqual(["all of us"]);
      await Promise.all([adas, bens, cleos].map(({ screen }) => screen.close()));
    });

    test("is committed once when two write at the same moment, and both messages arrive", async () => {
      const gate = meeting(2);
      const { ada, ben, cleo, id, close } = await startDeaf(world, gate.through);
      const epoch = await epochAt(world, id);
      await expel(cleo);
      for (const one of [ada, ben])
        await until("they know what is proposed", () => isProposed(world, one, id));
      gate.close();
      await Promise.all([say(ada, "from ada", [ben], id), say(ben, "from ben", [ada], id)]);
      expect(gate.refused()).toBeGreaterThan(0);
      expect((await kindsAt(world, id, epoch)).slice(0, 2)).toEqual(["proposal", "commit"]);
      const texts = await readAll(ada.screen, id);
      expect(await readAll(ben.screen, id)).toEqual(texts);
      for (const one of [ada, ben]) {
        expect(expelledOn(one, id)).toEqual([cleo.id]);
        expect(one.screen.conversations.get(id)).toMatchObject({ state: "ready" });
        expect(one.screen.conversations.get(id)?.doubt).toBeUndefined();
      }
      await close();
    });

    test("leaves others' changes of the group as they are: who is in charge adds somebody all the same", async () => {
      const { ada, ben, cleo, id, close } = await startDeaf(world);
      const dora = await come(world);
      await expel(cleo);
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await until("dora is in", () => dora.screen.conversations.get(id)?.state === "ready");
      await say(dora, "hello", [ada, ben], id);
      expect(Object.keys(ranksOn(ben, id)).sort()).toEqual([ada.name, ben.name, dora.name].sort());
      for (const one of [ada, ben]) expect(expelledOn(one, id)).toEqual([cleo.id]);
      await Promise.all([close(), dora.close()]);
    });

    test("may be the owner: the group goes on", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ada, "all of us", [ben, cleo], id);
      await expel(ada);
      for (const one of [ben, cleo]) await untilToldOf(ada, one, id);
      await say(ben, "without its owner", [cleo], id);
      await say(cleo, "well", [ben], id);
      await until("the group has moved on without its owner", async () => (await epochAt(world, id)) > 2);
      await say(cleo, "and on", [ben], id);
      await close();
    });

    test("leaves the other of a direct conversation knowing that nobody would read what is written", async () => {
      const { alice, alicePerson, bob, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "hello");
      await expel({ id: bobPerson.me.accountId });
      await until("alice is told", () => alice.conversations.get(id)?.frozenBy === "alone");
      const [body] = [...alice.messages.values()].flatMap((one) =>
        one.body.kind === "change" ? one.body : [],
      );
      expect(body?.changes).toEqual([{ kind: "expelled", accounts: [bobPerson.me.accountId] }]);
      await until("bob is told", () => bob.conversations.get(id)?.frozenBy === "expelled");
      for (const screen of [alice, bob])
        await expect(screen.do({ kind: "send", conversationId: id, text: "anybody?" })).rejects.toThrow();
      await Promise.all([alice.close(), bob.close(), alicePerson.close(), bobPerson.close()]);
    });

    test("is not believed to be taken out by anything that the server has not signed for this group", async () => {
      const { ada, ben, cleo, id, close } = await startDeaf(world, (platform) => forging(platform));
      await expel(cleo);
      await until("ben doubts", () => ben.screen.conversations.get(id)?.doubt === "history_differs");
      expect(await isProposed(world, ben, id)).toBe(false);
      expect(ranksOn(ben, id)[cleo.name]).toBe("member");
      await Promise.all([ada.close(), close()]);
    });
  });
}

for (const dialect of dialects) {
  describe(`an account taken out while a server is started anew, on ${dialect}`, async () => {
    const database = await makeTestDatabase(dialect);
    const server = await startServerProcess(database.folder, database.url);
    afterAll(async () => {
      await server.kill();
      await database.remove();
    });

    test("is out as soon as somebody is back, and the others write on", async () => {
      const entrance = { kind: "set_up", token: server.setupToken } as const;
      const ada = await meet(server, "ada", entrance);
      const { code } = await ada.person.call(createInvite, { uses: 2 });
      const [ben, cleo] = [await meet(server, "ben", code), await meet(server, "cleo", code)];
      const found = { kind: "found_group", name: "Family", usernames: ["ben", "cleo"] } as const;
      const id = await ada.screen.do(found);
      await until("cleo is in", () => cleo.screen.conversations.get(id)?.state === "ready");
      await say(ada, "all of us", [ben, cleo], id);
      const epochNow = async () => (await ada.person.call(showConversation, { conversationId: id })).epoch;
      const epoch = await epochNow();
      await server.kill();
      await expelBeside(database, server, cleo.id);
      await server.start();
      for (const one of [ada, ben]) await untilToldOf(cleo, one, id);
      await say(ben, "without cleo", [ada], id);
      expect(await epochNow()).toBeGreaterThan(epoch);
      await until("cleo is told", () => cleo.screen.conversations.get(id)?.frozenBy === "expelled");
      expect(cleo.screen.texts(id)).toEqual(["all of us"]);
      await Promise.all([ada, ben, cleo].map((one) => one.close()));
    });
  });
}

/** While no server runs, as one does that is killed right after it. */
async function expelBeside({ folder, url }: TestDatabase, { origin }: ServerProcess, account: AccountId) {
  const flags = { data: folder, "public-url": origin };
  const environment = url === undefined ? {} : { DATABASE_URL: url };
  const app = await openApp(readConfig({ flags, environment, isTerminal: false }));
  await removeAccountEverywhere(app, account);
  await app.close();
}

async function meet(
  { origin: server }: ServerProcess,
  username: string,
  by: string | { readonly kind: "set_up"; readonly token: string },
): Promise<Member> {
  const entrance = typeof by === "string" ? ({ kind: "register", inviteCode: by } as const) : by;
  const person = await openHeadless({ server, username, password: PASSWORD, entrance });
  const screen = watch(person.messenger);
  await until("somebody is ready", () => screen.connection() === "online");
  return { person, screen, id: person.me.accountId, name: username, close: () => screen.close() };
}

/** Ada's group, whose members are asked in vain to commit what the server proposes. */
async function startDeaf(world: World, through: (platform: Platform) => Platform = (same) => same) {
  const join = () => come(world, (platform) => through(deaf(platform)));
  const [ada, ben, cleo] = [await join(), await join(), await come(world)];
  const usernames = [ben.name, cleo.name];
  const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
  await until("ben is in", () => ben.screen.conversations.get(id)?.state === "ready");
  await say(ada, "all of us", [ben, cleo], id);
  const close = () => Promise.all([ada, ben, cleo].map((one) => one.close()));
  return { ada, ben, cleo, id, close };
}

function deaf(platform: Platform): Platform {
  return rewriting(platform, (frame) => (frame.t === "commit_proposals" ? undefined : frame));
}

/** One bit of what the server has signed is another. */
function forging(platform: Platform): Platform {
  return rewriting(platform, (frame) => {
    if (frame.t !== "events") return frame;
    const forged = frame.events.map((event) => {
      if (event.kind !== "proposal") return event;
      const proposal = event.proposal.with(-1, (event.proposal.at(-1) ?? 0) ^ 1);
      return { ...event, proposal };
    });
    return { ...frame, events: forged };
  });
}

function rewriting(platform: Platform, rewrite: (frame: FrameDown) => FrameDown | undefined): Platform {
  return {
    ...platform,
    openSocket: (path, handlers) =>
      platform.openSocket(path, {
        ...handlers,
        received: (bytes) => {
          const frame = rewrite(v.parse(frameDown, decodeBinary(bytes)));
          if (frame) handlers.received(encodeBinary(frame));
        },
      }),
  };
}

function expelledOn(who: Member, id: ConversationId): AccountId[] {
  return changesOn(who, id).flatMap((change) => (change.kind === "expelled" ? change.accounts : []));
}

function untilToldOf(whom: { id: AccountId }, who: Member, id: ConversationId): Promise<void> {
  return until(`${who.name} is told`, () => expelledOn(who, id).includes(whom.id), 20_000);
}

/** The group at rest has another key while something waits in it. */
async function isProposed(world: World, { person }: Member, id: ConversationId): Promise<boolean> {
  const stored = await (await storedBy(person)).read("groups", id);
  const epoch = await epochAt(world, id);
  return stored !== undefined && stored.epoch === epoch && stored.treeKey.split("|").length > 3;
}

/** What came into the conversation from this epoch on. */
async function kindsAt({ test: { app } }: World, id: ConversationId, epoch: number): Promise<string[]> {
  const rows = await app.db.read.select().from(events);
  const these = rows.filter((row) => row.conversationId === id && row.epoch >= epoch);
  const order = these.toSorted((one, other) => one.sequence - other.sequence);
  const from = order.findIndex(({ kind }) => kind === "proposal");
  return order.slice(from).map(({ kind }) => kind);
}

/** As this browser keeps it now. */
async function groupOf(person: Headless, id: ConversationId): Promise<Group> {
  const vault = await storedBy(person);
  const stored = await vault.read("groups", id);
  const tree = stored && (await vault.read("trees", stored.treeKey));
  const [identity] = await vault.list("identity", { ...EVERYTHING, limit: 1 });
  if (!stored || !tree || !identity) throw new Error("there is no such group");
  const device = decodeDevice(identity.value.device);
  return decodeGroup({ tree: tree.bytes, ratchets: stored.ratchets, device });
}

/**
 * How many messages of the epoch that follows this state opens, handed all that the server has, as by one that
 * works together with whoever was taken out. Nobody follows their own commit or reads their own words so.
 */
async function readWith({ test: { app } }: World, before: Group): Promise<number> {
  const rows = await app.db.read.select().from(events);
  const these = rows.filter((row) => row.conversationId === before.conversationId);
  let group = before;
  let read = 0;
  for (const row of these.toSorted((one, other) => one.sequence - other.sequence)) {
    const { kind, epoch, body, messageId, counter, frankingTag } = row;
    if (epoch === before.epoch && kind === "proposal") group = await receiveProposal(group, body);
    if (epoch === before.epoch && kind === "commit") {
      const received = await receiveCommit(group, body).catch(() => undefined);
      if (received?.kind === "advanced") group = received.group;
    }
    if (epoch !== before.epoch + 1 || kind !== "message") continue;
    const envelope = { messageId, epoch, counter, ciphertext: body, ...(frankingTag ? { frankingTag } : {}) };
    read += await decryptMessage(group, envelope).then(
      () => 1,
      () => 0,
    );
  }
  return read;
}
