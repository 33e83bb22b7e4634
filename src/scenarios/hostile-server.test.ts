import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import { commitLawlessly } from "../../web/crypto/commit-lawlessly.ts";
import { decodeDevice } from "../../web/crypto/device.ts";
import { decodeMessage } from "../../web/crypto/peek.ts";
import { decodeGroup } from "../../web/crypto/store-group.ts";
import { readHalves } from "../../web/delivery/groups/group-at-rest.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import { EVERYTHING } from "../../web/storage/key.ts";
import { openVault } from "../../web/storage/vault.ts";
import type { Me } from "../protocol/accounts.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import {
  type ConversationEvent,
  type FrameDown,
  frameDown,
  type MessageEvent,
  syncConversation,
} from "../protocol/delivery.ts";
import { type ConversationId, type DeviceId, type MessageId, newId } from "../protocol/ids.ts";
import { LATEST } from "../protocol/values.ts";
import { come, type Member, ranksOn, say, untilAtRest } from "./grouping.ts";
import { readAll, until, watch } from "./person.ts";
import { startAgain, storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

type Rewrite = (event: ConversationEvent) => readonly ConversationEvent[];

setDefaultTimeout(60_000);

const EVERYWHERE = { pages: true };

for (const { name, open } of worlds()) {
  describe(`a hostile server before ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("that withholds a message is found out by the next one", async () => {
      const { bob, id } = await story(world, (event) => (isMessage(event, 2) ? [] : [event]), 3);
      await until("bob has the third", () => bob.texts(id).includes("text 3"));
      expect(bob.texts(id)).not.toContain("text 2");
      await until("bob doubts", () => bob.conversations.get(id)?.doubt === "history_differs");
      await bob.close();
    });

    test("that tells the writer a message passes and withholds it is found out by the next one", async () => {
      const passing = (event: ConversationEvent) =>
        isMessage(event, 2) ? [{ ...event, expiresAt: LATEST }] : [event];
      const withheld = (event: ConversationEvent) => (isMessage(event, 2) ? [] : [event]);
      const { bob, id } = await story(world, withheld, 3, { pages: true, before: passing });
      await until("bob has the third", () => bob.texts(id).includes("text 3"));
      expect(bob.texts(id)).not.toContain("text 2");
      await until("bob doubts", () => bob.conversations.get(id)?.doubt === "history_differs");
      await bob.close();
    });

    test.each([
      ["expiry", (event: MessageEvent) => ({ ...event, expiresAt: LATEST })],
      ["collapse key", (event: MessageEvent) => ({ ...event, collapseKey: "read" })],
      ["counter", (event: MessageEvent) => ({ ...event, counter: event.counter + 1 })],
      ["epoch", (event: MessageEvent) => ({ ...event, epoch: event.epoch + 1 })],
    ] as const)("that changes the %s of the last message is found out at once", async (_name, change) => {
      const { bob, id } = await story(
        world,
        (event) => (isMessage(event, 1) && event.kind === "message" ? [change(event)] : [event]),
        1,
      );
      await until("bob has something in its place", () => bob.texts(id).length === 1);
      await until("bob doubts", () => bob.conversations.get(id)?.doubt === "history_differs");
      await bob.close();
    });

    test("that says a message was taken back leaves its place unreadable, and one that lies of its hash is found out", async () => {
      for (const isHonest of [true, false]) {
        const { bob, id } = await story(
          world,
          (event) =>
            isMessage(event, 2) && event.kind === "message" ? [asErased(event, isHonest)] : [event],
          3,
        );
        await until("bob has the third", () => bob.texts(id).includes("text 3"));
        expect(bob.texts(id)).toEqual(["text 1", "(not_decrypted)", "text 3"]);
        if (isHonest) expect(bob.conversations.get(id)?.doubt).toBeUndefined();
        else await until("bob doubts", () => bob.conversations.get(id)?.doubt === "history_differs");
        await bob.close();
      }
    });

    test("that names another message as taken back is found out, and drops nothing at the reader's", async () => {
      let first: MessageId | undefined;
      const { bob, id } = await story(
        world,
        (event) => {
          if (isMessage(event, 1) && event.kind === "message") first = event.messageId;
          return isMessage(event, 2) && first && event.kind === "message"
            ? [{ ...event, deletes: first }]
            : [event];
        },
        2,
      );
      await until("bob doubts", () => bob.conversations.get(id)?.doubt === "history_differs");
      expect(bob.texts(id)).toEqual(["text 1", "text 2"]);
      await bob.close();
    });

    test("that withholds a message from its writer too is found out by the writer", async () => {
      const withheld = (event: ConversationEvent) => (isMessage(event, 2) ? [] : [event]);
      const bobPerson = await world.person({ through: (platform) => lying(platform, withheld, EVERYWHERE) });
      const alicePerson = await world.person({
        through: (platform) => lying(platform, withheld, EVERYWHERE),
      });
      const [alice, bob] = [watch(alicePerson.messenger), watch(bobPerson.messenger)];
      await until("bob is ready", () => bob.connection() === "online");
      const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
      for (const place of [1, 2, 3])
        await alice.do({ kind: "send", conversationId: id, text: `text ${place}` });
      await until("bob has the third", () => bob.texts(id).includes("text 3"));
      expect(bob.texts(id)).not.toContain("text 2");
      await until("alice doubts", () => alice.conversations.get(id)?.doubt === "history_differs");
      await Promise.all([alice.close(), bob.close()]);
    });

    test("that replays a message under a new place shows it once", async () => {
      let first: ConversationEvent | undefined;
      const { bob, id } = await story(
        world,
        (event) => {
          if (isMessage(event, 1)) first = event;
          return isMessage(event, 3) && first ? [{ ...first, sequence: event.sequence }] : [event];
        },
        3,
      );
      await until("bob has the second", () => bob.texts(id).includes("text 2"));
      await Bun.sleep(100);
      expect((await readAll(bob, id)).filter((text) => text === "text 1")).toHaveLength(1);
      await bob.close();
    });

    test.each([
      ["its writer's", () => ({})],
      [
        "the reader's own",
        ({ me }: Headless, deviceId: DeviceId) => ({
          senderAccountId: me.accountId,
          senderDeviceId: deviceId,
        }),
      ],
    ] as const)(
      "that hides a message behind the id of an earlier one, under %s name, is found out at once",
      async (_name, as) => {
        let first: ConversationEvent | undefined;
        let name = {};
        const { bob, id } = await story(
          world,
          (event) => {
            if (isMessage(event, 1)) first = event;
            if (!isMessage(event, 2) || first?.kind !== "message") return [event];
            return [{ ...event, ...name, messageId: first.messageId } as ConversationEvent];
          },
          3,
          {
            ...EVERYWHERE,
            ready: async (person) => {
              name = as(person, await deviceOf(person));
            },
          },
        );
        await until("bob has the third", () => bob.texts(id).includes("text 3"));
        expect(bob.texts(id)).not.toContain("text 2");
        await until("bob doubts", () => bob.conversations.get(id)?.doubt === "history_differs");
        await bob.close();
      },
    );

    test("that replays a message under a new id cannot have it read again", async () => {
      let first: ConversationEvent | undefined;
      const { bob, id } = await story(
        world,
        (event) => {
          if (isMessage(event, 1)) first = event;
          const replayed = isMessage(event, 3) && first?.kind === "message";
          return replayed
            ? [{ ...first, messageId: newId<MessageId>(), sequence: event.sequence } as ConversationEvent]
            : [event];
        },
        3,
      );
      await until("bob has something in the third place", () => bob.texts(id).length === 3);
      expect(bob.texts(id)).toEqual(["text 1", "text 2", "(not_decrypted)"]);
      await bob.close();
    });

    test("that changes a ciphertext gets it shown as unreadable, and the next is read", async () => {
      const { bob, id } = await story(
        world,
        (event) => {
          if (!isMessage(event, 2) || event.kind !== "message") return [event];
          const ciphertext = event.ciphertext.slice();
          ciphertext[ciphertext.length - 3] = (ciphertext.at(-3) ?? 0) ^ 1;
          return [{ ...event, ciphertext }];
        },
        3,
      );
      await until("bob has the third", () => bob.texts(id).includes("text 3"));
      expect(bob.texts(id)).toEqual(["text 1", "(not_decrypted)", "text 3"]);
      await until("bob doubts", () => bob.conversations.get(id)?.doubt === "history_differs");
      await bob.close();
    });

    test("that puts another's name on a message does not get it shown under that name", async () => {
      const stranger = await world.person();
      const { bob, id } = await story(
        world,
        (event) => (isMessage(event, 2) ? [{ ...event, senderAccountId: stranger.me.accountId }] : [event]),
        3,
      );
      await until("bob has the third", () => bob.texts(id).includes("text 3"));
      expect(bob.texts(id)).not.toContain("text 2");
      await until("bob doubts", () => bob.conversations.get(id)?.doubt === "history_differs");
      await Promise.all([bob.close(), stranger.close()]);
    });

    test("that sends events out of order is put right by the page it is asked for", async () => {
      const held: ConversationEvent[] = [];
      const { bob, id } = await story(
        world,
        (event) => {
          if (!isMessage(event, 2)) return [event, ...held.splice(0)];
          held.push(event);
          return [];
        },
        3,
        { pages: false },
      );
      await until("bob has all", () => bob.texts(id).length === 3);
      expect(bob.texts(id)).toEqual(["text 1", "text 2", "text 3"]);
      expect(bob.conversations.get(id)?.doubt).toBeUndefined();
      await bob.close();
    });

    test.each([2, 4])(
      "that swaps two messages for good is found out, of %d that were written",
      async (count) => {
        let first: ConversationEvent | undefined;
        const swapped = (event: ConversationEvent) => {
          if (isMessage(event, 1)) first = event;
          if (isMessage(event, 1)) return [];
          if (!isMessage(event, 2) || !first) return [event];
          return [
            { ...event, sequence: first.sequence },
            { ...first, sequence: event.sequence },
          ];
        };
        const { bob, id } = await story(world, swapped, count, EVERYWHERE);
        await until("bob has all", () => bob.texts(id).length === count);
        expect(bob.texts(id).slice(0, 2)).toEqual(["text 2", "text 1"]);
        await until("bob doubts", () => bob.conversations.get(id)?.doubt === "history_differs");
        await bob.close();
      },
    );

    test("that swaps two messages which did not know of each other is found out by the next one", async () => {
      const [bob, cleo] = [await come(world), await come(world)];
      const swap = swapping((event) => event.senderAccountId === bob.id || event.senderAccountId === cleo.id);
      const ada = await come(world, (platform) => lying(platform, swap.rewrite, EVERYWHERE));
      const usernames = [bob.name, cleo.name];
      const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
      for (const { screen } of [bob, cleo])
        await until("they are in", () => screen.conversations.get(id)?.state === "ready");
      // Their keys are made anew first: what was seen is compared within an epoch.
      for (const one of [bob, cleo]) {
        await say(one, `${one.name} is here`, [ada, bob, cleo], id);
        await untilAtRest(one, id);
      }
      swap.begin();
      await Promise.all(
        [bob, cleo].map(({ screen, name }) => screen.do({ kind: "send", conversationId: id, text: name })),
      );
      for (const { screen } of [ada, bob, cleo])
        await until("all have both", () => screen.texts(id).length === 4);
      const newest = ({ screen }: Member) => screen.texts(id).slice(-2);
      await until("both have them in their places", () => newest(bob).join() === newest(cleo).join());
      expect(newest(ada)).toEqual(newest(bob).toReversed());
      await say(bob, "what was first?", [ada], id);
      await until("ada doubts", () => ada.screen.conversations.get(id)?.doubt === "history_differs");
      for (const { screen } of [bob, cleo]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([ada, bob, cleo].map((one) => one.close()));
    });

    test("that passes on a change whose author had no right to it is refused, and what it sent is kept as evidence", async () => {
      let forged: Uint8Array<ArrayBuffer> | undefined;
      let replaced: MessageId | undefined;
      const inPlace = (event: ConversationEvent): readonly ConversationEvent[] => {
        if (event.kind !== "message" || !forged || event.senderAccountId !== ben.id) return [event];
        replaced ??= event.messageId;
        const { sequence, sentAt, senderAccountId, senderDeviceId, generation, epoch } = event;
        const from = { sequence, sentAt, senderAccountId, senderDeviceId, generation, epoch };
        return [{ kind: "commit", commitId: event.messageId, ...from, commit: forged }];
      };
      const [ada, ben] = [await come(world), await come(world)];
      const cleo = await come(world, (platform) => lying(platform, inPlace, EVERYWHERE));
      const usernames = [ben.name, cleo.name];
      const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
      for (const one of [ben, cleo])
        await until("they are in", () => one.screen.conversations.get(id)?.state === "ready");
      expect(await cleo.screen.do({ kind: "read_evidence", conversationId: id })).toBeNull();

      forged = await removalOf(ada.person, ben.person, id);
      await ben.screen.do({ kind: "send", conversationId: id, text: "nothing but words" });
      await until("cleo is told", () => cleo.screen.conversations.get(id)?.frozenBy === "refused");
      await cleo.close();
      const back = await startAgain(cleo.person);
      const evidence = await back.do({ kind: "read_evidence", conversationId: id });
      expect(evidence).toMatchObject({ commitId: replaced, senderAccountId: ben.id, commit: forged });
      expect(evidence?.why).not.toBe("");
      // Who was a member, and with what rights, stands beside the change.
      expect(decodeMessage(evidence?.groupInfo ?? new Uint8Array()).wireformat).toBe("mls_group_info");
      expect(Object.keys(ranksOn({ ...cleo, screen: back }, id))).toContain(ada.name);
      await Promise.all([ada.close(), ben.close(), back.close()]);
    });

    test("that invites into a group with another external sender is not followed, and it is said so", async () => {
      const bobPerson = await world.person({
        through: (platform) => ({
          ...platform,
          fetch: async (url, init) => {
            const answer = await platform.fetch(url, init);
            if (!url.endsWith("/api/mls/external-sender")) return answer;
            const { externalSender } = decodeBinary(await answer.bytes()) as { externalSender: Uint8Array };
            return new Response(encodeBinary({ externalSender: externalSender.fill(7, 1, 33) }));
          },
        }),
      });
      const [bob, alice] = [watch(bobPerson.messenger), watch((await world.person()).messenger)];
      await until("bob is ready", () => bob.connection() === "online");
      const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
      await until("bob is told", () => bob.conversations.get(id)?.state === "frozen");
      await Promise.all([alice.close(), bob.close()]);
    });

    test("that gives a known name to another account is not followed there", async () => {
      const [bobPerson, evePerson] = [await world.person(), await world.person()];
      const [bob, eve] = [watch(bobPerson.messenger), watch(evePerson.messenger)];
      const names = { of: evePerson.me, as: bobPerson.me.username, from: false };
      const alicePerson = await world.person({ through: (platform) => renaming(platform, names) });
      const alice = watch(alicePerson.messenger);
      await until("all are ready", () =>
        [alice, bob, eve].every((one) => one.connection() === "online" && one.device() === "ready"),
      );
      const id = await alice.do({ kind: "write_to", username: names.as });
      await alice.do({ kind: "send", conversationId: id, text: "for bob" });
      await until("bob reads it", () => bob.texts(id).includes("for bob"));
      names.from = true;
      await expect(alice.do({ kind: "write_to", username: names.as })).rejects.toThrow("identity_changed");
      const toAlice = await eve.do({ kind: "write_to", username: alicePerson.me.username });
      await until("alice has joined", () => alice.conversations.has(toAlice));
      const answering = alice.do({ kind: "send", conversationId: toAlice, text: "for bob alone" });
      await expect(answering).rejects.toThrow("identity_changed");
      await eve.do({ kind: "send", conversationId: toAlice, text: "it is me, bob" });
      await until("alice is warned where she reads it", () =>
        [...alice.messages.values()].some(
          ({ body, impostor }) => body.kind === "text" && body.text === "it is me, bob" && impostor === true,
        ),
      );
      expect(alice.conversations.get(toAlice)?.identityChanged).toBe(true);
      expect(alice.conversations.get(id)?.identityChanged).toBeUndefined();
      const shown = await alice.do({ kind: "read_strangers", conversationId: toAlice });
      const fingerprints = shown.map(({ fingerprint }) => fingerprint);
      await alice.do({ kind: "accept_identity", conversationId: toAlice, fingerprints });
      await alice.do({ kind: "send", conversationId: toAlice, text: "I know that you are not bob" });
      await until("eve reads it", () => eve.texts(toAlice).includes("I know that you are not bob"));
      await alice.do({ kind: "send", conversationId: id, text: "still for bob" });
      await until("bob reads it", () => bob.texts(id).includes("still for bob"));
      await Promise.all([alice.close(), bob.close(), eve.close()]);
    });

    test("that sends rubbish is not believed and not obeyed", async () => {
      const rubbish = (platform: Platform): Platform => ({
        ...platform,
        openSocket: (path, handlers) =>
          platform.openSocket(path, {
            ...handlers,
            received: (bytes) => {
              handlers.received(crypto.getRandomValues(new Uint8Array(200)));
              handlers.received(encodeBinary({ t: "events", conversationId: "x", events: [null] }));
              handlers.received(bytes);
            },
          }),
      });
      const bobPerson = await world.person({ through: rubbish });
      const bob = watch(bobPerson.messenger);
      const alicePerson = await world.person();
      const alice = watch(alicePerson.messenger);
      await until("bob is ready", () => bob.connection() === "online");
      const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
      await alice.do({ kind: "send", conversationId: id, text: "through the noise" });
      await until("bob reads it", () => bob.texts(id).includes("through the noise"));
      await Promise.all([alice.close(), bob.close()]);
    });
  });
}

/** Alice writes some numbered texts, each after the one before came back; Bob hears them through a liar. */
async function story(world: World, rewrite: Rewrite, count: number, lies: Lies = { pages: true }) {
  const bobPerson = await world.person({ through: (platform) => lying(platform, rewrite, lies) });
  const bob = watch(bobPerson.messenger);
  const { before = (event) => [event] } = lies;
  const alicePerson = await world.person({ through: (platform) => lying(platform, before, lies) });
  const alice = watch(alicePerson.messenger);
  await until("bob is ready", () => bob.connection() === "online");
  await lies.ready?.(bobPerson);
  const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
  const stored = openVault(await alicePerson.platform.openStorage(alicePerson.me.accountId));
  const allCameBack = async () => (await stored.list("outbox", { ...EVERYTHING, limit: 1 })).length === 0;
  await until("bob is in", () => bob.conversations.has(id));
  for (let place = 1; place <= count; place += 1) {
    await alice.do({ kind: "send", conversationId: id, text: `text ${place}` });
    await until("it came back", allCameBack);
  }
  await alice.close();
  return { bob, id };
}

/** The next two messages of these people change places, on the socket and on every page. */
function swapping(isTheirs: (event: MessageEvent) => boolean) {
  const ids: MessageId[] = [];
  let first: MessageEvent | undefined;
  let begun = false;
  const rewrite: Rewrite = (event) => {
    if (!begun || event.kind !== "message" || !isTheirs(event)) return [event];
    if (!ids.includes(event.messageId) && ids.length < 2) ids.push(event.messageId);
    if (event.messageId === ids[0]) {
      first = event;
      return [];
    }
    if (event.messageId !== ids[1] || !first) return [event];
    return [
      { ...event, sequence: first.sequence },
      { ...first, sequence: event.sequence },
    ];
  };
  const begin = () => {
    begun = true;
  };
  return { rewrite, begin };
}

/** The founding commit is the first event, so the n-th text has the place after. */
function isMessage(event: ConversationEvent, place: number): boolean {
  return event.kind === "message" && event.sequence === place + 1;
}

function asErased({ ciphertext, ...event }: MessageEvent, isHonest: boolean): ConversationEvent {
  const { sequence, senderAccountId, senderDeviceId, sentAt, messageId, generation, counter } = event;
  const hash = isHonest ? new Bun.CryptoHasher("sha256").update(ciphertext).digest() : new Uint8Array(32);
  const sender = { senderAccountId, senderDeviceId, sentAt };
  return { kind: "erased", sequence, ...sender, messageId, generation, counter, hash: Uint8Array.from(hash) };
}

interface Lies {
  readonly pages: boolean;
  /** What Alice is told. */
  readonly before?: Rewrite;
  /** Bob is there, and nothing is written yet. */
  readonly ready?: (bob: Headless) => Promise<void>;
}

/** Made with what somebody keeps, by a client that judges nothing. */
async function removalOf(of: Headless, by: Headless, id: ConversationId): Promise<Uint8Array<ArrayBuffer>> {
  const vault = await storedBy(by);
  const [identity, halves] = [await vault.read("identity", "device"), await readHalves(vault, id)];
  if (!identity || !halves) throw new Error("nothing is kept");
  const group = decodeGroup({ ...halves, device: decodeDevice(identity.device) });
  return Uint8Array.from((await commitLawlessly(group, { remove: [await deviceOf(of)] })).commit);
}

async function deviceOf(person: Headless): Promise<DeviceId> {
  const identity = await (await storedBy(person)).read("identity", "device");
  if (!identity) throw new Error("no device");
  return decodeDevice(identity.device).deviceId;
}

function lying(platform: Platform, rewrite: Rewrite, { pages }: Lies): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (!pages || !/\/events(\?|$)/.test(url) || !answer.ok) return answer;
      const page = v.parse(syncConversation.output, decodeBinary(await answer.bytes()));
      return new Response(encodeBinary({ ...page, events: page.events.flatMap(rewrite) }));
    },
    openSocket: (path, handlers) =>
      platform.openSocket(path, {
        ...handlers,
        received: (bytes) => {
          const frame: FrameDown = v.parse(frameDown, decodeBinary(bytes));
          if (frame.t !== "events") return handlers.received(bytes);
          const events = frame.events.flatMap(rewrite);
          if (events.length > 0) handlers.received(encodeBinary({ ...frame, events }));
        },
      }),
  };
}

/** From `from` on, the one name leads to the other account, and that account goes by it. */
function renaming(
  platform: Platform,
  names: { readonly of: Me; readonly as: string; readonly from: boolean },
): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      if (!names.from) return platform.fetch(url, init);
      const isName = url.includes("/by-username/");
      const answer = await platform.fetch(isName ? url.replace(names.as, names.of.username) : url, init);
      if (!answer.ok || !(isName || /\/api\/conversations\/[^/]{22}$/.test(url))) return answer;
      const rename = (card: { username: string }) =>
        card.username === names.of.username ? { ...card, username: names.as } : card;
      const body = decodeBinary(await answer.bytes()) as {
        username: string;
        members?: { username: string }[];
      };
      const renamed = body.members ? { ...body, members: body.members.map(rename) } : rename(body);
      return new Response(encodeBinary(renamed));
    },
  };
}
