import type { FrameDown } from "../../../src/protocol/delivery.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import { EVERYTHING } from "../../storage/key.ts";
import { StorageFailed } from "../../storage/storage.ts";
import { openAccountStore } from "../account-store/open-account-store.ts";
import { watchChanges } from "../account-store/watch-changes.ts";
import { type Archiver, openArchiver } from "../archive/open-archiver.ts";
import { openUploads, type Uploads } from "../attachments/open-uploads.ts";
import { type Client, locked, makeTurns } from "../client.ts";
import type { SearchResult, SearchWish } from "../commands.ts";
import { openDeviceChecks } from "../devices/open-device-checks.ts";
import { type Devices, openDevices } from "../devices/open-devices.ts";
import type { Expiry } from "../expiry/open-expiry.ts";
import { Failed, Refused, Unreachable } from "../failures.ts";
import { resumeFoundings } from "../groups/found-conversation.ts";
import { openTending } from "../groups/tend-groups.ts";
import { catchUp, catchUpAccount, receiveLive } from "../inbox/catch-up.ts";
import { askDelivered, receiveDelivered } from "../inbox/marks.ts";
import type { Schedule } from "../outbox/open-schedule.ts";
import { openOutbox } from "../outbox/outbox.ts";
import { queueReadMark } from "../outbox/see-messages.ts";
import type { Connection as ConnectionState, Patch } from "../patches.ts";
import { isAccepted } from "../people/hear.ts";
import { readPrivacy } from "../people/privacy.ts";
import type { Call } from "../platform/api.ts";
import { openProfiles } from "../profiles/open-profiles.ts";
import type { SearchIndex } from "../search/search-index.ts";
import { gatherAcknowledgements } from "./acknowledgements.ts";
import { openConnection } from "./connection.ts";
import { openPresence } from "./presence.ts";
import { refillKeyPackages } from "./refill-key-packages.ts";

export interface LiveSession {
  readonly client: Client;
  readonly uploads: Uploads;
  readonly devices: Devices;
  readonly archiver: Archiver;
  push(id: ConversationId): void;
  /** All that waits, after the session has been put right. */
  resend(): void;
  search(wish: SearchWish): Promise<SearchResult>;
  /** Searches find these from now on; nobody else is told. */
  found(messages: Extract<Patch, { kind: "messages" }>): void;
  /** A read mark goes up soon, at most one every two seconds for a conversation. */
  markRead(id: ConversationId): void;
  typing(id: ConversationId): void;
  /** Something waits for its time now. */
  schedule(): void;
  /** Hears the public channels that are here now, and fetches what is new in them. */
  tendChannels(): Promise<void>;
  /** Somebody looks at this client, with this conversation open. */
  look(id: ConversationId | undefined): void;
  wake(): void;
  close(): void;
}

interface Hooks {
  readonly connection: (state: ConnectionState) => void;
  /** The server no longer takes this session, or not this device: ask it who this is. */
  readonly sessionRefused: () => void;
  readonly storageFailed: (failure: StorageFailed) => void;
  /** Everything that was missed is in storage. */
  readonly caughtUp: () => void;
}

const READ_MARK_EVERY = 2_000;
const TYPING_EVERY = 3_000;
const TYPING_SHOWN = 6_000;
const WRONG_SERVER_WAIT = 30_000;
const SLOW_AFTER = 3_000;
const CLOCK_CARE = 2_000;

