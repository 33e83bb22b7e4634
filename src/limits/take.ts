import type { RequestContext } from "../answer.ts";
import type { Database } from "../db/database.ts";
import { Refusal } from "../refusal.ts";
import { addressKey } from "./address-key.ts";
import { keep } from "./keep.ts";

interface Limit {
  /** How many at once. */
  readonly burst: number;
  /** One more is allowed every so many milliseconds. */
  readonly every: number;
}

export const LIMITS = {
  /* Taken by every sign-in while it is under way, given back by those that succeed. */
  sign_in_failure: { burst: 200, every: 6_000 },
  registration: { burst: 30, every: 20_000 },
  set_up: { burst: 20, every: 10_000 },
  invite_check: { burst: 30, every: 2_000 },
  invite_creation: { burst: 60, every: 5_000 },
  /* Of all that only reads, by session. */
  read: { burst: 600, every: 20 },
  look_up: { burst: 60, every: 1_000 },
  key_package_claim: { burst: 60, every: 2_000 },
  key_package_upload: { burst: 20, every: 5_000 },
  /* Of founding and committing: each has a whole group verified, signature by signature. */
  group_change: { burst: 60, every: 1_000 },
  attachment: { burst: 200, every: 250 },
  attachment_chunk: { burst: 1_000, every: 10 },
  attachment_fetch: { burst: 300, every: 100 },
  profile_change: { burst: 20, every: 10_000 },
  /* Eight profiles each. */
  profile_read: { burst: 200, every: 500 },
  channel_change: { burst: 20, every: 30_000 },
  channel_comment: { burst: 30, every: 3_000 },
  channel_read: { burst: 300, every: 100 },
  report: { burst: 10, every: 600_000 },
  /* Of ten rows. */
  store_change: { burst: 100, every: 500 },
  /* Of a hundred messages. */
  archive_change: { burst: 200, every: 500 },
  archive_read: { burst: 200, every: 200 },
  vault_change: { burst: 10, every: 30_000 },
  device_link: { burst: 20, every: 15_000 },
  device_registration: { burst: 10, every: 60_000 },
} as const satisfies Record<string, Limit>;
/** Of messages how many is a setting. */
export type LimitName = keyof typeof LIMITS | "message";

export type Limited = Pick<RequestContext, "app" | "setHeader">;

interface Bucket {
  tokens: number;
  at: number;
}

const buckets = new WeakMap<Database, Map<string, Bucket>>();

/**
 * Takes from this key's bucket, or refuses and says after how many seconds there is one again. More at once than
 * there are is lent, so that a large request passes too, and the next waits for longer.
 */
export function take(request: Limited, name: LimitName, key: string, count = 1): void {
  const { every } = limitOf(request, name);
  const bucket = refilled(request, name, key);
  if (bucket.tokens < 1) refuseFor(request, (1 - bucket.tokens) * every);
  bucket.tokens -= count;
}

/** The same for whoever sits behind this address. */
export function takeForAddress(request: Limited & { readonly ip: string }, name: LimitName): void {
  take(request, name, addressKey(request.ip));
}

/** For what turned out not to count, such as a sign-in that succeeded. */
export function giveBack(request: Limited & { readonly ip: string }, name: LimitName): void {
  const bucket = refilled(request, name, addressKey(request.ip));
  bucket.tokens = Math.min(limitOf(request, name).burst, bucket.tokens + 1);
}

export function refuseFor(request: Limited, milliseconds: number): never {
  request.setHeader("Retry-After", String(Math.max(1, Math.ceil(milliseconds / 1000))));
  throw new Refusal("request.too_many");
}

function limitOf({ app }: Pick<Limited, "app">, name: LimitName): Limit {
  if (name !== "message") return LIMITS[name];
  const { messagesAtOnce, messagesPerSecond } = app.config.limits;
  return { burst: messagesAtOnce, every: 1000 / messagesPerSecond };
}

function refilled({ app }: Limited, name: LimitName, key: string): Bucket {
  const ofServer = buckets.get(app.db) ?? new Map<string, Bucket>();
  buckets.set(app.db, ofServer);
  const { burst, every } = limitOf({ app }, name);
  const now = app.clock.now();
  const before = ofServer.get(`${name} ${key}`) ?? { tokens: burst, at: now };
  const tokens = Math.min(burst, before.tokens + Math.max(0, now - before.at) / every);
  return keep(ofServer, `${name} ${key}`, { tokens, at: now });
}
