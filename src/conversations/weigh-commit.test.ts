import { afterEach, describe, expect, test } from "bun:test";
import { foundGroup } from "../../web/testing/people-with-keys.ts";
import { accountEvents } from "../db/tables.ts";
import { foundConversation } from "../protocol/conversations.ts";
import { showExternalSender } from "../protocol/devices.ts";
import { type MessageId, newId } from "../protocol/ids.ts";
import { SIZE } from "../protocol/values.ts";
import { claimed, found, openCast, type Player } from "../testing/cast.ts";
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
      const peers = await claimed(server, ada, ben);
      const { externalSender } = (await server.call(showExternalSender, {}, ada)).output;
      const peer = ben.me.accountId;
      const answers: unknown[] = [];
      for (let generation = 1; generation <= 7; generation += 1) {
        server.clock.advance(1_000);
        const now = server.clock.now();
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
      const rows = await server.app.db.read.select({ payload: accountEvents.payload }).from(accountEvents);
      expect(rows.reduce((sum, { payload }) => sum + payload.byteLength, 0)).toBeLessThan(3 * SIZE.welcome);
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
