import { mkdirSync } from "node:fs";
import type { App, Clock } from "./app.ts";
import type { Config } from "./config/config.ts";
import { openSecrets } from "./config/open-secrets.ts";
import { DatabaseUnusable } from "./db/migrate.ts";
import { openDatabase } from "./db/open-database.ts";
import { openFacts } from "./facts.ts";
import { openHub } from "./live/hub.ts";
import type { Log } from "./log/log.ts";
import { openLog } from "./log/open-log.ts";

declare const ELAHE_BUILD: string | undefined;

/** Of this executable; `source` when it runs unbuilt. */
export const BUILD = typeof ELAHE_BUILD === "string" ? ELAHE_BUILD : "source";

/** Milliseconds. */
const DATABASE_WITHIN = 30_000;
const DATABASE_EVERY = 500;

export interface OpenedApp extends App {
  close(): Promise<void>;
}

/** Opens everything once, in order; `close` goes back in reverse. */
export async function openApp(config: Config, swapped: Partial<App> = {}): Promise<OpenedApp> {
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
  const clock: Clock = swapped.clock ?? { now: Date.now };
  const log =
    swapped.log ??
    openLog({
      level: config.logLevel,
      format: config.logFormat,
      write: (line) => void process.stdout.write(line),
      now: clock.now,
    });
  const secrets = swapped.secrets ?? (await openSecrets(config.dataFolder));
  const db = swapped.db ?? (await whenThere(() => openDatabase(config), log));
  const facts = swapped.facts ?? openFacts();
  const hub = swapped.hub ?? openHub();
  const closing = new AbortController();
  return {
    config,
    clock,
    log,
    secrets,
    db,
    facts,
    hub,
    build: swapped.build ?? BUILD,
    closing: closing.signal,
    close() {
      closing.abort();
      return db.close();
    },
  };
}

/** After a power cut the database and this server start at once, and the database takes longer. */
async function whenThere<Opened>(open: () => Promise<Opened>, log: Log): Promise<Opened> {
  const giveUpAt = performance.now() + DATABASE_WITHIN;
  for (let isSaid = false; ; isSaid = true) {
    try {
      return await open();
    } catch (error) {
      const isWorthWaiting = error instanceof DatabaseUnusable && error.isAway;
      if (!isWorthWaiting || performance.now() > giveUpAt) throw error;
      if (!isSaid) log.warn("waiting_for_database", { error });
      await Bun.sleep(DATABASE_EVERY);
    }
  }
}
