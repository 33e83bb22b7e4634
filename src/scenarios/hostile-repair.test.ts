import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import { decodeDevice } from "../../web/crypto/device.ts";
import { foundGroup } from "../../web/crypto/found-group.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { type ConversationCard, showGroupInfo } from "../protocol/conversations.ts";
import {
  type AccountEvent,
  type ConversationEvent,
  syncAccount,
  syncConversation,
} from "../protocol/delivery.ts";
import { claimKeyPackages, showExternalSender } from "../protocol/devices.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { epochAt, startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`a hostile server before ${name}, asked for a way back,`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("that refuses every commit is asked a few times, and the person is told", async () => {
      const { screen, id, asked, lift } = await lost(world, (url, go) =>
        url.endsWith("/commits") ? refusal(403, "commit.not_allowed") : go(),
      );
      const sent = await screen.do({ kind: "send", conversationId: id, text: "wait for me" });
      await until("it is given up", () => screen.conversations.get(id)?.state === "frozen", 20_000);
      expect(screen.conversations.get(id)?.frozenBy).toBe("unrepaired");
      expect(asked("/commits")).toBe(5);
      await until("the message says so", () => screen.messages.get(sent)?.mark === "failed");
      await Bun.sleep(500);
      expect(asked("/commits")).toBe(5);
      lift();
      await screen.close();
    });

    test("that takes the commit and shows no sign of it is found out and asked a few times", async () => {
      const { screen, id, asked } = await lost(world, (url, go) =>
        url.endsWith("/commits") ? new Response(encodeBinary({ sequence: 9, epoch: 9 })) : go(),
      );
      await until("it is given up", () => screen.conversations.get(id)?.state === "frozen", 20_000);
      expect(asked("/commits")).toBe(5);
      await screen.close();
    });

    test("that shows the group of somebody else is not followed into it", async () => {
      const other = await startTalking(world);
      const foreign = await other.alicePerson.call(showGroupInfo, { conversationId: other.id });
      const { screen, id, asked } = await lost(world, (url, go) =>
        url.endsWith("/group-info") ? new Response(encodeBinary(foreign)) : go(),
      );
      await until("it is given up", () => screen.conversations.get(id)?.state === "frozen", 20_000);
      expect(asked("/commits")).toBe(0);
      await Promise.all([screen.close(), other.alice.close(), other.bob.close()]);
    });

    test("that brings in somebody else under a known conversation's id is not followed", async () => {
      const lie: Lied = {};
      const { alice, alicePerson, bob, bobPerson, id } = await startTalking(world, {
        through: (platform) => welcoming(platform, lie),
      });
      const evePerson = await world.person();
      const eve = watch(evePerson.messenger);
      await until("eve is ready", () => eve.connection() === "online");
      await tell(alice, bob, id, "for bob");
      await alice.close();
      Object.assign(lie, await forge(evePerson, alicePerson, id));
      const again = await startAgain(alicePerson);
      const sent = await again.do({ kind: "send", conversationId: id, text: "for bob alone" });
      await until("it is settled", () => again.messages.get(sent)?.mark !== "waiting", 20_000);
      const kept = await (await storedBy(alicePerson)).read("conversations", id);
      expect([lie.isTold, kept?.generation, kept?.peer?.username]).toEqual([true, 0, bobPerson.me.username]);
      await until("bob reads it", () => bob.texts(id).includes("for bob alone"));
      await Promise.all([again.close(), bob.close(), eve.close()]);
    });

    test("that is away for a while is waited for, and nothing is counted against it", async () => {
      let isAway = true;
      const { screen, bob, id } = await lost(world, (url, go) =>
        isAway && url.endsWith("/commits") ? refusal(503, "server.stopping") : go(),
      );
      await until("it has tried", () => screen.conversations.get(id)?.state === "repairing");
      await Bun.sleep(3_000);
      isAway = false;
      await until("she is back in", () => screen.conversations.get(id)?.state === "ready", 20_000);
      await tell(screen, bob, id, "here again");
      await Promise.all([screen.close(), bob.close()]);
    });

    test("that invents a commit has the group repaired, and everything is read", async () => {
      const invent = (event: ConversationEvent): ConversationEvent[] =>
        event.kind === "message" && event.sequence === 3
          ? [{ ...event, kind: "commit", commitId: event.messageId, commit: event.ciphertext }]
          : [event];
      let isLying = false;
      const { alice, alicePerson, bob, id } = await startTalking(world, {
        through: (platform) => ({
          ...platform,
          fetch: async (url, init) => {
            const answer = await platform.fetch(url, init);
            if (!isLying || !/\/events(\?|$)/.test(url) || !answer.ok) return answer;
            const page = v.parse(syncConversation.output, decodeBinary(await answer.bytes()));
            return new Response(encodeBinary({ ...page, events: page.events.flatMap(invent) }));
          },
        }),
      });
      await tell(alice, bob, id, "one");
      await alice.close();
      await bob.do({ kind: "send", conversationId: id, text: "made into a commit" });
      await until("it is accepted", () => [...bob.messages.values()].every(({ mark }) => mark !== "waiting"));
      isLying = true;
      const epoch = await epochAt(world, id);
      const again = await startAgain(alicePerson);
      await until("she has come back", async () => (await epochAt(world, id)) > epoch);
      await until("it is ready", () => again.conversations.get(id)?.state === "ready");
      await tell(bob, again, id, "two");
      await tell(again, bob, id, "three");
      expect(await readAll(again, id)).toEqual(["one", "two", "three"]);
      await until("she doubts", () => again.conversations.get(id)?.doubt === "history_differs");
      await Promise.all([again.close(), bob.close()]);
    });
  });
}

