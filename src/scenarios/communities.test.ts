import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { eq } from "drizzle-orm";
import { decodeDevice } from "../../web/crypto/device.ts";
import { encryptMessage } from "../../web/crypto/encrypt-message.ts";
import { openJoinLink, openPreview, sealPreview } from "../../web/crypto/join-link.ts";
import { signListing } from "../../web/crypto/sign-listing.ts";
import { decodeGroup } from "../../web/crypto/store-group.ts";
import type { PlaceView } from "../../web/delivery/communities/commands.ts";
import { readHalves } from "../../web/delivery/groups/group-at-rest.ts";
import type { Headless } from "../../web/headless.ts";
import { conversations, groupLinks } from "../db/tables.ts";
import type { Content } from "../protocol/content.ts";
import { sendMessages } from "../protocol/delivery.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { changesOn, come, groupOn, type Member, ranksOn, say } from "./grouping.ts";
import { until } from "./person.ts";
import { startAgain, storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(90_000);

/** Whoever was declined waits for an hour. */
const UNTIL_ASKED_AGAIN = 61 * 60 * 1000;

for (const { name, open } of worlds()) {
  describe(`a community on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("shows whoever comes by its link what they may join while nobody is online, and they join it", async () => {
      const { ada, id } = await found(world);
      const cooks = await foundIn(ada, id, "Cooks");
      await foundIn(ada, id, "Board", true);
      const link = await makeLink(ada, id);
      await ada.close();
      const ben = await come(world);
      expect(await enter(ben, link)).toBe(id);
      expect(groupOn(ben, id)?.name).toBe("Village");
      expect(placesOn(ben, id)).toEqual(["Cooks open", "Board ask"]);
      expect(await join(ben, id, "Cooks")).toBe(cooks);
      expect(groupOn(ben, cooks)?.name).toBe("Cooks");
      expect(await join(ben, id, "Board")).toBeUndefined();
      await until("it is said that he asked", () => placesOn(ben, id).includes("Board asked"));
      const back = await again(ada);
      await say(back, "soup on Friday", [ben], cooks);
      await say(back, "welcome all", [ben], id);
      await Promise.all([back.close(), ben.close()]);
    });

    test("is heard by all its members, and only those in charge announce", async () => {
      const { ada, ben, id } = await foundWith(world);
      await say(ada, "the well is open", [ben], id);
      expect(groupOn(ben, id)?.silent).toBe(true);
      const kept = await ben.screen.do({ kind: "send", conversationId: id, text: "me too" });
      await until("it failed", () => ben.screen.messages.get(kept)?.failure === "message.not_allowed");
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await until("ben knows", () => groupOn(ben, id)?.silent === undefined);
      await say(ben, "as an admin", [ada], id);
      expect(ada.screen.texts(id)).toEqual(["the well is open", "as an admin"]);
      await Promise.all([ada.close(), ben.close()]);
    });

    test("tells its members what comes to belong to it and what no longer does, and closes that way in", async () => {
      const { ada, ben, id } = await foundWith(world);
      const cooks = await foundIn(ada, id, "Cooks");
      await until("ben sees it", () => placesOn(ben, id).includes("Cooks open"));
      expect(changesOn(ben, id)).toContainEqual({ kind: "listed", names: ["Cooks"] });
      const known = (await stored(ben, id)).community?.listed ?? [];
      const place = { conversationId: id, placeId: cooks };
      await ada.screen.do({ kind: "unlist_place", ...place });
      await until("ben knows", () => placesOn(ben, id).length === 0);
      expect(changesOn(ben, id)).toContainEqual({ kind: "unlisted", names: ["Cooks"] });
      await refused(ben.screen.do({ kind: "join_listed", ...place }), "conversation.not_found");
      const secret = known[0]?.kind === "group" ? known[0].secret : new Uint8Array(32);
      const link = { linkId: (await openJoinLink(secret)).linkId, secret: base64url(secret) };
      await refused(enter(ben, link), "link.not_found");
      await Promise.all([ada.close(), ben.close()]);
    });

    test("asks somebody in the group first where its admins wanted that", async () => {
      const { ada, ben, id } = await foundWith(world);
      const board = await foundIn(ada, id, "Board", true);
      await until("ben sees it", () => placesOn(ben, id).includes("Board ask"));
      expect(await join(ben, id, "Board")).toBeUndefined();
      await until("ada is asked", () => (groupOn(ada, board)?.asking ?? []).length === 1);
      const answer = { kind: "answer_request", conversationId: board, accountId: ben.id } as const;
      await ada.screen.do({ ...answer, admit: false });
      world.test.clock.advance(UNTIL_ASKED_AGAIN);
      await ben.screen.do({ kind: "renew_asked", conversationId: id });
      await until("he may ask again", () => placesOn(ben, id).includes("Board ask"));
      await join(ben, id, "Board");
      await until("ada is asked", () => (groupOn(ada, board)?.asking ?? []).length === 1);
      await ada.screen.do({ ...answer, admit: true });
      await until("ben is in", () => groupOn(ben, board)?.name === "Board");
      await Promise.all([ada.close(), ben.close()]);
    });

    test("leads into a private channel at once, also where its admins wanted somebody to be asked", async () => {
      const { ada, ben, id } = await foundWith(world);
      const wish = { name: "Village news", usernames: [], channel: true } as const;
      const channel = await ada.screen.do({ kind: "found_group", ...wish });
      await ada.screen.do({ kind: "list_place", conversationId: id, placeId: channel, approval: true });
      for (const one of [ada, ben])
        await until("all see it", () => placesOn(one, id).includes("Village news open"));
      expect(await join(ben, id, "Village news")).toBe(channel);
      await say(ada, "the bridge is mended", [ben], channel);
      const links = await ada.screen.do({ kind: "list_links", conversationId: channel });
      expect(links.map(({ approval }) => approval)).toEqual([false]);
      await Promise.all([ada.close(), ben.close()]);
    });

    test("takes an existing group in only from somebody who is in charge of both", async () => {
      const { ada, ben, id } = await foundWith(world);
      const bens = await ben.screen.do({ kind: "found_group", name: "Bens", usernames: [ada.name] });
      await until("ada is in", () => groupOn(ada, bens)?.name === "Bens");
      const list = { kind: "list_place", conversationId: id, placeId: bens, approval: false } as const;
      await refused(ada.screen.do(list), "commit.not_allowed");
      await refused(ben.screen.do(list), "commit.not_allowed");
      await refused(ada.screen.do({ ...list, placeId: id }), "commit.not_allowed");
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await until("ben knows", () => ranksOn(ben, id)[ben.name] === "admin");
      await ben.screen.do(list);
      await until("all see it", () => placesOn(ada, id).includes("Bens open"));
      await Promise.all([ada.close(), ben.close()]);
    });

    test("believes nothing of a member who is not in charge, in an announcement or in a link's preview", async () => {
      const { ada, ben, id } = await foundWith(world);
      await foundIn(ada, id, "Cooks");
      const link = await makeLink(ada, id);
      await until("ben sees it", () => placesOn(ben, id).includes("Cooks open"));
      await until("ben has it", () => ben.screen.conversations.get(id)?.state === "ready");
      await ben.close();
      const secret = new Uint8Array(32).fill(7);
      const trap = { kind: "group", conversationId: newId<ConversationId>(), name: "Trap" } as const;
      const listed = [{ ...trap, secret, approval: false }];
      const forge = await forger(ben.person, id);
      const said: Content = { version: 1, kind: "community", listed, unlisted: [] };
      await expect(forge.say(said)).rejects.toThrow("message.not_allowed");
      await letEverythingPass(world, id);
      await forge.say(said);
      await forge.preview(world, link, listed);
      await say(ada, "after the trap", [], id);
      const dora = await come(world);
      await enter(dora, link);
      for (const one of [ada, dora]) expect(placesOn(one, id)).not.toContain("Trap open");
      await until("dora is told by ada", () => placesOn(dora, id).includes("Cooks open"));
      expect(placesOn(ada, id)).toEqual(["Cooks open"]);
      expect(ada.screen.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([ada.close(), dora.close()]);
    });

    test("whose members may write believes none of them about what belongs to it", async () => {
      const { ada, ben, id } = await foundWith(world);
      await ada.screen.do({ kind: "set_rights", conversationId: id, chosen: { write: "members" } });
      await until("ben may write", () => groupOn(ben, id)?.silent === undefined);
      await ben.close();
      const place = { kind: "group", conversationId: newId<ConversationId>(), name: "Trap" } as const;
      const listed = [{ ...place, secret: new Uint8Array(32).fill(7), approval: false }];
      const forge = await forger(ben.person, id);
      for (const again of [undefined, true] as const)
        await forge.say({ version: 1, kind: "community", listed, unlisted: [], ...(again ? { again } : {}) });
      await forge.say({ version: 1, kind: "text", text: "look here" });
      await until("ada reads on", () => ada.screen.texts(id).includes("look here"));
      expect(placesOn(ada, id)).toEqual([]);
      await ada.close();
    });

    test("is known again after a restart, and a group that was left is open again", async () => {
      const { ada, ben, id } = await foundWith(world);
      const cooks = await foundIn(ada, id, "Cooks");
      await until("ben sees it", () => placesOn(ben, id).includes("Cooks open"));
      await join(ben, id, "Cooks");
      await until("ada knows ben there", () => ranksOn(ada, cooks)[ben.name] === "member");
      await ben.screen.do({ kind: "leave_group", conversationId: cooks });
      await ben.close();
      const back = await again(ben);
      expect(placesOn(back, id)).toEqual(["Cooks open"]);
      await until(
        "his leaves are out",
        async () =>
          ranksOn(ada, cooks)[ben.name] === undefined && (await stored(ada, cooks)).departures.length === 0,
        20_000,
      );
      expect(await join(back, id, "Cooks")).toBe(cooks);
      await say(back, "I am back", [ada], cooks);
      await Promise.all([ada.close(), back.close()]);
    });

    test("is told to those who are added, and to those who come back", async () => {
      const { ada, ben, id } = await foundWith(world);
      await foundIn(ada, id, "Cooks");
      const dora = await come(world);
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await until("dora sees it", () => placesOn(dora, id).includes("Cooks open"));
      await ada.screen.do({ kind: "remove_member", conversationId: id, accountId: dora.id });
      await until("dora is out", () => dora.screen.conversations.get(id)?.frozenBy === "removed");
      await foundIn(ada, id, "Singers");
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await until("dora sees both", () => placesOn(dora, id).join() === "Cooks open,Singers open");
      await Promise.all([ada, ben, dora].map((one) => one.close()));
    });

    test("is left with its groups or without them", async () => {
      const { ada, ben, id } = await foundWith(world);
      const cooks = await foundIn(ada, id, "Cooks");
      await until("ben sees it", () => placesOn(ben, id).includes("Cooks open"));
      await join(ben, id, "Cooks");
      const own = await ben.screen.do({ kind: "found_group", name: "Bens", usernames: [] });
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await until("ben knows", () => ranksOn(ben, id)[ben.name] === "admin");
      await ben.screen.do({ kind: "list_place", conversationId: id, placeId: own, approval: false });
      await until("it is listed", () => placesOn(ben, id).includes("Bens open"));
      const left = { kind: "leave_community", conversationId: id, withGroups: true } as const;
      expect(await ben.screen.do(left)).toEqual(["Bens"]);
      for (const one of [id, cooks])
        await until("he is out", () => ben.screen.conversations.get(one)?.frozenBy === "left");
      expect(ben.screen.conversations.get(own)?.state).toBe("ready");
      await Promise.all([ada.close(), ben.close()]);
    });

    test("removes somebody from its groups too, and whoever was removed comes into none of them by what they know", async () => {
      const { ada, ben, id } = await foundWith(world);
      const cooks = await foundIn(ada, id, "Cooks");
      const singers = await foundIn(ada, id, "Singers");
      await until("ben sees them", () => placesOn(ben, id).length === 2);
      await join(ben, id, "Cooks");
      await until("ada knows", () => ranksOn(ada, cooks)[ben.name] === "member");
      const remove = { kind: "remove_from_community", conversationId: id, accountId: ben.id } as const;
      expect(await ada.screen.do({ ...remove, withGroups: true })).toEqual([]);
      for (const one of [id, cooks])
        await until("ben is out", () => ben.screen.conversations.get(one)?.frozenBy === "removed");
      for (const placeId of [cooks, singers])
        await refused(ben.screen.do({ kind: "join_listed", conversationId: id, placeId }), "link.barred");
      await Promise.all([ada.close(), ben.close()]);
    });

    test("loses nothing where two of those in charge change it at once", async () => {
      const { ada, ben, id } = await foundWith(world);
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await until("ben knows", () => ranksOn(ben, id)[ben.name] === "admin");
      const wish = { kind: "found_in_community", conversationId: id, approval: false } as const;
      await Promise.all([ada.screen.do({ ...wish, name: "Adas" }), ben.screen.do({ ...wish, name: "Bens" })]);
      for (const one of [ada, ben]) await until("both are there", () => placesOn(one, id).length === 2);
      expect(placesOn(ada, id)).toEqual(placesOn(ben, id));
      await Promise.all([ada.close(), ben.close()]);
    });

    test("has a way into a group end with the right of whoever opened it, and others open it anew", async () => {
      const { ada, ben, id } = await foundWith(world);
      const group = await ada.screen.do({ kind: "found_group", name: "Cooks", usernames: [ben.name] });
      for (const one of [id, group])
        await ada.screen.do({ kind: "set_rank", conversationId: one, accountId: ben.id, rank: "admin" });
      await until("ben knows", () => [id, group].every((one) => ranksOn(ben, one)[ben.name] === "admin"));
      const list = { kind: "list_place", conversationId: id, placeId: group, approval: false } as const;
      await ben.screen.do(list);
      await until("ada sees it", () => placesOn(ada, id).includes("Cooks open"));
      const dora = await come(world);
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await until("dora sees it", () => placesOn(dora, id).includes("Cooks open"));
      await ada.screen.do({ kind: "set_rank", conversationId: group, accountId: ben.id, rank: "member" });
      await refused(join(dora, id, "Cooks"), "link.not_found");
      await ada.screen.do(list);
      await until("it is listed anew", async () => (await joined(dora, id, "Cooks")) === group);
      expect(placesOn(dora, id)).toEqual(["Cooks open"]);
      await Promise.all([ada, ben, dora].map((one) => one.close()));
    });

    test("names the groups out of which whoever removes somebody cannot take them", async () => {
      const { ada, ben, id } = await foundWith(world);
      const dora = await come(world);
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      const group = await ben.screen.do({
        kind: "found_group",
        name: "Bens",
        usernames: [ada.name, dora.name],
      });
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await until("ben knows", () => ranksOn(ben, id)[ben.name] === "admin");
      await ben.screen.do({ kind: "list_place", conversationId: id, placeId: group, approval: false });
      await until("ada sees it", () => placesOn(ada, id).includes("Bens open"));
      const remove = { kind: "remove_from_community", conversationId: id, accountId: dora.id } as const;
      expect(await ada.screen.do({ ...remove, withGroups: true })).toEqual(["Bens"]);
      await until("dora is out", () => dora.screen.conversations.get(id)?.frozenBy === "removed");
      expect(dora.screen.conversations.get(group)?.state).toBe("ready");
      await Promise.all([ada, ben, dora].map((one) => one.close()));
    });

    test("leads to public channels by their names", async () => {
      const { ada, ben, id } = await foundWith(world);
      const about = { title: "News", description: "", comments: false };
      const handle = `news.${name}`;
      const channel = await ada.screen.do({ kind: "create_channel", handle, ...about });
      await ada.screen.do({ kind: "list_place", conversationId: id, placeId: channel, approval: false });
      await until("ben sees it", () => placesOn(ben, id).includes("News open"));
      expect(await join(ben, id, "News")).toBe(channel);
      expect(ben.screen.conversations.get(channel)?.channel?.handle).toBe(handle);
      await Promise.all([ada.close(), ben.close()]);
    });

    test("is a group like any other to the server, which reads neither its name nor what belongs to it", async () => {
      const { ada, id } = await found(world);
      await foundIn(ada, id, "Secret society of cooks");
      await makeLink(ada, id);
      const rows = await world.test.app.db.read.select().from(conversations).where(eq(conversations.id, id));
      expect(rows.map(({ kind }) => kind)).toEqual(["group"]);
      const all = Buffer.concat(
        (await world.test.app.db.read.select().from(groupLinks)).flatMap(({ preview }) => preview ?? []),
      );
      expect(all.byteLength).toBeGreaterThan(0);
      for (const word of ["Village", "Secret society"]) expect(all.includes(word)).toBe(false);
      await ada.close();
    });
  });
}

async function found(world: World) {
  const ada = await come(world);
  const id = await ada.screen.do({ kind: "found_community", name: "Village" });
  await until("it is there", () => groupOn(ada, id)?.community !== undefined);
  return { ada, id };
}

/** With ben as a plain member. */
async function foundWith(world: World) {
  const { ada, id } = await found(world);
  const ben = await come(world);
  await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [ben.name] });
  await until("ben knows it", () => groupOn(ben, id)?.community !== undefined);
  return { ada, ben, id };
}

async function foundIn({ screen }: Member, conversationId: ConversationId, name: string, approval = false) {
  const group = await screen.do({ kind: "found_in_community", conversationId, name, approval });
  await until("it is listed", () =>
    (screen.conversations.get(conversationId)?.group?.community?.places ?? []).some(
      (place) => place.conversationId === group,
    ),
  );
  return group;
}

function placesOn(who: Member, id: ConversationId): string[] {
  return (groupOn(who, id)?.community?.places ?? []).map(({ name, way }) => `${name} ${way}`);
}

function join(who: Member, conversationId: ConversationId, name: string) {
  const isIt = (place: PlaceView) => place.name === name;
  const placeId = groupOn(who, conversationId)?.community?.places.find(isIt)?.conversationId;
  if (!placeId) throw new Error(`no ${name} here`);
  return who.screen.do({ kind: "join_listed", conversationId, placeId });
}

/** Undefined as long as the way in is closed. */
async function joined(who: Member, id: ConversationId, name: string) {
  try {
    return await join(who, id, name);
  } catch {
    return undefined;
  }
}

interface Shared {
  readonly linkId: Awaited<ReturnType<typeof openJoinLink>>["linkId"];
  readonly secret: string;
}

async function makeLink({ screen }: Member, conversationId: ConversationId): Promise<Shared> {
  const wish = { expiresIn: 0, uses: 0, approval: false };
  const { linkId, secret = "" } = await screen.do({ kind: "create_link", conversationId, ...wish });
  return { linkId, secret };
}

const enter = ({ screen }: Member, link: Shared) => screen.do({ kind: "join_by_link", ...link });

async function again(who: Member): Promise<Member> {
  const screen = await startAgain(who.person);
  return { ...who, screen, close: () => screen.close() };
}

async function stored(who: Member, id: ConversationId) {
  const conversation = await (await storedBy(who.person)).read("conversations", id);
  if (!conversation) throw new Error("not kept");
  return conversation;
}

/** Says, and shows in a link's preview, with what a device has, without asking whether it may. */
async function forger(person: Headless, id: ConversationId) {
  const vault = await storedBy(person);
  const [identity, halves] = [await vault.read("identity", "device"), await readHalves(vault, id)];
  const conversation = await vault.read("conversations", id);
  if (!identity || !halves || !conversation) throw new Error("nothing is kept");
  let group = decodeGroup({ ...halves, device: decodeDevice(identity.device) });
  let counter = 1_000;
  const say = async (content: Content) => {
    const messageId = newId<MessageId>();
    counter += 1;
    const { epoch, ciphertext, frankingTag, ...made } = await encryptMessage(group, {
      content,
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
  const preview = async ({ test }: World, { secret }: Shared, listed: Parameters<typeof signListing>[1]) => {
    const link = await openJoinLink(Uint8Array.fromBase64(secret, { alphabet: "base64url" }));
    const isIt = eq(groupLinks.id, link.linkId);
    const [row] = await test.app.db.read.select().from(groupLinks).where(isIt);
    const shown = await openPreview(link, Uint8Array.from(row?.preview ?? []));
    expect(shown.listing).toBeDefined();
    const sealed = await sealPreview(link, { ...shown, listing: await signListing(group, listed) });
    await test.app.db.write((tx) => tx.update(groupLinks).set({ preview: sealed }).where(isIt));
  };
  return { say, preview };
}

/** The server no longer holds to the rules; the members' role list does. */
async function letEverythingPass({ test }: World, id: ConversationId): Promise<void> {
  await test.app.db.write((tx) =>
    tx.update(conversations).set({ whoWrites: null, pause: 0 }).where(eq(conversations.id, id)),
  );
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

async function refused(work: Promise<unknown>, code: string): Promise<void> {
  await expect(work).rejects.toMatchObject({ code });
}
