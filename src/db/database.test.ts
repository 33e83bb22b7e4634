import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { dialects, makeTestDatabase, type TestDatabase } from "../testing/dialects.ts";
import type { Database, Writing } from "./database.ts";
import { meta } from "./tables.ts";

const INSERT = { sql: "INSERT INTO meta (key, value) VALUES ($1, 'x')", takes: ["text"] } as const;

describe.each([...dialects])("on %s", (dialect) => {
  let made: TestDatabase;
  let db: Database;

  beforeEach(async () => {
    made = await makeTestDatabase(dialect);
    db = await made.open();
  });
  afterEach(async () => {
    await db.close();
    await made.remove();
  });

  const put = (key: string, value: string) =>
    db.write((tx) => tx.insert(meta).values({ key, value }).returning());
  const keys = async () => (await db.read.select().from(meta)).map((row) => row.key).sort();

  test("what a write stored is read afterwards, and after opening again", async () => {
    await put("a", "1");
    expect(await keys()).toEqual(["a"]);
    await db.close();
    db = await made.open();
    expect(await keys()).toEqual(["a"]);
  });

  test("a thrown error rolls everything back and is thrown on", async () => {
    const failed = db.write(async (tx) => {
      await tx.insert(meta).values({ key: "a", value: "1" });
      await Bun.sleep(1);
      await tx.insert(meta).values({ key: "b", value: "1" });
      throw new Error("changed my mind");
    });
    expect(failed).rejects.toThrow("changed my mind");
    await failed.catch(() => undefined);
    expect(await keys()).toEqual([]);
    await put("c", "1");
    expect(await keys()).toEqual(["c"]);
  });

  test("a failing statement rolls back what came before it", async () => {
    await put("a", "1");
    const failed = db.write(async (tx) => {
      await tx.insert(meta).values({ key: "b", value: "1" });
      await tx.insert(meta).values({ key: "a", value: "2" });
    });
    await failed.then(
      () => expect.unreachable(),
      () => undefined,
    );
    expect(await keys()).toEqual(["a"]);
  });

  test("a reader sees nothing of a write that is under way", async () => {
    const seen: string[][] = [];
    await db.write(async (tx) => {
      await tx.insert(meta).values({ key: "a", value: "1" });
      seen.push(await keys());
    });
    seen.push(await keys());
    expect(seen).toEqual([[], ["a"]]);
  });

  test("writes at the same time do not lose each other's changes", async () => {
    await put("count", "0");
    const addOne = () =>
      db.write(async (tx) => {
        const [row] = await tx.select().from(meta).where(eq(meta.key, "count"));
        await Bun.sleep(1);
        await tx
          .update(meta)
          .set({ value: String(Number(row?.value) + 1) })
          .where(eq(meta.key, "count"));
      });
    await Promise.all(Array.from({ length: 8 }, addOne));
    expect(await db.read.select().from(meta)).toEqual([{ key: "count", value: "8" }]);
  });

  test("a change tells what it did through returning", async () => {
    await put("a", "1");
    const changed = await db.write((tx) =>
      tx
        .update(meta)
        .set({ value: sql`${meta.value} || '!'` })
        .where(eq(meta.key, "a"))
        .returning(),
    );
    expect(changed).toEqual([{ key: "a", value: "1!" }]);
    const none = await db.write((tx) => tx.delete(meta).where(eq(meta.key, "z")).returning());
    expect(none).toEqual([]);
  });

  test("each runs one statement for every row, in order, and answers what each returned", async () => {
    const answers = await db.write(async (tx) => {
      await tx.each({ sql: "INSERT INTO meta (key, value) VALUES ($1, $2)", takes: ["text", "text"] }, [
        ["a", "1"],
        ["b", "2"],
      ]);
      const update = { sql: "UPDATE meta SET value = $2 WHERE key = $1", takes: ["text", "text"] } as const;
      await tx.each(update, [["b", "3"]]);
      const find = { sql: "SELECT value FROM meta WHERE key = $1", takes: ["text"] } as const;
      return tx.each<{ value: string }>(find, [["b"], ["none"], ["a"], ["b"]]);
    });
    expect(answers.map((rows) => rows.map((row) => row.value))).toEqual([["3"], [], ["1"], ["3"]]);
  });

  test("each is part of its write: when a row fails, none is kept", async () => {
    const failed = db.write((tx) => tx.each(INSERT, [["a"], ["b"], ["a"]]));
    await failed.then(
      () => expect.unreachable(),
      () => undefined,
    );
    expect(await keys()).toEqual([]);
    await put("c", "1");
    expect(await keys()).toEqual(["c"]);
  });

  test("a write whose statement failed is not kept as if it had worked, even if the failure was swallowed", async () => {
    await put("a", "1");
    const work = async (tx: Writing) => {
      await tx.insert(meta).values({ key: "b", value: "1" });
      await tx.each(INSERT, [["a"]]).catch(() => undefined);
      return "done";
    };
    const outcome = await db.write(work).catch(() => "refused");
    // SQLite undoes the one statement, PostgreSQL the whole write: what is answered must be what is kept.
    expect([outcome, await keys()]).toEqual(dialect === "sqlite" ? ["done", ["a", "b"]] : ["refused", ["a"]]);
  });
});
