import { Database as Handle } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { SQL } from "bun";
import { is } from "drizzle-orm";
import { toSnakeCase } from "drizzle-orm/casing";
import { getTableConfig, type SQLiteColumn, SQLiteSyncDialect, SQLiteTable } from "drizzle-orm/sqlite-core";
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

  test("its indexes, unique constraints and foreign keys are the data model's", async () => {
    const found = dialect === "sqlite" ? readSqliteRules(made) : await readPostgresRules(made);
    expect(found).toEqual(declaredRules());
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

/** Per table what PostgreSQL would call it, sorted: one spelling for what both dialects enforce. */
function declaredRules(): Schema {
  const all = Object.values(tables).filter((table) => is(table, SQLiteTable));
  return rulesByTable(all.flatMap((table) => declaredRulesOf(table)));
}

interface Rule {
  readonly table: string;
  readonly rule: string;
}

function declaredRulesOf(table: SQLiteTable): Rule[] {
  const { name, columns, uniqueConstraints, indexes, foreignKeys } = getTableConfig(table);
  const rules = [
    ...columns.filter(({ isUnique }) => isUnique).map((column) => `UNIQUE ${listed([column])}`),
    ...uniqueConstraints.map((constraint) => `UNIQUE ${listed(constraint.columns)}`),
    ...indexes.map(({ config }) => {
      const where = config.where && ` WHERE ${new SQLiteSyncDialect().sqlToQuery(config.where).sql}`;
      return `INDEX ${config.name} ${listed(config.columns as SQLiteColumn[])}${where ?? ""}`;
    }),
    ...foreignKeys.map((key) => {
      const { columns, foreignColumns, foreignTable } = key.reference();
      const to = `${getTableConfig(foreignTable).name}${listed(foreignColumns)}`;
      return `FOREIGN KEY ${listed(columns)} REFERENCES ${to} ON DELETE ${key.onDelete?.toUpperCase()}`;
    }),
  ];
  return rules.map((rule) => ({ table: name, rule }));
}

function listed(columns: readonly SQLiteColumn[]): string {
  return `(${columns.map((column) => toSnakeCase(column.name)).join(", ")})`;
}

function readSqliteRules(made: TestDatabase): Schema {
  const handle = new Handle(join(made.folder, "elahe.db"), { readonly: true });
  const rules = handle
    .query<Rule, []>(
      `SELECT m.name AS "table", 'UNIQUE (' ||
          (SELECT group_concat(name, ', ') FROM pragma_index_info(i.name)) || ')' AS rule
        FROM sqlite_schema m JOIN pragma_index_list(m.name) i ON i.origin = 'u' WHERE m.type = 'table'
      UNION ALL SELECT tbl_name, 'INDEX ' || name || ' ' || substr(sql, instr(sql, '('))
        FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL
      UNION ALL SELECT m.name, 'FOREIGN KEY (' || f."from" || ') REFERENCES ' || f."table" || '(' || f."to" ||
          ') ON DELETE ' || f.on_delete
        FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`,
    )
    .all();
  handle.close();
  return rulesByTable(rules);
}

async function readPostgresRules(made: TestDatabase): Promise<Schema> {
  const sql = new SQL(made.url ?? "", { max: 1 });
  const rules: Rule[] = await sql`
    SELECT conrelid::regclass::text AS "table", pg_get_constraintdef(oid) AS rule
      FROM pg_constraint WHERE contype IN ('u', 'f') AND connamespace = 'public'::regnamespace
    UNION ALL SELECT i.indrelid::regclass::text,
        'INDEX ' || c.relname || ' ' || substring(pg_get_indexdef(c.oid) FROM '[(].*')
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE c.relnamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid AND contype IN ('u', 'p'))`;
  await sql.close();
  return rulesByTable(rules);
}

function rulesByTable(rules: readonly Rule[]): Schema {
  const grouped = Map.groupBy(rules, ({ table }) => table);
  return sorted(
    [...grouped].map(([table, ofTable]) => [table, ofTable.map(({ rule }) => spelled(rule)).sort()]),
  );
}

/** PostgreSQL puts a condition in parentheses, and a migration may break its lines. */
function spelled(rule: string): string {
  return rule.replace(/\s+/g, " ").replace(/ WHERE \((.+)\)$/, " WHERE $1");
}

function sorted(entries: [string, string[]][]): Schema {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
