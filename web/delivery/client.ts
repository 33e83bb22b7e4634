import type { Me } from "../../src/protocol/accounts.ts";
import type { AccountId, ConversationId, DeviceId } from "../../src/protocol/ids.ts";
import type { Device } from "../crypto/device.ts";
import type { Change, Vault } from "../storage/vault.ts";
import type { Patch } from "./patches.ts";
import type { Call } from "./platform/api.ts";
import type { Platform } from "./platform/platform.ts";

/** One account in this browser, before it is known whether its encryption lives here. */
export interface Account {
  readonly platform: Platform;
  readonly call: Call;
  readonly vault: Vault;
  readonly accountId: AccountId;
  readonly username: string;
  /** What the server said of the session when this tab opened; undefined without network. */
  readonly me: Me | undefined;
  readonly tell: (patch: Patch) => void;
}

/** The account with its device: able to read and write. */
export interface Client extends Account {
  readonly device: Device;
  readonly deviceId: DeviceId;
  /** Durable here up to and with this sequence: to be acknowledged. */
  readonly moved: (about: ConversationId | "account", sequence: number) => void;
  /** The group of this conversation needs something: a repair, an answer to its commit, a fresh key. */
  readonly tend: (id: ConversationId) => void;
  /** Somebody told of a profile that is not here. */
  readonly fetchProfiles: () => void;
  /** Who is in this conversation, and what others were told of them, is to be held against the device logs. */
  readonly checkDevices: (id: ConversationId) => void;
  /** The account has other devices than before. */
  readonly devicesChanged: () => void;
  /** There are other public channels here than before. */
  readonly channelsChanged: () => void;
  /** Milliseconds of the server's clock, as far as it is known. */
  readonly serverNow: () => number;
  /** Something came that disappears. */
  readonly expire: () => void;
  /** What stopped work nobody waits for: a failing storage is shown, anything else is a bug. */
  readonly tellFailure: (cause: unknown) => void;
  /** Work on one conversation in the order it was asked for; the network may be used meanwhile. */
  readonly inTurn: <Answer>(
    about: ConversationId | "account" | "founding" | "key_packages",
    work: () => Promise<Answer>,
  ) => Promise<Answer>;
}

/**
 * The per-operation lock: read, compute, one conditional write. Never held over the network, because a
 * frozen tab must not keep the others from decrypting.
 */
export function locked<Answer>(client: Account, work: (change: Change) => Promise<Answer>): Promise<Answer> {
  return client.platform.locks.hold(`elahe-state-${client.accountId}`, () => client.vault.change(work));
}

/** A queue for each name: what is asked for later starts later. */
export function makeTurns(): Client["inTurn"] {
  const last = new Map<string, Promise<unknown>>();
  return (about, work) => {
    const turn = (last.get(about) ?? Promise.resolve()).then(work, work);
    last.set(about, turn);
    const done = () => {
      if (last.get(about) === turn) last.delete(about);
    };
    turn.then(done, done);
    return turn;
  };
}