type Lie = (url: string, go: () => Promise<Response>) => Response | Promise<Response>;

/** Alice has lost her group, and starts again before a server that lies. */
async function lost(world: World, lie: Lie) {
  let isLying = false;
  const urls: string[] = [];
  const through = (platform: Platform): Platform => ({
    ...platform,
    fetch: (url, init) => {
      if (isLying) urls.push(url);
      const go = () => platform.fetch(url, init);
      return isLying ? Promise.resolve(lie(url, go)) : go();
    },
  });
  const { alice, alicePerson, bob, id } = await startTalking(world, { through });
  await tell(alice, bob, id, "before");
  await alice.close();
  await forget(alicePerson, id);
  isLying = true;
  const screen: Screen = await startAgain(alicePerson);
  const asked = (end: string) => urls.filter((url) => url.endsWith(end)).length;
  const lift = () => {
    isLying = false;
  };
  return { screen, bob, id, asked, lift };
}

async function forget(person: Headless, id: ConversationId): Promise<void> {
  const vault = await storedBy(person);
  await vault.change(async (change) => change.remove("groups", id));
}

function refusal(status: number, errorCode: string): Response {
  return Response.json({ error: "", errorCode, requestId: "made-up" }, { status });
}

interface Lied {
  welcome?: AccountEvent;
  card?: ConversationCard;
  isTold?: boolean;
}

/** A group of Eve's and Alice's, under the id that Alice has with Bob, and what a liar would say beside it. */
async function forge(eve: Headless, alice: Headless, conversationId: ConversationId): Promise<Lied> {
  const identity = await (await storedBy(eve)).read("identity", "device");
  if (!identity) throw new Error("eve has no device");
  const device = decodeDevice(identity.device);
  const { devices } = await eve.call(claimKeyPackages, { accountId: alice.me.accountId });
  const generation = 1;
  const { first } = await foundGroup({
    conversationId,
    generation,
    kind: "direct",
    device,
    peer: alice.me.accountId,
    peers: devices.map(({ keyPackage }) => keyPackage),
    externalSender: (await eve.call(showExternalSender, {})).externalSender,
    commitId: newId<MessageId>(),
    now: Date.now(),
  });
  if (!first.welcome) throw new Error("alice was not added");
  const { accountId, username } = eve.me;
  const members = [{ accountId, username, rank: "member" as const, delivered: 0 }];
  return {
    card: { conversationId, kind: "direct", generation, epoch: 1, head: 2 ** 33, members },
    welcome: {
      kind: "welcome",
      sequence: 1_000,
      conversationId,
      generation,
      epoch: 1,
      conversationSequence: 2 ** 32 + 1,
      fromAccountId: accountId,
      fromDeviceId: device.deviceId,
      welcome: first.welcome,
    },
  };
}

/** Tells the Welcome once, and with it who is in the conversation. */
function welcoming(platform: Platform, lie: Lied): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (!answer.ok || !lie.welcome) return answer;
      if (/\/api\/conversations\/[^/]{22}$/.test(url) && !lie.isTold) {
        lie.isTold = true;
        return new Response(encodeBinary(lie.card));
      }
      if (!url.includes("/api/sync/account") || lie.isTold) return answer;
      const page = v.parse(syncAccount.output, decodeBinary(await answer.bytes()));
      return new Response(encodeBinary({ ...page, events: [lie.welcome], upTo: 1_000, head: 1_000 }));
    },
  };
}
