import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { accounts, meta } from "../db/tables.ts";
import { hashSecret, newSecret } from "./session-token.ts";

export const SETUP_KEY = "setup_token_hash";

/** True once the server has an owner, and from then on for good. */
export async function isSetUp({ db }: Pick<App, "db">): Promise<boolean> {
  const owners = await db.read
    .select({ id: accounts.id })
    .from(accounts)
    .where(eq(accounts.role, "owner"))
    .limit(1);
  return owners.length > 0;
}

/**
 * The one-time link for the first administrator, the same at every start until it has been used; undefined
 * afterwards. The token lies in the data folder for this server's user alone, the database has its hash.
 */
export async function setupLink(app: App): Promise<string | undefined> {
  if (await isSetUp(app)) {
    forgetSetupToken(app);
    return undefined;
  }
  return `${app.config.publicOrigin}/setup/${(await keptToken(app)) ?? (await makeToken(app))}`;
}

export function forgetSetupToken(app: App): void {
  rmSync(tokenFile(app), { force: true });
}

export function setupTokenHash(token: string): string {
  return hashSecret(token).toBase64({ alphabet: "base64url", omitPadding: true });
}

async function keptToken(app: App): Promise<string | undefined> {
  if (!existsSync(tokenFile(app))) return undefined;
  const token = readFileSync(tokenFile(app), "utf8").trim();
  const [row] = await app.db.read.select({ value: meta.value }).from(meta).where(eq(meta.key, SETUP_KEY));
  return row?.value === setupTokenHash(token) ? token : undefined;
}

async function makeToken(app: App): Promise<string> {
  const token = newSecret();
  forgetSetupToken(app);
  writeFileSync(tokenFile(app), `${token}\n`, { mode: 0o600, flag: "wx", flush: true });
  const row = { key: SETUP_KEY, value: setupTokenHash(token) };
  await app.db.write(async (tx) => {
    await tx.insert(meta).values(row).onConflictDoUpdate({ target: meta.key, set: row });
  });
  return token;
}

function tokenFile(app: App): string {
  return join(app.config.dataFolder, "setup-token");
}
