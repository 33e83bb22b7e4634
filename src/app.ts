import type { Config } from "./config/config.ts";
import type { Secrets } from "./config/open-secrets.ts";
import type { Database } from "./db/database.ts";
import type { Facts } from "./facts.ts";
import type { Hub } from "./live/hub.ts";
import type { Log } from "./log/log.ts";
import type { Role } from "./protocol/accounts.ts";
import type { AccountId, DeviceId, SessionId } from "./protocol/ids.ts";

/** Milliseconds since 1970 in UTC. Tests set it; nothing else reads the time. */
export interface Clock {
  now(): number;
}

/** What every part is opened from: opened once in this order, closed in reverse. Tests swap any field. */
export interface App {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly clock: Clock;
  readonly db: Database;
  readonly facts: Facts;
  readonly hub: Hub;
  /** Names this build of server and web. */
  readonly build: string;
  /** Aborted when it closes: what runs by itself ends then, and finding no database any more is no fault. */
  readonly closing: AbortSignal;
}

/** The answer to "who is this", asked in one way everywhere. */
export interface SessionFacts {
  readonly sessionId: SessionId;
  readonly accountId: AccountId;
  readonly username: string;
  readonly role: Role;
  /** The device attached to the session. */
  readonly deviceId: DeviceId | undefined;
}
