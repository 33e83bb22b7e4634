/** One noun of the client's own data. Keys are text and sort as text; `key.ts` makes the compound ones. */
export const STORES = [
  "account",
  "identity",
  "recovery",
  "key_packages",
  "groups",
  "trees",
  "commits",
  "conversations",
  "direct",
  "messages",
  "message_ids",
  "outbox",
  "foundings",
  "channels",
  "cursors",
  "deeds",
  "archives",
  "archive_due",
  "evidence",
  "drafts",
  "emoji",
  "pins",
  "device_logs",
  "people",
  "privacy",
  "profiles",
  "pictures",
  "uploads",
  "pieces",
  "expiries",
  "clock",
  "shared",
  "shared_due",
  "shared_cursor",
] as const;
export type StoreName = (typeof STORES)[number];

/** A record as it lies at rest. The version rises with each write; 0 means that there is none. */
export interface StoredRecord {
  readonly key: string;
  readonly version: number;
  readonly sealed: Uint8Array<ArrayBuffer>;
}

export interface Expectation {
  readonly store: StoreName;
  readonly key: string;
  readonly version: number;
}

export interface Write {
  /** All must hold inside the same transaction, or nothing is written. */
  readonly expect: readonly Expectation[];
  readonly put: readonly ({ readonly store: StoreName } & StoredRecord)[];
  readonly remove: readonly { readonly store: StoreName; readonly key: string }[];
}

/** Keys from `from` to `to`, both included, in order (or newest first), at most `limit`. */
export interface Range {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  readonly newestFirst?: boolean;
}

/** Where one account's data lies in this browser or folder. Failures are `StorageFailed`. */
export interface Storage {
  /** Seals each record; never leaves the place where the data lies. */
  readonly key: CryptoKey;
  read(store: StoreName, key: string): Promise<StoredRecord | undefined>;
  list(store: StoreName, range: Range): Promise<readonly StoredRecord[]>;
  /** Durable when it answers `written`; `changed` when an expectation did not hold. */
  write(change: Write): Promise<"written" | "changed">;
  close(): void;
}

/** The disk or the browser refused: nothing was written, and nothing may go on as if it had been. */
export class StorageFailed extends Error {
  readonly full: boolean;
  /** The storage itself works: this one record does not open, or is not what it should be. */
  readonly damaged: boolean;

  constructor(cause: unknown, damaged = false) {
    super("storage failed", { cause });
    this.name = "StorageFailed";
    this.full = isFull(cause);
    this.damaged = damaged;
  }
}

function isFull(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return cause.name === "QuotaExceededError" || cause.message.includes("disk is full");
}
