import { afterEach, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { dialects, makeTestDatabase, type TestDatabase } from "../testing/dialects.ts";
import { DatabaseUnusable, pendingMigrations } from "./migrate.ts";
import { MIGRATIONS, type Migration } from "./migrations.ts";

const FOLDER = join(import.meta.dir, "../../migrations");

const first: Migration = { number: 1, name: "first", sqlite: "SELECT 1", postgres: "SELECT 1" };
const second: Migration = { number: 2, name: "second", sqlite: "SELECT 2", postgres: "SELECT 2" };

test("both dialects have the same migrations, and all of them are embedded", () => {
  const embedded = MIGRATIONS.map(({ number, name }) => `${String(number).padStart(4, "0")}-${name}.sql`);
  expect(readdirSync(join(FOLDER, "sqlite")).sort()).toEqual(embedded);
  expect(readdirSync(join(FOLDER, "postgres")).sort()).toEqual(embedded);
});

test("migrations are numbered from one without a gap", () => {
  expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, index) => index + 1));
});

test("only what was not applied yet is run, in order", () => {
  const all = pendingMigrations("sqlite", [], [first, second]);
  expect(all.map(({ number }) => number)).toEqual([1, 2]);
  expect(pendingMigrations("sqlite", all.slice(0, 1), [first, second])).toEqual(all.slice(1));
  expect(pendingMigrations("sqlite", all, [first, second])).toEqual([]);
});

test("a database of a newer executable is refused", () => {
  const applied = pendingMigrations("sqlite", [], [first, second]);
  expect(() => pendingMigrations("sqlite", applied, [first])).toThrow("newer than this executable");
});

test("a migration that was changed after it was applied is refused", () => {
  const applied = pendingMigrations("sqlite", [], [first]);
  const changed = { ...first, sqlite: "SELECT 3" };
  expect(() => pendingMigrations("sqlite", applied, [changed])).toThrow(DatabaseUnusable);
});

describe.each([...dialects])("on %s", (dialect) => {
  let made: TestDatabase | undefined;
  afterEach(async () => made?.remove());

  test("nodes that start at once migrate one database once", async () => {
    made = await makeTestDatabase(dialect);
    const open = made.open;
    const opened = await Promise.all([open(), open(), open()]);
    await Promise.all(opened.map((db) => db.close()));
  });
});
