import { afterAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { accountEvents, enclosures } from "../db/tables.ts";
import { found, foundClub, openCast, type Player } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { acknowledge } from "./acknowledge.ts";
import { dropAccountEvents } from "./drop-account-events.ts";

const DAY = 24 * 60 * 60 * 1000;

for (const dialect of dialects)
  describe(dialect, () => {
    const opened: TestApp[] = [];
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const kept = async ({ app }: TestApp, { me }: Player) =>
      (await app.db.read.select().from(accountEvents).where(eq(accountEvents.accountId, me.accountId)))
        .length;
    const later = ({ app }: TestApp, days: number) => ({
      db: app.db,
      clock: { now: () => app.clock.now() + days * DAY },
    });

    test("a Welcome goes a month after its device has it, and stays as long as it has not", async () => {
      const server = await openTestApp({ dialect });
      opened.push(server);
      const [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
      await found(server, ada, ben);
      await found(server, ada, cleo);
      expect([await kept(server, ben), await kept(server, cleo)]).toEqual([1, 1]);
      const { accountId } = ben.me;
      acknowledge(server.app, { accountId, deviceId: ben.device.deviceId, conversations: [], account: 1 });
      await Bun.sleep(120);
      await dropAccountEvents(later(server, 29));
      expect(await kept(server, ben)).toBe(1);
      await dropAccountEvents(later(server, 31));
      expect([await kept(server, ben), await kept(server, cleo)]).toEqual([0, 1]);
    });

    test("what events carry goes with the last that carries it", async () => {
      const server = await openTestApp({ dialect });
      opened.push(server);
      const [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
      await foundClub(server, ada, ben, cleo);
      const { db } = server.app;
      const carried = async () => (await db.read.select().from(enclosures)).length;
      const drop = async (who: Player) => {
        const of = eq(accountEvents.accountId, who.me.accountId);
        await db.write((tx) => tx.delete(accountEvents).where(of));
        await dropAccountEvents(server.app);
        return carried();
      };
      expect([await carried(), await drop(ben), await drop(cleo)]).toEqual([1, 1, 0]);
    });
  });
