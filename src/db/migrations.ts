import postgres0001 from "../../migrations/postgres/0001-foundation.sql" with { type: "text" };
import postgres0002 from "../../migrations/postgres/0002-attachments.sql" with { type: "text" };
import postgres0003 from "../../migrations/postgres/0003-profiles.sql" with { type: "text" };
import postgres0004 from "../../migrations/postgres/0004-deletes.sql" with { type: "text" };
import sqlite0001 from "../../migrations/sqlite/0001-foundation.sql" with { type: "text" };
import sqlite0002 from "../../migrations/sqlite/0002-attachments.sql" with { type: "text" };
import sqlite0003 from "../../migrations/sqlite/0003-profiles.sql" with { type: "text" };
import sqlite0004 from "../../migrations/sqlite/0004-deletes.sql" with { type: "text" };

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sqlite: string;
  readonly postgres: string;
}

/** Every change of the schema, oldest first, embedded in the executable. Append-only once released. */
export const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: "foundation", sqlite: sqlite0001, postgres: postgres0001 },
  { number: 2, name: "attachments", sqlite: sqlite0002, postgres: postgres0002 },
  { number: 3, name: "profiles", sqlite: sqlite0003, postgres: postgres0003 },
  { number: 4, name: "deletes", sqlite: sqlite0004, postgres: postgres0004 },
];
