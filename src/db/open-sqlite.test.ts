import { expect, test } from "bun:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseUnusable } from "./migrate.ts";
import { openSqlite } from "./open-sqlite.ts";

function fileWith(bytes: Uint8Array): string {
  const file = join(mkdtempSync(join(tmpdir(), "elahe-db-")), "elahe.db");
  writeFileSync(file, bytes);
  return file;
}

test("a file that is no database is refused with what to do", () => {
  const file = fileWith(crypto.getRandomValues(new Uint8Array(8192)));
  expect(() => openSqlite(file)).toThrow(DatabaseUnusable);
  expect(() => openSqlite(file)).toThrow("Restore it from a backup");
});

test("a database whose first pages are damaged is refused with what to do", async () => {
  const file = fileWith(new Uint8Array(0));
  await openSqlite(file).close();
  const bytes = new Uint8Array(await Bun.file(file).arrayBuffer());
  bytes.fill(0xa5, 100, 4096);
  expect(() => openSqlite(fileWith(bytes))).toThrow(DatabaseUnusable);
});
