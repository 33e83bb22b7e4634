import { makeWrappingKey } from "../crypto/wrap-state.ts";
import { type Range, STORES, type Storage, StorageFailed, type StoredRecord, type Write } from "./storage.ts";

const KEYS = "keys";
/** Rises with each store that is added. */
const LAYOUT = 15;

type Row = Omit<StoredRecord, "key">;

/** Storage in a browser: one database for each account, its sealing key not extractable. */
export async function openIndexedDbStorage(folder: string): Promise<Storage> {
  const database = await openDatabase(`elahe-${folder}`);
  const key = await sealingKey(database);
  return {
    key,
    read: (store, recordKey) => readRecord(database, store, recordKey),
    list: (store, range) => listRecords(database, store, range),
    write: (change) => writeRecords(database, change),
    close: () => database.close(),
  };
}

async function openDatabase(name: string): Promise<IDBDatabase> {
  return failing(async () => {
    const opening = indexedDB.open(name, LAYOUT);
    opening.onupgradeneeded = () => {
      const { result } = opening;
      const there = result.objectStoreNames;
      for (const store of [...STORES, KEYS]) if (!there.contains(store)) result.createObjectStore(store);
    };
    const database = await answered(opening);
    database.onversionchange = () => database.close();
    return database;
  });
}

/** Two tabs may open a new account at once: `add` lets the first key win. */
async function sealingKey(database: IDBDatabase): Promise<CryptoKey> {
  const fresh = await makeWrappingKey();
  return failing(async () => {
    const transaction = database.transaction(KEYS, "readwrite", { durability: "strict" });
    const keys = transaction.objectStore(KEYS);
    const stored = keys.get("sealing");
    stored.onsuccess = () => {
      if (stored.result === undefined) keys.add(fresh, "sealing");
    };
    await finished(transaction);
    return stored.result instanceof CryptoKey ? stored.result : fresh;
  });
}

function readRecord(database: IDBDatabase, store: string, key: string): Promise<StoredRecord | undefined> {
  return failing(async () => {
    const row: Row | undefined = await answered(database.transaction(store).objectStore(store).get(key));
    return row && { key, version: row.version, sealed: row.sealed };
  });
}

function listRecords(database: IDBDatabase, store: string, range: Range): Promise<readonly StoredRecord[]> {
  return failing(async () => {
    const transaction = database.transaction(store);
    const found: StoredRecord[] = [];
    const bounds = IDBKeyRange.bound(range.from, range.to);
    const walk = transaction.objectStore(store).openCursor(bounds, range.newestFirst ? "prev" : "next");
    walk.onsuccess = () => {
      const at = walk.result;
      if (!at || found.length >= range.limit) return;
      const row: Row = at.value;
      found.push({ key: String(at.key), version: row.version, sealed: row.sealed });
      if (found.length < range.limit) at.continue();
    };
    await finished(transaction);
    return found;
  });
}

function writeRecords(database: IDBDatabase, change: Write): Promise<"written" | "changed"> {
  const stores = new Set([...change.expect, ...change.put, ...change.remove].map(({ store }) => store));
  if (stores.size === 0) return Promise.resolve("written");
  return failing(async () => {
    const transaction = database.transaction([...stores], "readwrite", { durability: "strict" });
    let waiting = change.expect.length;
    let changed = false;
    const fill = () => {
      for (const { store, key, version, sealed } of change.put) {
        transaction.objectStore(store).put({ version, sealed } satisfies Row, key);
      }
      for (const { store, key } of change.remove) transaction.objectStore(store).delete(key);
    };
    for (const { store, key, version } of change.expect) {
      const stored: IDBRequest<Row | undefined> = transaction.objectStore(store).get(key);
      stored.onsuccess = () => {
        if ((stored.result?.version ?? 0) !== version) changed = true;
        waiting -= 1;
        if (waiting === 0 && !changed) fill();
      };
    }
    if (waiting === 0) fill();
    await finished(transaction);
    return changed ? "changed" : "written";
  });
}

function answered<Answer>(request: IDBRequest<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Durable only at `complete`: a request's own success may still be followed by an abort. */
function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("transaction aborted"));
  });
}

async function failing<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (cause) {
    throw new StorageFailed(cause);
  }
}
