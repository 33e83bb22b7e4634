import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { verifyAudit } from "../audit/verify-audit.ts";
import type { Database } from "../db/database.ts";
import { audit, settings } from "../db/tables.ts";
import { dialects, makeTestDatabase, type TestDatabase } from "../testing/dialects.ts";
import { beginIncarnation, readIncarnation } from "./incarnation.ts";
import { changeSettings, readSettings } from "./settings.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let place: TestDatabase;
    let db: Database;
    const by = { at: 1, actor: "somebody", ip: "192.0.2.1", requestId: "r" };

    beforeAll(async () => {
      place = await makeTestDatabase(dialect);
      db = await place.open();
    });
    afterAll(async () => {
      await db.close();
      await place.remove();
    });

    test("a change is read at once, after a restart too, and recorded", async () => {
      expect(await readSettings({ db })).toEqual({
        registration: "invite",
        serverName: "Elahe",
        attachmentLargest: 100 * 1024 ** 2,
        attachmentQuota: 1024 ** 3,
        attachmentsAllowed: [],
      });
      await changeSettings({ db }, { serverName: "Home" }, by);
      await changeSettings({ db }, { serverName: "Haven" }, by);
      expect((await readSettings({ db })).serverName).toBe("Haven");
      const again = await place.open();
      expect((await readSettings({ db: again })).serverName).toBe("Haven");
      await again.close();
      expect(await db.read.select({ target: audit.target }).from(audit)).toHaveLength(2);
    });

    test("a value that is not allowed is not stored", async () => {
      await expect(changeSettings({ db }, { serverName: "" }, by)).rejects.toThrow();
      expect((await readSettings({ db })).serverName).toBe("Haven");
    });

    test("a stored value that is no longer understood has its cautious default", async () => {
      await db.write(async (tx) => {
        await tx.insert(settings).values({ key: "registration", value: '"everyone', changedAt: 1 });
      });
      const again = await place.open();
      expect((await readSettings({ db: again })).registration).toBe("invite");
      await again.close();
    });

    test("the incarnation is made once, however many ask first", async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => readIncarnation({ db })));
      expect(new Set(all).size).toBe(1);
      const again = await place.open();
      expect(await readIncarnation({ db: again })).toBe(all[0] ?? ("" as never));
      await again.close();
    });

    test("another incarnation is told at once, and after a restart too", async () => {
      const first = await readIncarnation({ db });
      await db.write(beginIncarnation);
      const second = await readIncarnation({ db });
      expect(second).not.toBe(first);
      const again = await place.open();
      expect(await readIncarnation({ db: again })).toBe(second);
      await again.close();
    });

    test("a row that was changed, or is gone, breaks the record's chain at its place", async () => {
      await changeSettings({ db }, { serverName: "Third" }, by);
      expect(await verifyAudit({ db })).toBeUndefined();
      await db.write(async (tx) => {
        await tx.update(audit).set({ actor: "somebody-else" }).where(eq(audit.position, 2));
      });
      expect(await verifyAudit({ db })).toBe(2);
      await db.write(async (tx) => {
        await tx.delete(audit).where(eq(audit.position, 1));
      });
      expect(await verifyAudit({ db })).toBe(1);
    });
  });
