import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SQL } from "bun";
import { eq, sql } from "drizzle-orm";
import { Refusal } from "../refusal.ts";
import { dialects, makeTestDatabase, type TestDatabase } from "../testing/dialects.ts";
import type { Database } from "./database.ts";
import { inOneStatement } from "./in-one-statement.ts";
import { DatabaseUnusable } from "./migrate.ts";
import { openPostgres } from "./open-postgres.ts";
import { meta } from "./tables.ts";

test("a plain statement is written for many rows, and one of another form is refused", () => {
  const takes = ["text", "bigint"] as const;
  expect(inOneStatement({ sql: "INSERT INTO a (x, y, z) VALUES ($1, 'v', $2)", takes })).toBe(
    "INSERT INTO a (x, y, z) SELECT given.p1, 'v', given.p2 " +
      "FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS given (p1, p2, place) ORDER BY given.place",
  );
  expect(inOneStatement({ sql: "UPDATE a SET y = $2 WHERE x = $1", takes })).toBe(
    "UPDATE a SET y = given.p2 " +
      "FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS given (p1, p2, place) WHERE x = given.p1",
  );
  expect(() => inOneStatement({ sql: "DELETE FROM a WHERE x = $1", takes })).toThrow("not a plain statement");
});

if (dialects.includes("postgres"))
  describe("PostgreSQL", () => {
    let made: TestDatabase;
    let admin: SQL;
    let db: Database;
    const opened: Database[] = [];
    const url = (user?: string) => {
      const address = new URL(made.url ?? "");
      if (user !== undefined) address.username = user;
      return address.href;
    };
    const name = () => new URL(url()).pathname.slice(1);
    beforeAll(async () => {
      made = await makeTestDatabase("postgres");
      admin = new SQL(url(), { max: 1 });
      db = await made.open();
      opened.push(db);
    });
    afterAll(async () => {
      await Promise.all(opened.map((one) => one.close()));
      await admin.close();
      await made.remove();
    });
    const insert = (key: string) => db.write((tx) => tx.insert(meta).values({ key, value: "1" }));

    test("commits are durable even where the database says they need not be", async () => {
      await admin.unsafe(`ALTER DATABASE ${name()} SET synchronous_commit = off`);
      const again = await made.open();
      opened.push(again);
      await insert("durable");
      const setting = sql<string>`current_setting('synchronous_commit')`;
      const inWrite = await again.write((tx) => tx.select({ setting }).from(meta).limit(1));
      expect(inWrite).toEqual([{ setting: "on" }]);
      const other = new SQL(url(), { max: 1 });
      const [plain] = await other`SHOW synchronous_commit`;
      expect(plain.synchronous_commit).toBe("off");
      await other.close();
      await admin.unsafe(`ALTER DATABASE ${name()} RESET synchronous_commit`);
    });

    test("two that write the same next number both get one, though neither saw the other", async () => {
      const next = () =>
        db.write(async (tx) => {
          const taken = await tx.select({ key: meta.key }).from(meta).where(sql`${meta.key} LIKE 'n%'`);
          const key = `n${taken.length + 1}`;
          await Bun.sleep(5);
          await tx.insert(meta).values({ key, value: "" });
          return key;
        }, "read_committed");
      const keys = await Promise.all([next(), next(), next()]);
      expect(keys.sort()).toEqual(["n1", "n2", "n3"]);
    });

    test("a key that stays taken is an error at last, and not the word for a busy server", async () => {
      await insert("twice");
      const failure = await insert("twice").catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      expect(failure).not.toBeInstanceOf(Refusal);
    });

    test("a write that always meets another one is refused as busy, after a bounded time", async () => {
      await insert("hot");
      const change = (value: string) => (tx: Parameters<Parameters<Database["write"]>[0]>[0]) =>
        tx.update(meta).set({ value }).where(eq(meta.key, "hot"));
      const outcome = await db
        .write(async (tx) => {
          await tx.select().from(meta).where(eq(meta.key, "hot"));
          await admin`UPDATE meta SET value = value || 'x' WHERE key = 'hot'`;
          await change("mine")(tx);
        })
        .catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(Refusal);
      expect(outcome).toMatchObject({ code: "server.busy" });
    });

    test("a role that may only read and write rows runs, once another has migrated", async () => {
      const role = `runner_${crypto.randomUUID().replaceAll("-", "")}`;
      await admin.unsafe(`CREATE ROLE ${role} LOGIN`);
      const start = () => openPostgres({ url: url(role), migrationUrl: url() });
      await expect(start()).rejects.toThrow(DatabaseUnusable);
      await expect(start()).rejects.toThrow(`TO ${role};`);
      await admin.unsafe(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`);
      opened.push(await start());
      // Nothing is left to migrate: the address of the owner is not needed to run.
      opened.push(await openPostgres({ url: url(role) }));
      await admin.unsafe("INSERT INTO migrations VALUES (9999, 'later', '')");
      await expect(openPostgres({ url: url(role) })).rejects.toThrow("newer than this executable");
      await admin.unsafe("DELETE FROM migrations WHERE number = 9999");
      for (const one of opened.splice(-2)) await one.close();
      await admin.unsafe(`DROP OWNED BY ${role}`);
      await admin.unsafe(`DROP ROLE ${role}`);
    });

    test("a role that may not make tables is told whose address is missing", async () => {
      const empty = await makeTestDatabase("postgres");
      const role = `runner_${crypto.randomUUID().replaceAll("-", "")}`;
      await admin.unsafe(`CREATE ROLE ${role} LOGIN`);
      const address = new URL(empty.url ?? "");
      address.username = role;
      const outcome = openPostgres({ url: address.href });
      await expect(outcome).rejects.toThrow(DatabaseUnusable);
      await expect(outcome).rejects.toThrow("Set MIGRATION_DATABASE_URL");
      await empty.remove();
      await admin.unsafe(`DROP ROLE ${role}`);
    });

    test("a server that is not there is said in a sentence", async () => {
      const outcome = openPostgres({ url: "postgres://nobody@127.0.0.1:1/nothing" });
      await expect(outcome).rejects.toThrow(DatabaseUnusable);
      await expect(outcome).rejects.toThrow("PostgreSQL cannot be reached");
    });
  });
