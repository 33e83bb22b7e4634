import type { Storage } from "../../storage/storage.ts";
import type { Fetch } from "./api.ts";

/** All of the world outside that the client touches, handed in: a browser's worker or Bun. */
export interface Platform {
  /** Scheme, host and port of the server. */
  readonly origin: string;
  readonly build: string;
  /** What the device is called in the account's list. */
  readonly deviceName: string;
  readonly fetch: Fetch;
  readonly openSocket: (path: string, handlers: SocketHandlers) => Socket;
  /** One folder for the browser itself (`browser`) and one for each account. */
  readonly openStorage: (folder: string) => Promise<Storage>;
  /** Asks that the browser never throws the data away to make room. */
  readonly askToPersist: () => Promise<void>;
  readonly locks: Locks;
  /** Reaches the other tabs of this browser, never the own one. */
  readonly openChannel: (name: string) => Channel;
  readonly clock: { now(): number };
}

export interface SocketHandlers {
  opened(): void;
  received(bytes: Uint8Array<ArrayBuffer>): void;
  closed(code: number): void;
}

export interface Socket {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export interface Locks {
  /** Runs `work` when nobody else holds the lock of this name, in any tab. */
  hold<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer>;
  /**
   * Waits for the lock and keeps it until `release`; `lost` runs when another takes it by force.
   * `force` takes it from whoever has it: for a leader that no longer answers.
   */
  keep(name: string, on: { readonly got: () => void; readonly lost: () => void }, force?: boolean): Release;
}

export type Release = () => void;

export interface Channel {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): void;
  close(): void;
}
