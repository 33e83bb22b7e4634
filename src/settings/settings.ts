import { inArray } from "drizzle-orm";
import * as v from "valibot";
import type { App } from "../app.ts";
import { type AuditedBy, appendAudit } from "../audit/append-audit.ts";
import type { Database, Queries } from "../db/database.ts";
import { settings } from "../db/tables.ts";
import {
  type ServerSettings,
  type SettingChanges,
  type SettingName,
  serverSettings,
  settingChanges,
} from "../protocol/settings.ts";

const MEBIBYTE = 1024 * 1024;

/** Whatever is absent or no longer understood has its default, and each default is the cautious one. */
const { entries: allowed } = serverSettings;
const shape = v.object({
  registration: v.fallback(allowed.registration, "invite"),
  serverName: v.fallback(allowed.serverName, "Elahe"),
  attachmentLargest: v.fallback(allowed.attachmentLargest, 100 * MEBIBYTE),
  attachmentQuota: v.fallback(allowed.attachmentQuota, 1024 * MEBIBYTE),
  attachmentsAllowed: v.fallback(allowed.attachmentsAllowed, []),
});

const known = new WeakMap<Database, Promise<ServerSettings>>();

export async function readSettings(app: Pick<App, "db">): Promise<ServerSettings> {
  const remembered = known.get(app.db);
  if (remembered !== undefined) return remembered;
  const loading = load(app.db.read);
  known.set(app.db, loading);
  loading.catch(() => known.delete(app.db));
  return loading;
}

/** Each that is really another than before is recorded with both values. */
export async function changeSettings(
  app: Pick<App, "db">,
  wanted: SettingChanges,
  by: AuditedBy,
): Promise<void> {
  const chosen = v.parse(settingChanges, wanted);
  const names = (Object.keys(chosen) as SettingName[]).filter((name) => chosen[name] !== undefined);
  await app.db.write(async (tx) => {
    const before = await load(tx, names);
    for (const key of names) {
      const [from, to] = [JSON.stringify(before[key]), JSON.stringify(chosen[key])];
      if (from === to) continue;
      const row = { key, value: to, changedAt: by.at };
      await tx.insert(settings).values(row).onConflictDoUpdate({ target: settings.key, set: row });
      await appendAudit(tx, { ...by, action: "setting.changed", target: key, detail: `${from} → ${to}` });
    }
  });
  known.delete(app.db);
}

async function load(db: Queries, names?: SettingName[]): Promise<ServerSettings> {
  const rows = await db
    .select()
    .from(settings)
    .where(names === undefined ? undefined : inArray(settings.key, names));
  return v.parse(shape, Object.fromEntries(rows.map(({ key, value }) => [key, parseJson(value)])));
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
