import { customType, text as sqliteText } from "drizzle-orm/sqlite-core";

/**
 * The words that tables are written in. Each is one type in SQLite and one in PostgreSQL:
 * text TEXT/TEXT, integer INTEGER/BIGINT, flag INTEGER/BOOLEAN, bytes BLOB/BYTEA.
 * PostgreSQL hands out BIGINT as decimal text, therefore `integer` maps what comes back.
 */
export const text = sqliteText;

export const integer = customType<{ data: number; driverData: number | string | bigint }>({
  dataType: () => "integer",
  toDriver: (value) => value,
  fromDriver: (value) => Number(value),
});

/** Milliseconds since 1970 in UTC. */
export const time = integer;

export const flag = customType<{ data: boolean; driverData: boolean | number }>({
  dataType: () => "flag",
  toDriver: (value) => value,
  fromDriver: (value) => value === true || value === 1,
});

export const bytes = customType<{ data: Uint8Array<ArrayBuffer>; driverData: Uint8Array<ArrayBuffer> }>({
  dataType: () => "blob",
  toDriver: (value) => value,
  fromDriver: (value) => new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
});
