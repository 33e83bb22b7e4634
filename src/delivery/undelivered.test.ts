import { afterEach, describe, expect, test } from "bun:test";
import { DEFAULT_LIMITS, type Limits } from "../config/config.ts";
import { events } from "../db/tables.ts";
import { sendMessages } from "../protocol/delivery.ts";
import { asRequest, copies, found, openCast, type Player, send, write } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    afterEach(() => server.close());

    async function talkWithin(limits: Partial<Limits>) {
      server = await openTestApp({ dialect, config: { limits: { ...DEFAULT_LIMITS, ...limits } } });
      const [ada, ben] = (await openCast(server, "ada", "ben")) as [Player, Player];
      const { group } = await found(server, ada, ben);
      return { ada, messages: copies(await write(group, "hello"), 300) };
    }

    test("a device sends so many at once and so many a second, and is told when to come again", async () => {
      const { ada, messages } = await talkWithin({ messagesAtOnce: 5, messagesPerSecond: 2 });
      const outcome = async (index: number) => {
        const message = messages[index];
        if (!message) throw new Error("no message");
        return server.call(sendMessages, asRequest(message), ada);
      };
      for (let index = 0; index < 5; index += 1) expect((await outcome(index)).status).toBe(200);
      const refused = await outcome(5);
      expect([refused.status, refused.refused?.errorCode]).toEqual([429, "request.too_many"]);
      expect(refused.headers.get("retry-after")).toBe("1");
      server.clock.advance(500);
      expect((await outcome(5)).status).toBe(200);
      expect((await outcome(6)).status).toBe(429);
    });

    test("by default two hundred at once are nothing", async () => {
      const { ada, messages } = await talkWithin({});
      for (const message of messages.slice(0, 200))
        expect(await send(server, ada, message)).toHaveProperty("sequence");
    });

    test("what others have not fetched is bounded; a retry of what was taken is answered as before", async () => {
      const { ada, messages } = await talkWithin({ undeliveredBytes: 1 });
      const [first] = messages;
      if (!first) throw new Error("no message");
      expect(await send(server, ada, first)).toEqual({ refused: "message.too_much_waiting" });
      expect(await server.app.db.read.select({ sequence: events.sequence }).from(events)).toHaveLength(1);
    });

    test("what was fetched makes room again", async () => {
      const { ada, messages } = await talkWithin({ undeliveredBytes: 20_000 });
      const taken = [];
      for (const message of messages) {
        const answered = await send(server, ada, message);
        if (!answered || "refused" in answered) {
          expect(answered?.refused).toBe("message.too_much_waiting");
          break;
        }
        taken.push({ message, answered });
      }
      expect(taken.length).toBeWithin(3, 100);
      const [first] = taken;
      if (!first) throw new Error("nothing was taken");
      expect(await send(server, ada, first.message)).toEqual(first.answered);
      const next = messages[taken.length];
      if (!next) throw new Error("no message");
      await server.app.db.write(async (tx) => {
        await tx.delete(events);
      });
      expect(await send(server, ada, next)).toEqual({ refused: "message.too_much_waiting" });
      server.clock.advance(5_000);
      expect(await send(server, ada, next)).toHaveProperty("sequence");
    });
  });
