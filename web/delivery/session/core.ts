import { type Me, whoAmI } from "../../../src/protocol/accounts.ts";
import type { MessageId } from "../../../src/protocol/ids.ts";
import { StorageFailed } from "../../storage/storage.ts";
import { readAllUploads } from "../attachments/uploads.ts";
import type { Account } from "../client.ts";
import type { Command, Results } from "../commands.ts";
import type { KeylessCommand } from "../devices/commands.ts";
import type { Keyless } from "../devices/open-keyless.ts";
import { Failed, Refused, Unreachable } from "../failures.ts";
import { fetchSuites } from "../groups/fetch-suites.ts";
import type { Connection, DeviceState, Patch } from "../patches.ts";
import { readAllProfiles } from "../profiles/profile-records.ts";
import { runCommand } from "../run-command.ts";
import { readConversationViews } from "../views.ts";
import { type LiveSession, openLiveSession } from "./live-session.ts";
import { ensureDevice, type OwnDevice, storedDevice } from "./register-device.ts";

export interface Answer {
  readonly result: Results[Command["kind"]];
  /** For whoever asked, and for nobody else. */
  readonly patches: readonly Patch[];
}

/** The one working client of an account in this browser: it has the socket, the inbox and the outbox. */
export interface Core {
  /** `messageId` is made by whoever asks, so that a command asked twice counts once. */
  run(command: Command, messageId: MessageId): Promise<Answer>;
  snapshot(): Promise<readonly Patch[]>;
  close(): void;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const PATIENCE = 15_000;

export function openCore(account: Account, signedOut: () => void): Core {
  let device: DeviceState = { kind: "starting" };
  let connection: Connection = { kind: "connecting" };
  let live: LiveSession | undefined;
  let closed = false;
  let checking = false;
  let wakeUp = () => {};
  let usable = awaited();
  let keyless: Keyless | undefined;

  const tell = (patch: Patch) => {
    if (!closed) account.tell(patch);
  };
  const setDevice = (next: DeviceState) => {
    device = next;
    tell({ kind: "device", device });
  };
  const setConnection = (next: Connection) => {
    connection = next;
    tell({ kind: "connection", connection });
  };

  const begin = async (own: OwnDevice) => {
    if (closed) return;
    if (live) return live.resend();
    await fetchSuites(account);
    if (closed || live) return;
    const base = { ...account, ...own, tell };
    live = openLiveSession(base, {
      connection: setConnection,
      sessionRefused: check,
      storageFailed: (failure) => setDevice(unusable(failure)),
      caughtUp: () => {
        if (device.kind === "unusable") setDevice({ kind: "ready" });
      },
    });
    keyless?.close();
    keyless = undefined;
    usable.resolve(live);
    setDevice({ kind: "ready" });
    const conversations = await readConversationViews(account.vault, account.accountId);
    tell({ kind: "conversations", conversations, complete: true });
    tell(await readAllUploads(account.vault));
    tell(await readAllProfiles(account));
  };

  /** Asks the server who this is until it answers, then attaches or registers the device. */
  const settle = async () => {
    for (let attempt = 0; !closed; attempt += 1) {
      try {
        const { me } = await account.call(whoAmI, {});
        if (!me || me.accountId !== account.accountId) return signedOut();
        return await settleDevice(me);
      } catch (cause) {
        if (cause instanceof StorageFailed) setDevice(unusable(cause));
        else if (!(cause instanceof Unreachable || cause instanceof Refused)) throw cause;
        const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt) * (0.5 + Math.random() / 2);
        if (!live) setConnection({ kind: "offline", retryAt: account.platform.clock.now() + wait });
        await new Promise<void>((resolve) => {
          wakeUp = resolve;
          setTimeout(resolve, wait);
        });
      }
    }
  };

  const settleDevice = async (me: Me) => {
    const own = await ensureDevice(account, me);
    if (own) return begin(own);
    live?.close();
    live = undefined;
    usable.reject(new Failed("elsewhere"));
    if (device.kind !== "elsewhere") setDevice({ kind: "elsewhere" });
  };

  /** Out of `elsewhere`: what is asked from now on waits for the device that is being registered. */
  const getKeys = async (command: KeylessCommand) => {
    if (device.kind !== "elsewhere") return;
    const { openKeyless } = await import("../devices/open-keyless.ts");
    keyless ??= openKeyless(account, {
      show: setDevice,
      made: () => {
        usable = awaited();
        setDevice({ kind: "starting" });
        check();
      },
    });
    await keyless.run(command);
  };

  const check = () => {
    if (checking || closed) return;
    checking = true;
    settle()
      .catch((cause) => {
        console.error(cause);
        usable.reject(cause);
      })
      .finally(() => {
        checking = false;
      });
  };

  const start = async () => {
    setDevice(device);
    setConnection(connection);
    const own = await storedDevice(account);
    /** Without network what is stored can be read at once; a refused socket leads to `check` later. */
    if (own && (!account.me || account.me.deviceId === own.deviceId)) await begin(own);
    else check();
  };

  start().catch((cause) => {
    if (cause instanceof StorageFailed) setDevice(unusable(cause));
    else console.error(cause);
    usable.reject(cause);
  });

  return {
    async run(command, messageId) {
      if (command.kind === "reconnect") {
        wakeUp();
        live?.wake();
        return { result: undefined, patches: [] };
      }
      if (isKeyless(command)) {
        await getKeys(command);
        return { result: undefined, patches: [] };
      }
      const patches: Patch[] = [];
      const session = await Promise.race([usable.promise, patience()]);
      const result = await runCommand(session, command, messageId, (patch) => patches.push(patch));
      return { result, patches };
    },
    async snapshot() {
      const state: Patch[] = [
        { kind: "device", device },
        { kind: "connection", connection },
      ];
      if (!live) return state;
      const conversations = await readConversationViews(account.vault, account.accountId);
      const uploads = await readAllUploads(account.vault);
      const profiles = await readAllProfiles(account);
      return [...state, { kind: "conversations", conversations, complete: true }, uploads, profiles];
    },
    close() {
      closed = true;
      keyless?.close();
      wakeUp();
      live?.close();
      usable.reject(new Failed("unreachable"));
    },
  };
}

function unusable(failure: StorageFailed): DeviceState {
  return { kind: "unusable", reason: failure.full ? "storage_full" : "storage_failed" };
}

function awaited() {
  const usable = Promise.withResolvers<LiveSession>();
  usable.promise.catch(() => undefined);
  return usable;
}

function isKeyless(command: Command): command is KeylessCommand {
  return command.kind === "link_here" || command.kind === "cancel_link" || command.kind === "recover";
}

async function patience(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, PATIENCE));
  throw new Failed("unreachable");
}
