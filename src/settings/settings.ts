import * as v from "valibot";
import type { App } from "../app.ts";
import { type AuditedBy, appendAudit } from "../audit/append-audit.ts";
import type { Database } from "../db/database.ts";
import { settings } from "../db/tables.ts";
import { registrationMode } from "../protocol/accounts.ts";
import { text } from "../protocol/values.ts";

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Whatever is absent or no longer understood has its default, and each default is the cautious one. */
const MEBIBYTE = 1024 * 1024;
const allowed = {
  registration: registrationMode,
  serverName: text(120, 1),
  /** Bytes of one encrypted file, and of all files of one account. */
  attachmentLargest: size,
  attachmentQuota: size,
  /** Endings (`.pdf`) and media types (`image/png`, `image/*`); empty: everything. */
  attachmentsAllowed: v.pipe(
    v.array(v.pipe(text(100), v.regex(/^(\.\w+|[\w.+-]+\/[\w.+*-]+)$/))),
    v.maxLength(200),
  ),
};
const shape = v.object({
  registration: v.fallback(allowed.registration, "invite"),
  serverName: v.fallback(allowed.serverName, "Elahe"),
  attachmentLargest: v.fallback(allowed.attachmentLargest, 100 * MEBIBYTE),
  attachmentQuota: v.fallback(allowed.attachmentQuota, 1024 * MEBIBYTE),
  attachmentsAllowed: v.fallback(allowed.attachmentsAllowed, []),
});
export type Settings = v.InferOutput<typeof shape>;

const known = new WeakMap<Database, Promise<Settings>>();

export async function readSettings(app: Pick<App, "db">): Promise<Settings> {
  const remembered = known.get(app.db);
  if (remembered !== undefined) return remembered;
  const loading = load(app);
  known.set(app.db, loading);
  loading.catch(() => known.delete(app.db));
  return loading;
}

export async function changeSetting<Name extends keyof Settings>(
  app: Pick<App, "db">,
  name: Name,
  value: Settings[Name],
  by: AuditedBy,
): Promise<void> {
  const row = {
    key: name,
    value: JSON.stringify(v.parse(allowed[name], value)),
    changedAt: by.at,
  };
  await app.db.write(async (tx) => {
    await tx.insert(settings).values(row).onConflictDoUpdate({ target: settings.key, set: row });
    await appendAudit(tx, { ...by, action: "setting.changed", target: name });
  });
  known.delete(app.db);
}

async function load({ db }: Pick<App, "db">): Promise<Settings> {
  const rows = await db.read.select().from(settings);
  return v.parse(shape, Object.fromEntries(rows.map(({ key, value }) => [key, parseJson(value)])));
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
