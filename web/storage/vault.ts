import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../src/protocol/codec.ts";
import { unwrapState, wrapState } from "../crypto/wrap-state.ts";
import { RECORDS, type Records } from "./records.ts";
import { type Range, type Storage, StorageFailed, type StoredRecord, type StoreName } from "./storage.ts";

export interface Found<Name extends StoreName> {
  readonly key: string;
  readonly value: Records[Name];
}

export interface Reader {
  read<Name extends StoreName>(store: Name, key: string): Promise<Records[Name] | undefined>;
  /** Without what is damaged. */
  list<Name extends StoreName>(store: Name, range: Range): Promise<readonly Found<Name>[]>;
}

/** Reads see the change's own puts, lists do not. */
export interface Change extends Reader {
  put<Name extends StoreName>(store: Name, key: string, value: Records[Name]): void;
  remove(store: StoreName, key: string): void;
}

/** Storage whose records are typed and sealed. */
export interface Vault extends Reader {
  /**
   * Runs `work` and then writes all it put and removed in one durable transaction, on condition that
   * nothing it read has changed meanwhile; else it is run again. What `work` does besides must be pure.
   */
  change<Answer>(work: (change: Change) => Promise<Answer>): Promise<Answer>;
  close(): void;
}

const ATTEMPTS = 10;

export function openVault(storage: Storage): Vault {
  const open = <Name extends StoreName>(store: Name, record: StoredRecord) => opened(storage, store, record);
  return {
    read: async (store, key) => {
      const record = await storage.read(store, key);
      return record && open(store, record);
    },
    list: async <Name extends StoreName>(store: Name, range: Range) => {
      return readable(storage, store, await storage.list(store, range));
    },
    change: async (work) => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const change = startChange(storage);
        const answer = await work(change);
        if ((await change.write()) === "written") return answer;
      }
      throw new StorageFailed(new Error("another tab kept changing the same records"));
    },
    close: () => storage.close(),
  };
}

interface Touched {
  readonly store: StoreName;
  readonly key: string;
  /** As read; undefined when the record is written without having been read. */
  version: number | undefined;
  value: unknown;
  fate: "kept" | "put" | "removed";
}

function startChange(storage: Storage): Change & { write(): Promise<"written" | "changed"> } {
  const touched = new Map<string, Touched>();
  const touch = (store: StoreName, key: string): Touched => {
    const name = `${store}/${key}`;
    const known = touched.get(name);
    if (known) return known;
    const fresh: Touched = { store, key, version: undefined, value: undefined, fate: "kept" };
    touched.set(name, fresh);
    return fresh;
  };
  return {
    async read<Name extends StoreName>(store: Name, key: string) {
      const record = touch(store, key);
      if (record.version === undefined && record.fate === "kept") {
        const stored = await storage.read(store, key);
        record.version = stored?.version ?? 0;
        record.value = stored && (await opened(storage, store, stored));
      }
      return record.fate === "removed" ? undefined : (record.value as Records[Name] | undefined);
    },
    async list(store, range) {
      return readable(storage, store, await storage.list(store, range));
    },
    put: (store, key, value) => void Object.assign(touch(store, key), { value, fate: "put" }),
    remove: (store, key) => void Object.assign(touch(store, key), { value: undefined, fate: "removed" }),
    write: () => writeTouched(storage, [...touched.values()]),
  };
}

async function writeTouched(storage: Storage, touched: readonly Touched[]): Promise<"written" | "changed"> {
  if (touched.every(({ fate }) => fate === "kept")) return "written";
  const put = await Promise.all(
    touched.filter(({ fate }) => fate === "put").map((record) => closed(storage, record)),
  );
  return storage.write({
    expect: touched.flatMap(({ store, key, version }) =>
      version === undefined ? [] : { store, key, version },
    ),
    put,
    remove: touched.filter(({ fate }) => fate === "removed"),
  });
}

async function closed(storage: Storage, { store, key, version, value }: Touched) {
  const before = version ?? (await storage.read(store, key))?.version ?? 0;
  const sealed = await wrapState(storage.key, `${store}/${key}`, encodeBinary(value));
  return { store, key, version: before + 1, sealed };
}

/** A damaged record is passed over: it takes the others along neither out of sight nor out of use. */
async function readable<Name extends StoreName>(
  storage: Storage,
  store: Name,
  records: readonly StoredRecord[],
): Promise<Found<Name>[]> {
  const found = await Promise.all(
    records.map(async (record): Promise<Found<Name>[]> => {
      try {
        return [{ key: record.key, value: await opened(storage, store, record) }];
      } catch (cause) {
        if (cause instanceof StorageFailed && cause.damaged) return [];
        throw cause;
      }
    }),
  );
  return found.flat();
}

async function opened<Name extends StoreName>(
  storage: Storage,
  store: Name,
  record: StoredRecord,
): Promise<Records[Name]> {
  try {
    const plain = decodeBinary(await unwrapState(storage.key, `${store}/${record.key}`, record.sealed));
    return v.parse<v.GenericSchema<unknown, unknown>>(RECORDS[store], plain) as Records[Name];
  } catch (cause) {
    throw new StorageFailed(cause, true);
  }
}
