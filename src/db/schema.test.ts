import { Database as Handle } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { SQL } from "bun";
import { is } from "drizzle-orm";
import { toSnakeCase } from "drizzle-orm/casing";
import { getTableConfig, type SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { type Dialect, dialects, makeTestDatabase, type TestDatabase } from "../testing/dialects.ts";
import * as tables from "./tables.ts";

/** How each word of `columns.ts` is spelled. */
const SPELLED: Record<Dialect, Record<string, string>> = {
  sqlite: { text: "TEXT", integer: "INTEGER", flag: "INTEGER", blob: "BLOB" },
  postgres: { text: "text", integer: "bigint", flag: "boolean", blob: "bytea" },
};

describe.each([...dialects])("on %s", (dialect) => {
  let made: TestDatabase;
  beforeAll(async () => {
    made = await makeTestDatabase(dialect);
    await (await made.open()).close();
  });
  afterAll(() => made.remove());

  test("the migrated schema is the data model", async () => {
    const found = dialect === "sqlite" ? readSqlite(made) : await readPostgres(made);
    expect(found).toEqual(declared(dialect));
  });
});

/** Per table its columns in order: name, type, whether it must be there, whether it is in the primary key. */
type Schema = Record<string, string[]>;

function declared(dialect: Dialect): Schema {
  const all = Object.values(tables).filter((table) => is(table, SQLiteTable));
  return sorted(all.map((table) => declaredTable(dialect, table)));
}

function declaredTable(dialect: Dialect, table: SQLiteTable): [string, string[]] {
  const { name, columns, primaryKeys } = getTableConfig(table);
  const keys = new Set<SQLiteColumn>(primaryKeys.flatMap((key) => key.columns));
  const lines = columns.map((column) =>
    line({
      name: toSnakeCase(column.name),
      type: SPELLED[dialect][column.getSQLType()] ?? column.getSQLType(),
      needed: column.notNull || column.primary,
      key: column.primary || keys.has(column),
    }),
  );
  return [name, lines];
}

interface Row {
  table: string;
  name: string;
  type: string;
  needed: boolean | number;
  key: boolean | number;
}

function readSqlite(made: TestDatabase): Schema {
  const handle = new Handle(join(made.folder, "elahe.db"), { readonly: true });
  const rows = handle
    .query<Row, []>(
      `SELECT m.name AS "table", c.name, c.type, c."notnull" AS needed, c.pk > 0 AS key
       FROM sqlite_schema m JOIN pragma_table_info(m.name) c
       WHERE m.type = 'table' AND m.name <> 'migrations' ORDER BY m.name, c.cid`,
    )
    .all();
  handle.close();
  return byTable(rows);
}

async function readPostgres(made: TestDatabase): Promise<Schema> {
  const sql = new SQL(made.url ?? "", { max: 1 });
  const rows: Row[] = await sql`
    SELECT c.table_name AS "table", c.column_name AS name, c.data_type AS type,
      c.is_nullable = 'NO' AS needed, k.column_name IS NOT NULL AS key
    FROM information_schema.columns c
    LEFT JOIN (
      information_schema.key_column_usage k
      JOIN information_schema.table_constraints t
        ON t.constraint_name = k.constraint_name AND t.constraint_type = 'PRIMARY KEY'
    ) ON k.table_name = c.table_name AND k.column_name = c.column_name
    WHERE c.table_schema = 'public' AND c.table_name <> 'migrations'
    ORDER BY c.table_name, c.ordinal_position`;
  await sql.close();
  return byTable(rows);
}

function byTable(rows: readonly Row[]): Schema {
  const grouped = Map.groupBy(rows, (row) => row.table);
  return sorted([...grouped].map(([name, columns]) => [name, columns.map(line)]));
}

function line({ name, type, needed, key }: Omit<Row, "table">): string {
  return `${name} ${type}${needed ? " NOT NULL" : ""}${key ? " KEY" : ""}`;
}

function sorted(entries: [string, string[]][]): Schema {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
