import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { signEntry } from "../../web/crypto/channel.ts";
import { decodeDevice } from "../../web/crypto/device.ts";
import { decodeIdentity } from "../../web/crypto/identity.ts";
import { sign } from "../../web/crypto/signature-key.ts";
import { expiryKey } from "../../web/delivery/expiry/expiries.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { type Headless, openAgain } from "../../web/headless.ts";
import { between } from "../../web/storage/key.ts";
import { encodePost } from "../protocol/channel-log.ts";
import { putEntry } from "../protocol/channels.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { decodeCredential, deviceCertificateBytes, encodeCredential } from "../protocol/credential.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { LATEST } from "../protocol/values.ts";
import { come, say } from "./grouping.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`a time that no date can have, on ${name},`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("is not believed of the server, and nothing here is lost by it", async () => {
      let isLying = false;
      let told = 0;
      const lies = () => {
        if (isLying) told += 1;
        return isLying;
      };
      const { alice, alicePerson, bob, id } = await startTalking(world, {
        through: (platform) => late(platform, lies),
      });
      await tell(bob, alice, id, "before");
      await alice.close();
      await bob.do({ kind: "set_timer", conversationId: id, seconds: 3_600 });
      await bob.do({ kind: "send", conversationId: id, text: "poison" });
      await until("it went out", () => [...bob.messages.values()].every(({ mark }) => mark !== "waiting"));
      isLying = true;
      const lied = watchAgain(alicePerson);
      await until("she is told it twice", () => told > 1, 20_000);
      expect(lied.device()).toBe("ready");
      expect(await readAll(lied, id)).toEqual(["before"]);
      await lied.close();
      isLying = false;
      const again = await startAgain(alicePerson);
      await until("she reads it", async () => (await readAll(again, id)).includes("poison"));
      expect(await readAll(again, id)).toEqual(["before", "poison"]);
      await Promise.all([again.close(), bob.close()]);
    });

    test("that was kept before there was a bound is read as the last there is", async () => {
      const { alice, alicePerson, bob, id } = await startTalking(world);
      await tell(bob, alice, id, "before");
      await alice.close();
      await poison(alicePerson, id);
      const again = await startAgain(alicePerson);
      await tell(bob, again, id, "after");
      expect(again.conversations.get(id)?.state).toBe("ready");
      expect(await readAll(again, id)).toEqual(["before", "after"]);
      const last = (await (await storedBy(alicePerson)).read("conversations", id))?.changedAt;
      expect(last).toBe(LATEST);
      await Promise.all([again.close(), bob.close()]);
    });

    test("in a post is taken by no server, whoever signed it", async () => {
      const [ada, ben] = [await come(world), await come(world)];
      const handle = `times${Math.floor(Math.random() * 1e6)}`;
      const id = await ada.screen.do({
        kind: "create_channel",
        handle,
        title: "Times",
        description: "",
        comments: false,
      });
      await ben.screen.do({ kind: "join_channel", handle });
      await expect(postAt(ada.person, id, 8.64e15 + 1)).rejects.toThrow();
      await ada.screen.do({ kind: "post", conversationId: id, text: "in time" });
      await until("ben reads it", () => ben.screen.texts(id).includes("in time"));
      await Promise.all([ada.close(), ben.close()]);
    });

    test("or any other damage of its record leaves the other conversations as they are, and is repaired", async () => {
      const [ada, ben, cleo] = [await come(world), await come(world), await come(world)];
      const usernames = [ben.name, cleo.name];
      const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
      const other = await ben.screen.do({ kind: "write_to", username: cleo.name });
      await until("cleo is in", () => cleo.screen.conversations.size >= 2);
      await say(ada, "before", [ben, cleo], id);
      await say(ben, "aside", [cleo], other);
      await cleo.close();
      await damage(cleo.person, id);
      const again = { ...cleo, screen: await startAgain(cleo.person) };
      await say(ben, "aside again", [again], other);
      await until("it is back", () => again.screen.conversations.get(id)?.state === "ready", 20_000);
      await say(ada, "after", [ben, again], id);
      await say(again, "here", [ada, ben], id);
      expect((await readAll(again.screen, id)).filter((text) => !text.startsWith("("))).toEqual([
        "before",
        "after",
        "here",
      ]);
      await Promise.all([ada.close(), ben.close(), again.screen.close()]);
    });
  });
}

/** The server says of every event of a conversation that it came at the end of numbers. */
function late(platform: Platform, isLying: () => boolean): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (!/\/events(\?|$)/.test(url) || !answer.ok || !isLying()) return answer;
      const page = decodeBinary(await answer.bytes()) as { events: object[] };
      const events = page.events.map((event) => ({ ...event, sentAt: Number.MAX_SAFE_INTEGER }));
      return new Response(encodeBinary({ ...page, events }));
    },
  };
}

function watchAgain({ platform }: Headless): Screen {
  return watch(openAgain(platform));
}

/** As such a server could once have had it written. */
async function poison(person: Headless, id: ConversationId): Promise<void> {
  const vault = await storedBy(person);
  await vault.change(async (change) => {
    const conversation = await change.read("conversations", id);
    const [last] = await change.list("messages", { ...between(id, 0), limit: 1, newestFirst: true });
    if (!conversation || !last) throw new Error("nothing is kept");
    const expiresAt = Number.MAX_SAFE_INTEGER + 3_600_000;
    const message = { ...last.value, sentAt: Number.MAX_SAFE_INTEGER, expiresAt };
    change.put("messages", last.key, message);
    change.put("expiries", expiryKey(id, message.sequence, expiresAt), { messageId: message.messageId });
    change.put("conversations", id, { ...conversation, last: message, changedAt: Number.MAX_SAFE_INTEGER });
  });
  vault.close();
}

async function damage({ bare, me }: Headless, id: ConversationId): Promise<void> {
  const storage = await bare.openStorage(me.accountId);
  const record = await storage.read("conversations", id);
  if (!record) throw new Error("nothing is kept");
  const sealed = record.sealed.toReversed();
  const put = [{ store: "conversations" as const, ...record, version: record.version + 1, sealed }];
  await storage.write({ expect: [], put, remove: [] });
  storage.close();
}

/** With a certificate of its own that ends as late as the post. */
async function postAt(person: Headless, channelId: ConversationId, at: number): Promise<unknown> {
  const vault = await storedBy(person);
  const stored = await vault.read("identity", "device");
  const channel = await vault.read("channels", channelId);
  if (!stored || !channel) throw new Error("nothing is kept");
  const device = decodeDevice(stored.device);
  const own = decodeCredential(device.credential);
  if (!own) throw new Error("no credential");
  const { accountPrivateKey } = await decodeIdentity(stored.keys);
  const { signaturePublicKey } = device;
  const long = { ...own, notAfter: Number.MAX_SAFE_INTEGER };
  const certificate = await sign(accountPrivateKey, deviceCertificateBytes({ ...long, signaturePublicKey }));
  const patient = { ...device, credential: encodeCredential({ ...long, certificate }) };
  const facts = {
    channelId,
    sequence: channel.cursor + 1,
    previous: channel.chain,
    kind: "post",
    id: newId<MessageId>(),
    target: null,
    at,
  } as const;
  const entry = await signEntry(patient, facts, encodePost("late"));
  return person.call(putEntry, { channelId, entry });
}
