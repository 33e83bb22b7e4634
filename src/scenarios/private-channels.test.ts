import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { decodeDevice } from "../../web/crypto/device.ts";
import { decodeGroup } from "../../web/crypto/store-group.ts";
import { readHalves } from "../../web/delivery/groups/group-at-rest.ts";
import { CHANNEL_SUITE } from "../protocol/devices.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { changesOn, come, groupOn, type Member, say, see } from "./grouping.ts";
import { until } from "./person.ts";
import { storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(120_000);

const SUBSCRIBERS = 8;

for (const { name, open } of worlds()) {
  describe(`a private channel on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("is read by whoever came by its link, written by those in charge alone, and tells nobody who read or types", async () => {
      const ada = await come(world);
      const id = await found(ada);
      const subscribers = await subscribe(world, ada, id, SUBSCRIBERS);
      const [ben, cleo] = subscribers as [Member, Member];
      expect((await suiteOn(ben, id))?.suite).toBe(CHANNEL_SUITE);
      await say(ada, "good morning", subscribers, id);
      expect(groupOn(ben, id)).toMatchObject({ silent: true, rights: { channel: true, write: "admins" } });
      expect(peopleOn(ada, id)).toBe(SUBSCRIBERS + 1);

      await ben.screen
        .do({ kind: "send", conversationId: id, text: "not mine to say" })
        .catch(() => undefined);
      for (const one of subscribers) await see(one, id);
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await until("ben may write", () => groupOn(ben, id)?.silent === undefined);
      await say(ben, "mine now", [ada, cleo], id);
      expect(cleo.screen.texts(id)).not.toContain("not mine to say");
      expect(ada.screen.texts(id)).not.toContain("not mine to say");
      expect(markOn(ada, "good morning")).not.toBe("read");

      await subscribers.at(-1)?.screen.do({ kind: "leave_group", conversationId: id });
      await until(
        "they are gone",
        () => peopleOn(ada, id) === SUBSCRIBERS && peopleOn(cleo, id) === SUBSCRIBERS,
      );
      expect(linesOn(ada, id)).toContain("left");
      expect(linesOn(ada, id)).toContain("added");
      expect(linesOn(cleo, id).filter((kind) => kind !== "ranked")).toEqual([]);
      await Promise.all([ada.close(), ...subscribers.map((one) => one.close())]);
    });

    test("takes nobody in but by its links, and stays a channel", async () => {
      const [ada, dora] = [await come(world), await come(world)];
      const id = await found(ada);
      const adding = ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await expect(adding).rejects.toMatchObject({ code: "by_link_only" });
      const opening = ada.screen.do({ kind: "set_rights", conversationId: id, chosen: { write: "members" } });
      await expect(opening).rejects.toThrow();
      const [ben] = (await subscribe(world, ada, id, 1)) as [Member];
      await say(ada, "still a channel", [ben], id);
      expect(groupOn(ben, id)?.rights).toEqual({ addMembers: "admins", write: "admins", channel: true });
      await Promise.all([ada.close(), dora.close(), ben.close()]);
    });
  });
}

async function found(by: Member): Promise<ConversationId> {
  const id = await by.screen.do({ kind: "found_group", name: "Notices", usernames: [], channel: true });
  await until("it is there", () => by.screen.conversations.get(id)?.state === "ready");
  return id;
}

async function subscribe(world: World, by: Member, id: ConversationId, count: number): Promise<Member[]> {
  const wish = { expiresIn: 0, uses: 0, approval: false };
  const { linkId, secret = "" } = await by.screen.do({ kind: "create_link", conversationId: id, ...wish });
  const all: Member[] = [];
  while (all.length < count) {
    const one = await come(world);
    expect(await one.screen.do({ kind: "look_at_link", linkId, secret })).toMatchObject({ channel: true });
    await one.screen.do({ kind: "join_by_link", linkId, secret });
    await until("they are in", () => one.screen.conversations.get(id)?.state === "ready");
    all.push(one);
  }
  return all;
}

async function suiteOn({ person }: Member, id: ConversationId) {
  const vault = await storedBy(person);
  const [identity, halves] = [await vault.read("identity", "device"), await readHalves(vault, id)];
  return identity && halves && decodeGroup({ ...halves, device: decodeDevice(identity.device) });
}

function peopleOn(one: Member, id: ConversationId) {
  return groupOn(one, id)?.people.filter(({ rank }) => rank !== undefined).length;
}

function linesOn(one: Member, id: ConversationId) {
  return changesOn(one, id).map(({ kind }) => kind);
}

function markOn({ screen }: Member, text: string) {
  return [...screen.messages.values()].find(({ body }) => body.kind === "text" && body.text === text)?.mark;
}
