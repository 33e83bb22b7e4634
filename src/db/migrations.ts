import postgres0001 from "../../migrations/postgres/0001-foundation.sql" with { type: "text" };
import postgres0002 from "../../migrations/postgres/0002-attachments.sql" with { type: "text" };
import postgres0003 from "../../migrations/postgres/0003-profiles.sql" with { type: "text" };
import postgres0004 from "../../migrations/postgres/0004-deletes.sql" with { type: "text" };
import postgres0005 from "../../migrations/postgres/0005-group-links.sql" with { type: "text" };
import postgres0006 from "../../migrations/postgres/0006-channels.sql" with { type: "text" };
import postgres0007 from "../../migrations/postgres/0007-external-removals.sql" with { type: "text" };
import postgres0008 from "../../migrations/postgres/0008-attachment-uses.sql" with { type: "text" };
import postgres0009 from "../../migrations/postgres/0009-who-may.sql" with { type: "text" };
import postgres0010 from "../../migrations/postgres/0010-reports.sql" with { type: "text" };
import postgres0011 from "../../migrations/postgres/0011-audit-details.sql" with { type: "text" };
import postgres0012 from "../../migrations/postgres/0012-confusable-names.sql" with { type: "text" };
import postgres0013 from "../../migrations/postgres/0013-conversations-guard.sql" with { type: "text" };
import postgres0014 from "../../migrations/postgres/0014-limits.sql" with { type: "text" };
import postgres0015 from "../../migrations/postgres/0015-many-devices.sql" with { type: "text" };
import sqlite0001 from "../../migrations/sqlite/0001-foundation.sql" with { type: "text" };
import sqlite0002 from "../../migrations/sqlite/0002-attachments.sql" with { type: "text" };
import sqlite0003 from "../../migrations/sqlite/0003-profiles.sql" with { type: "text" };
import sqlite0004 from "../../migrations/sqlite/0004-deletes.sql" with { type: "text" };
import sqlite0005 from "../../migrations/sqlite/0005-group-links.sql" with { type: "text" };
import sqlite0006 from "../../migrations/sqlite/0006-channels.sql" with { type: "text" };
import sqlite0007 from "../../migrations/sqlite/0007-external-removals.sql" with { type: "text" };
import sqlite0008 from "../../migrations/sqlite/0008-attachment-uses.sql" with { type: "text" };
import sqlite0009 from "../../migrations/sqlite/0009-who-may.sql" with { type: "text" };
import sqlite0010 from "../../migrations/sqlite/0010-reports.sql" with { type: "text" };
import sqlite0011 from "../../migrations/sqlite/0011-audit-details.sql" with { type: "text" };
import sqlite0012 from "../../migrations/sqlite/0012-confusable-names.sql" with { type: "text" };
import sqlite0013 from "../../migrations/sqlite/0013-conversations-guard.sql" with { type: "text" };
import sqlite0014 from "../../migrations/sqlite/0014-limits.sql" with { type: "text" };
import sqlite0015 from "../../migrations/sqlite/0015-many-devices.sql" with { type: "text" };

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
  { number: 5, name: "group-links", sqlite: sqlite0005, postgres: postgres0005 },
  { number: 6, name: "channels", sqlite: sqlite0006, postgres: postgres0006 },
  { number: 7, name: "external-removals", sqlite: sqlite0007, postgres: postgres0007 },
  { number: 8, name: "attachment-uses", sqlite: sqlite0008, postgres: postgres0008 },
  { number: 9, name: "who-may", sqlite: sqlite0009, postgres: postgres0009 },
  { number: 10, name: "reports", sqlite: sqlite0010, postgres: postgres0010 },
  { number: 11, name: "audit-details", sqlite: sqlite0011, postgres: postgres0011 },
  { number: 12, name: "confusable-names", sqlite: sqlite0012, postgres: postgres0012 },
  { number: 13, name: "conversations-guard", sqlite: sqlite0013, postgres: postgres0013 },
  { number: 14, name: "limits", sqlite: sqlite0014, postgres: postgres0014 },
  { number: 15, name: "many-devices", sqlite: sqlite0015, postgres: postgres0015 },
];
