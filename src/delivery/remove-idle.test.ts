import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { conversationGroups, devices, pendingRemovals } from "../db/tables.ts";
import { anotherPlayer, found, foundClub, openCast, type Player } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { listen } from "../testing/listen.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { removeIdle } from "./remove-idle.ts";

const DAY = 24 * 60 * 60 * 1000;

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    const opened: TestApp[] = [];

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    /** So many days go by, in which these were last seen today, and nobody else. */
    const pass = async (days: number, ...active: readonly Player[]) => {
      server.clock.advance(days * DAY);
      for (const { device } of active)
        await server.app.db.write((tx) =>
          tx.update(devices).set({ lastSeenAt: server.clock.now() }).where(eq(devices.id, device.deviceId)),
        );
    };
    const afterwards = async () => {
      await removeIdle(server.app);
      const rows = await server.app.db.read.select().from(pendingRemovals);
      return rows.map(({ deviceId }) => deviceId).sort();
    };
    const devicesOf = (...players: readonly Player[]) => players.map((one) => one.device.deviceId).sort();

    test("a device that was idle for as long as messages are kept goes from groups, and not a day before", async () => {
      await foundClub(server, ada, ben, cleo);
      await pass(89, ada, cleo);
      expect(await afterwards()).toEqual([]);
      await pass(2, ada);
      expect(await afterwards()).toEqual(devicesOf(ben));
    });

    test("a group that cannot be read keeps nobody else's idle devices in", async () => {
      const clubs = [await foundClub(server, ada, ben), await foundClub(server, ada, ben)];
      const [first, second] = clubs.map(({ conversationId }) => conversationId).sort();
      if (first === undefined) throw new Error("no group");
      const groupInfo = new Uint8Array(3);
      await server.app.db.write((tx) =>
        tx.update(conversationGroups).set({ groupInfo }).where(eq(conversationGroups.conversationId, first)),
      );
      await pass(91, ada);
      await removeIdle(server.app);
      const rows = await server.app.db.read
        .select({ id: pendingRemovals.conversationId })
        .from(pendingRemovals);
      expect(rows.map(({ id }) => id)).toEqual([second].filter((id) => id !== undefined));
    });

    test("the owner stays, and so does everybody where nobody is there", async () => {
      await foundClub(server, ada, ben, cleo);
      await pass(91);
      expect(await afterwards()).toEqual([]);
      await pass(1, ben);
      expect(await afterwards()).toEqual(devicesOf(cleo));
    });

    test("from a direct conversation goes a device whose account has another in it, never the last", async () => {
      const tablet = await anotherPlayer(server, ben);
      await found(server, ada, ben);
      await found(server, ada, cleo);
      await pass(91, ada, ben);
      expect(await afterwards()).toEqual(devicesOf(tablet));
    });

    test("whoever was added lately has as long to come, though they had been away before", async () => {
      await pass(20, ada, ben);
      await foundClub(server, ada, ben, cleo);
      await pass(75, ada, ben);
      expect(await afterwards()).toEqual([]);
      await pass(16, ada, ben);
      expect(await afterwards()).toEqual(devicesOf(cleo));
    });

    test("a socket that stands counts as being there", async () => {
      await foundClub(server, ada, ben, cleo);
      const line = await listen(server, ben);
      await pass(91, ada, cleo);
      expect(await afterwards()).toEqual([]);
      await line.close();
    });
  });
