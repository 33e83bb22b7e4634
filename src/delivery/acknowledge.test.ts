import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { conversationDevices, devices } from "../db/tables.ts";
import { showConversation } from "../protocol/conversations.ts";
import type { FrameDown } from "../protocol/delivery.ts";
import { type ConversationId, newId } from "../protocol/ids.ts";
import {
  anotherPlayer,
  copies,
  found,
  openCast,
  type Player,
  send,
  type Talk,
  write,
} from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { type Listener, listen } from "../testing/listen.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { acknowledge } from "./acknowledge.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    let tablet: Player;
    let talk: Talk;
    let adas: Listener;
    const opened: TestApp[] = [];

    /** Four events: the founding and three messages. The tablet is ben's second device. */
    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
      tablet = await anotherPlayer(server, ben);
      talk = await found(server, ada, ben);
      const hello = await write(talk.group, "hello");
      await Promise.all(copies(hello, 3).map((message) => send(server, ada, message)));
      adas = await listen(server, ada);
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const cursorOf = async ({ device }: Player) => {
      const [row] = await server.app.db.read
        .select({ cursor: conversationDevices.cursor })
        .from(conversationDevices)
        .where(eq(conversationDevices.deviceId, device.deviceId));
      return row?.cursor;
    };
    const acknowledgeBy = ({ me, device }: Player, sequence: number, account?: number) =>
      acknowledge(server.app, {
        accountId: me.accountId,
        deviceId: device.deviceId,
        conversations: [{ conversationId: talk.conversationId, sequence }],
        account,
      });
    const written = () => Bun.sleep(120);
    const deliveredTo = ({ heard }: Listener) =>
      heard.filter((frame): frame is FrameDown & { t: "delivered" } => frame.t === "delivered");

    test("what every device of an account has is told to the others as delivered", async () => {
      const { conversationId } = talk;
      const [bens, tablets] = await Promise.all([listen(server, ben), listen(server, tablet)]);
      bens.tell({ t: "ack", conversations: [{ conversationId, sequence: 4 }] });
      const behind = await adas.next("delivered");
      const { accountId } = ben.me;
      expect(behind).toEqual({ t: "delivered", conversationId, accountId, sequence: 1 });
      tablets.tell({ t: "ack", conversations: [{ conversationId, sequence: 3 }] });
      expect(await adas.next("delivered", ({ sequence }) => sequence > 1)).toMatchObject({ sequence: 3 });
      const { output } = await server.call(showConversation, { conversationId }, ada);
      expect(output.members.find((one) => one.accountId === accountId)?.delivered).toBe(3);
      await Promise.all([bens.close(), tablets.close()]);
    });

    test("a cursor only rises, whatever the order of the acknowledgements", async () => {
      acknowledgeBy(ben, 3);
      acknowledgeBy(ben, 2);
      await written();
      expect(await cursorOf(ben)).toBe(3);
      acknowledgeBy(ben, 2);
      await written();
      expect(await cursorOf(ben)).toBe(3);
      acknowledgeBy(ben, 4);
      await written();
      expect(await cursorOf(ben)).toBe(4);
      expect(await cursorOf(tablet)).toBe(1);
    });

    test("nothing is acknowledged above what was given out", async () => {
      acknowledgeBy(ben, 5, 1000);
      await written();
      expect(await cursorOf(ben)).toBe(1);
      expect(await accountCursor()).toBe(0);
      acknowledgeBy(ben, 4, 1);
      await written();
      expect(await cursorOf(ben)).toBe(4);
      expect(await accountCursor()).toBe(1);
    });
    const accountCursor = async () => {
      const [row] = await server.app.db.read
        .select({ cursor: devices.accountCursor })
        .from(devices)
        .where(eq(devices.id, ben.device.deviceId));
      return row?.cursor;
    };

    test("a stranger's acknowledgement and one of no conversation change nothing and are told nobody", async () => {
      acknowledgeBy(cleo, 4);
      acknowledge(server.app, {
        accountId: ben.me.accountId,
        deviceId: ben.device.deviceId,
        conversations: [{ conversationId: newId<ConversationId>(), sequence: 1 }],
        account: undefined,
      });
      await written();
      const rows = await server.app.db.read.select().from(conversationDevices);
      expect(rows.map(({ cursor }) => cursor).sort()).toEqual([0, 1, 1]);
      expect(deliveredTo(adas)).toEqual([]);
    });

    test("acknowledgements that come together share one transaction and one frame", async () => {
      let writes = 0;
      const { db } = server.app;
      const counting = {
        ...db,
        write: (work: Parameters<typeof db.write>[0]) => {
          writes += 1;
          return db.write(work);
        },
      } as typeof db;
      const { accountId } = ben.me;
      for (let index = 0; index < 100; index += 1) {
        acknowledge(
          { ...server.app, db: counting },
          {
            accountId,
            deviceId: (index % 2 === 0 ? ben : tablet).device.deviceId,
            conversations: [{ conversationId: talk.conversationId, sequence: 2 + (index % 3) }],
            account: undefined,
          },
        );
      }
      await adas.next("delivered");
      await written();
      expect(writes).toBe(1);
      expect(deliveredTo(adas)).toMatchObject([{ accountId, sequence: 4 }]);
    });

    test("an acknowledgement that the database did not take is logged, and the next one goes through", async () => {
      const db = { ...server.app.db, write: () => Promise.reject(new Error("the disk is full")) };
      const { accountId } = ben.me;
      const { deviceId } = ben.device;
      const conversations = [{ conversationId: talk.conversationId, sequence: 4 }];
      acknowledge({ ...server.app, db }, { accountId, deviceId, conversations, account: undefined });
      await written();
      expect(server.logged.some((line) => line.includes("acknowledgements_lost"))).toBe(true);
      acknowledgeBy(ben, 4);
      await written();
      expect(await cursorOf(ben)).toBe(4);
    });
  });
