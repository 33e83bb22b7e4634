import { afterEach, describe, expect, test } from "bun:test";
import { foundGroup, removeDevices } from "../../web/testing/people-with-keys.ts";
import { accountEvents, enclosures, keyPackages } from "../db/tables.ts";
import { commitToConversation, foundConversation } from "../protocol/conversations.ts";
import { syncAccount } from "../protocol/delivery.ts";
import { showExternalSender } from "../protocol/devices.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { SIZE } from "../protocol/values.ts";
import { claimed, found, openCast, type Player, prepareClub } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    afterEach(() => server.close());

    test("an account cannot fill the disk with Welcomes that are blown up, however few it sends", async () => {
      server = await openTestApp({ dialect });
      const [ada, ben] = (await openCast(server, "ada", "ben")) as [Player, Player];
      const { conversationId } = await found(server, ada, ben);
      const { externalSender } = (await server.call(showExternalSender, {}, ada)).output;
      const peer = ben.me.accountId;
      const answers: unknown[] = [];
      for (let generation = 1; generation <= 7; generation += 1) {
        server.clock.advance(1_000);
        const now = server.clock.now();
        const peers = await claimed(server, ada, ben);
        const { device } = ada;
        const of = {
          conversationId,
          generation,
          kind: "direct",
          device,
          peer,
          peers,
          externalSender,
        } as const;
        const { groupInfo, first } = await foundGroup({ ...of, commitId: newId<MessageId>(), now });
        const welcome = blowUp(first.welcome ?? new Uint8Array());
        const founding = {
          conversationId,
          kind: "direct",
          peer,
          groupInfo,
          first: { ...first, welcome },
        } as const;
        const { status, refused } = await server.call(foundConversation, founding, ada);
        answers.push(refused?.errorCode ?? status);
      }
      expect(answers.slice(0, 2)).toEqual([200, 200]);
      expect(answers.slice(2)).toEqual(Array(5).fill("request.too_many"));
      expect(await bytesKept()).toBeLessThan(3 * SIZE.welcome);
    });

    const bytesKept = async () => {
      const { read } = server.app.db;
      const events = await read.select({ bytes: accountEvents.payload }).from(accountEvents);
      const carried = await read.select({ bytes: enclosures.body }).from(enclosures);
      return [...events, ...carried].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    };

    test("a Welcome for many is kept once, and so is the commit that removes many; each gets them whole", async () => {
      server = await openTestApp({ dialect });
      const [ada, ...others] = (await openCast(server, "ada", "ben", "cleo", "dora")) as [
        Player,
        ...Player[],
      ];
      const { input, group } = await prepareClub(server, ada, others);
      const first = { ...input.first, welcome: blowUp(input.first.welcome ?? new Uint8Array()) };
      expect((await server.call(foundConversation, { ...input, first }, ada)).status).toBe(200);
      const deviceIds = others.map(({ device }) => device.deviceId);
      const { bundle } = await removeDevices(group, { commitId: newId<MessageId>(), deviceIds });
      server.clock.advance(60_000);
      const { conversationId } = group;
      const removed = await server.call(commitToConversation, { conversationId, ...bundle }, ada);
      expect(removed.status).toBe(200);
      expect(await bytesKept()).toBeLessThan(SIZE.welcome + bundle.commit.length + 3 * 1024);
      for (const one of others) {
        const { output } = await server.call(syncAccount, { after: 0 }, one);
        const [welcome] = output.events;
        expect(welcome?.kind === "welcome" && Bun.hash(welcome.welcome)).toBe(Bun.hash(first.welcome));
        const after = await server.call(syncAccount, { after: output.upTo }, one);
        expect(after.output.events[0]).toMatchObject({ kind: "removed", commit: bundle.commit });
      }
    });

    test("a key package serves for one commit, but for the last resort", async () => {
      server = await openTestApp({ dialect });
      const [ada, ben] = (await openCast(server, "ada", "ben")) as [Player, Player];
      const offer = await claimed(server, ada, ben);
      const { externalSender } = (await server.call(showExternalSender, {}, ada)).output;
      const take = async (peers: readonly Uint8Array[]) => {
        const conversationId = newId<ConversationId>();
        const of = { conversationId, generation: 0, kind: "group", device: ada.device, peer: null } as const;
        const made = { ...of, peers, externalSender, commitId: newId<MessageId>(), now: server.clock.now() };
        const { groupInfo, first } = await foundGroup(made);
        const founding = { conversationId, kind: "group", peer: null, groupInfo, first } as const;
        return (await server.call(foundConversation, founding, ada)).refused?.errorCode;
      };
      expect([await take(offer), await take(offer)]).toEqual([undefined, "commit.not_allowed"]);
      await server.app.db.write((tx) => tx.update(keyPackages).set({ lastResort: true }));
      expect([await take(offer), await take(offer)]).toEqual([undefined, undefined]);
    });
  });

/** The encrypted GroupInfo stands last (RFC 9420, 12.4.3.1), behind its length in two bytes; here in four, and as long as may be. */
function blowUp(welcome: Uint8Array): Uint8Array<ArrayBuffer> {
  const secrets = 6;
  const at = secrets + 2 + inTwoBytes(welcome, secrets);
  expect(at + 2 + inTwoBytes(welcome, at)).toBe(welcome.length);
  const blown = new Uint8Array(SIZE.welcome);
  blown.set(welcome.subarray(0, at));
  new DataView(blown.buffer).setUint32(at, 0x80000000 + SIZE.welcome - at - 4);
  blown.set(welcome.subarray(at + 2), at + 4);
  return blown;
}

/** A variable-size vector's length (RFC 9420, 2.1.2) of at least 64. */
function inTwoBytes(welcome: Uint8Array, at: number): number {
  const [first = 0, second = 0] = welcome.subarray(at, at + 2);
  expect(first >> 6).toBe(1);
  return ((first & 63) << 8) | second;
}