/** Socket, inbox and outbox of the account, for as long as this tab leads. */
export function openLiveSession(
  base: Omit<
    Client,
    | "moved"
    | "tend"
    | "fetchProfiles"
    | "checkDevices"
    | "devicesChanged"
    | "channelsChanged"
    | "tellFailure"
    | "inTurn"
    | "serverNow"
    | "expire"
  >,
  hooks: Hooks,
): LiveSession {
  let closed = false;
  /** How far the server's clock is ahead of this device's, in milliseconds. */
  let ahead = 0;
  let expiry: Expiry | undefined;
  let scheduled: Schedule | undefined;
  let index: SearchIndex | undefined;
  let wrong = false;
  /** The account has devices beside this one, or may have: what they share is not left for later. */
  let hasOthers = (base.me?.devices ?? 2) > 1;
  const acknowledgements = gatherAcknowledgements((frame) => connection.send(frame));
  const tellFailure = (cause: unknown) => {
    if (closed) return;
    if (cause instanceof StorageFailed) hooks.storageFailed(cause);
    else if (cause instanceof Refused) hooks.sessionRefused();
    else if (cause instanceof Failed && cause.code === "server_wrong") return leave();
    else if (!(cause instanceof Unreachable)) console.error(cause);
    connection.drop();
  };
  const leave = () => {
    wrong = true;
    connection.drop(WRONG_SERVER_WAIT);
  };
  const alone = (work: Promise<unknown>) => void work.catch(tellFailure);
  const client: Client = {
    ...base,
    vault: watchChanges(base.vault, {
      me: base.accountId,
      now: () => base.platform.clock.now() + ahead,
      marked: () => store.soon(),
    }),
    tell: (patch) => {
      index?.take(patch);
      base.tell(patch);
    },
    call: noticing(base.call, { slow: () => connection.doubt(), answered: () => connection.reached() }),
    inTurn: makeTurns(),
    moved: (about, sequence) => {
      acknowledgements.moved(about, sequence);
      if (about !== "account") archiver.soon(about);
    },
    tend: (id) => tending.soon(id),
    fetchProfiles: () => profiles.soon(),
    checkDevices: (id) => deviceChecks.soon(id),
    devicesChanged: () => {
      hasOthers = true;
      devices.changed();
      store.soon();
    },
    channelsChanged: () => alone(tendChannels()),
    serverNow: () => base.platform.clock.now() + ahead,
    expire: () => alone(expire()),
    tellFailure,
  };
  const store = openAccountStore(client, {
    sessionRefused: hooks.sessionRefused,
    hasOthers: () => hasOthers,
  });
  const outbox = openOutbox(client, hooks.sessionRefused);
  /** Fetched with the first message that disappears. */
  const expire = async () => {
    const [first] = await base.vault.list("expiries", { ...EVERYTHING, limit: 1 });
    if (!first || closed) return;
    const { openExpiry } = await import("../expiry/open-expiry.ts");
    expiry ??= openExpiry(client);
    await expiry.look();
  };
  alone(
    base.vault.read("clock", "server").then((known) => {
      ahead = known?.ahead ?? 0;
      return expire();
    }),
  );
  /** Fetched with the first message that waits for its time. */
  const schedule = async () => {
    const waiting = await base.vault.list("outbox", { ...EVERYTHING, limit: 100_000 });
    if (closed || !waiting.some(({ value }) => value.sendAt !== undefined)) return;
    const { openSchedule } = await import("../outbox/open-schedule.ts");
    scheduled ??= openSchedule(client, (id) => alone(outbox.push(id)));
    await scheduled.look();
  };
  alone(schedule());
  const tending = openTending(client, {
    released: (id) => alone(outbox.push(id)),
    sessionRefused: hooks.sessionRefused,
  });
  const uploads = openUploads(client, {
    uploaded: (id) => alone(outbox.push(id)),
    sessionRefused: hooks.sessionRefused,
  });
  const profiles = openProfiles(client, hooks.sessionRefused);
  const deviceChecks = openDeviceChecks(client, hooks.sessionRefused);
  const archiver = openArchiver(client, hooks.sessionRefused);
  let isFirst = true;
  const readMarks = spaced(READ_MARK_EVERY, (id) =>
    alone(queueReadMark(client, id).then((queued) => (queued ? outbox.push(id) : undefined))),
  );
  const typed = new Map<ConversationId, number>();

  const connection = openConnection(client.platform, {
    connecting: () => hooks.connection({ kind: "connecting" }),
    away: (retryAt, refused) => {
      store.away();
      hooks.connection({ kind: "offline", retryAt, wrong });
      if (refused) hooks.sessionRefused();
    },
    ready: ({ serverTime }) => {
      alone(setClock(serverTime));
      alone(resume());
    },
    frame: (frame) => alone(receive(frame)),
  });

  const resume = async () => {
    hooks.connection({ kind: "catching_up" });
    // In turn: what a group that this device is let into begins with is known before.
    hasOthers ||= (await base.vault.read("identity", "device"))?.joined === true;
    if (isFirst && hasOthers) await client.inTurn("account", () => store.first());
    await catchUp(client, isFirst);
    profiles.soon(isFirst);
    alone(deviceChecks.all(isFirst));
    isFirst = false;
    if (closed) return;
    wrong = false;
    hooks.caughtUp();
    hooks.connection({ kind: "online" });
    store.tend();
    await tendChannels();
    await tending.all();
    uploads.push();
    if (hasOthers) alone(devices.tend());
    await Promise.all([
      outbox.pushAll(),
      resumeFoundings(client).then(() => Promise.all([outbox.pushAll(), refillKeyPackages(client)])),
    ]);
    archiver.soon();
    await askDelivered(client);
    for (const { key } of await client.vault.list("conversations", { ...EVERYTHING, limit: 10_000 })) {
      readMarks.soon(key as ConversationId);
    }
  };

  /** Nothing of it is fetched by who is in none. */
  const tendChannels = async () => {
    const some = await client.vault.list("channels", { ...EVERYTHING, limit: 1 });
    if (some.length === 0) return;
    await (await import("../channels/tend-channels.ts")).tendChannels(client, connection.send);
  };

  const setClock = async (serverTime: number) => {
    const before = ahead;
    ahead = serverTime - base.platform.clock.now();
    if (Math.abs(before - ahead) < CLOCK_CARE) return;
    await locked(client, async (change) => change.put("clock", "server", { ahead }));
    await expire();
  };

  const devices = openDevices(client, {
    released: (id) => alone(outbox.push(id)),
    sessionRefused: hooks.sessionRefused,
  });
  const presence = openPresence(client, connection.send);

  const receive = async (frame: FrameDown) => {
    if (frame.t === "events") await receiveLive(client, frame.conversationId, frame.events);
    else if (frame.t === "store") store.tend(frame.head);
    else if (frame.t === "account") await catchUpAccount(client);
    else if (frame.t === "asks_presence" || frame.t === "present") await presence.receive(frame);
    else if (frame.t === "commit_proposals") {
      const { commitWhenAsked } = await import("../groups/commit-proposals.ts");
      await commitWhenAsked(client, frame.conversationId);
    } else if (frame.t === "channel") {
      await (await import("../channels/tend-channels.ts")).receiveFrame(client, frame);
    } else if (frame.t === "key_packages_low") await refillKeyPackages(client);
    else if (frame.t === "delivered") {
      await receiveDelivered(client, frame.conversationId, frame.accountId, frame.sequence);
    } else if (frame.t === "typing" && frame.accountId !== client.accountId) {
      const { conversationId, accountId } = frame;
      if (!(await isAccepted(client.vault, accountId))) return;
      const until = client.platform.clock.now() + TYPING_SHOWN;
      client.tell({ kind: "typing", conversationId, accountId, until });
    }
  };

  return {
    client,
    uploads,
    devices,
    archiver,
    push: (id) => alone(outbox.push(id)),
    resend: () => alone(outbox.pushAll()),
    markRead: readMarks.soon,
    typing(conversationId) {
      const now = client.platform.clock.now();
      if (now - (typed.get(conversationId) ?? 0) < TYPING_EVERY) return;
      typed.set(conversationId, now);
      alone(
        readPrivacy(client.vault).then((privacy) => {
          if (privacy.typing) connection.send({ t: "typing", conversationId });
        }),
      );
    },
    schedule: () => alone(schedule()),
    tendChannels,
    look: (id) => alone(presence.look(id)),
    /** Opened, and fetched, by the first search: what was told before stands in storage. */
    async search(wish) {
      const { openSearchIndex } = await import("../search/search-index.ts");
      index ??= openSearchIndex(base.vault, base.accountId);
      return index.search(wish);
    },
    found: (messages) => index?.take(messages),
    wake: () => connection.wake(),
    close() {
      closed = true;
      connection.close();
      outbox.close();
      scheduled?.close();
      expiry?.close();
      uploads.close();
      devices.close();
      store.close();
      tending.close();
      profiles.close();
      deviceChecks.close();
      archiver.close();
      readMarks.close();
      index?.close();
      acknowledgements.close();
    },
  };
}

/** Requests say sooner than a silent socket whether the server can be reached. */
function noticing(call: Call, on: { readonly slow: () => void; readonly answered: () => void }): Call {
  return async (route, input) => {
    const slow = setTimeout(on.slow, SLOW_AFTER);
    try {
      const answer = await call(route, input);
      on.answered();
      return answer;
    } catch (cause) {
      if (cause instanceof Unreachable && cause.retryAt === undefined) on.slow();
      throw cause;
    } finally {
      clearTimeout(slow);
    }
  };
}

/** Does something about a conversation soon, but never twice within `every` milliseconds. */
function spaced(every: number, act: (id: ConversationId) => void) {
  const last = new Map<ConversationId, number>();
  const timers = new Map<ConversationId, ReturnType<typeof setTimeout>>();
  return {
    soon(id: ConversationId) {
      if (timers.has(id)) return;
      const wait = Math.max(0, (last.get(id) ?? 0) + every - Date.now());
      timers.set(
        id,
        setTimeout(() => {
          timers.delete(id);
          last.set(id, Date.now());
          act(id);
        }, wait),
      );
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
