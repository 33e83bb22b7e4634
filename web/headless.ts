import { type Me, register, setUp, signIn } from "../src/protocol/accounts.ts";
import type { Messenger } from "./delivery/commands.ts";
import { type Call, type Fetch, makeCall } from "./delivery/platform/api.ts";
import { localLocks } from "./delivery/platform/local-locks.ts";
import type { Channel, Locks, Platform } from "./delivery/platform/platform.ts";
import { useWebSocket } from "./delivery/platform/web-socket.ts";
import { openMessenger } from "./delivery/session/open-messenger.ts";
import { openSqliteStorage } from "./storage/open-sqlite.ts";

/** Bun's own WebSocket takes headers, which the browser's types do not know. */
const BunSocket = WebSocket as unknown as new (
  url: string,
  options: { headers: Record<string, string> },
) => WebSocket;

/** How to come in; without any of these the cookie handed in must be a session's. */
export type Entrance =
  | { readonly kind: "set_up"; readonly token: string }
  | { readonly kind: "register"; readonly inviteCode?: string }
  | { readonly kind: "sign_in" };

export interface HeadlessOptions {
  /** Scheme, host and port, as the server's public address. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
  readonly entrance?: Entrance;
  /** Where the client keeps its data; without it in memory, gone with the process. */
  readonly dataFile?: string;
  /** Stands between the client and the world: for counting, delaying, cutting. */
  readonly through?: (platform: Platform) => Platform;
}

export interface Headless {
  readonly me: Me;
  readonly cookie: string;
  readonly call: Call;
  readonly platform: Platform;
  /** The platform without what `through` put before it. */
  readonly bare: Platform;
  readonly messenger: Messenger;
  close(): Promise<void>;
}

/** The same client as in the browser, without a screen: for bots, scenario tests and the load generator. */
export async function openHeadless(options: HeadlessOptions): Promise<Headless> {
  const jar = cookieJar();
  const bare = bunPlatform(options.server, jar, options.dataFile);
  const platform = options.through?.(bare) ?? bare;
  const call = makeCall(options.server, bare.fetch);
  const me = await enter(call, options);
  const messenger = openMessenger(platform);
  return { me, cookie: jar.read(), call, platform, bare, messenger, close: () => messenger.close() };
}

/** Another client of a session that is open already, as a second tab or the next start of the same browser. */
export function openAgain(
  platform: Platform,
  through: (platform: Platform) => Platform = (same) => same,
): Messenger {
  return openMessenger(through(platform));
}

async function enter(call: Call, { username, password, entrance }: HeadlessOptions): Promise<Me> {
  if (entrance?.kind === "set_up") return call(setUp, { token: entrance.token, username, password });
  if (entrance?.kind === "register") {
    const invite = entrance.inviteCode === undefined ? {} : { inviteCode: entrance.inviteCode };
    return call(register, { username, password, ...invite });
  }
  return call(signIn, { username, password });
}

interface CookieJar {
  read(): string;
  keep(answer: Response): void;
}

function cookieJar(): CookieJar {
  const cookies = new Map<string, string>();
  return {
    read: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    keep(answer) {
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ""] = line.split(";");
        const [name = "", ...value] = pair.split("=");
        if (/max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value.join("="));
      }
    },
  };
}

function bunPlatform(origin: string, jar: CookieJar, dataFile: string | undefined): Platform {
  const identity = () => ({ origin, cookie: jar.read() });
  const fetchWithCookies: Fetch = async (url, init) => {
    const answer = await fetch(url, { ...init, headers: { ...init.headers, ...identity() } });
    jar.keep(answer);
    return answer;
  };
  return {
    origin,
    build: "headless",
    deviceName: "Headless client",
    fetch: fetchWithCookies,
    openSocket: (path, handlers) => {
      const address = `${origin.replace(/^http/, "ws")}${path}`;
      return useWebSocket(new BunSocket(address, { headers: identity() }), handlers);
    },
    openStorage: storagesIn(dataFile),
    askToPersist: async () => undefined,
    locks: locksOf(dataFile),
    openChannel: channelsOf(dataFile),
    clock: { now: () => Date.now() },
  };
}

/** Without a file each folder lives in the memory of this platform, for as long as the platform does. */
function storagesIn(dataFile: string | undefined): Platform["openStorage"] {
  if (dataFile !== undefined) return (folder) => openSqliteStorage(folder, dataFile);
  const kept = new Map<string, ReturnType<typeof openSqliteStorage>>();
  return async (folder) => {
    const storage = kept.get(folder) ?? openSqliteStorage(folder);
    kept.set(folder, storage);
    return { ...(await storage), close: () => undefined };
  };
}

const locks = new Map<string, Locks>();

/** Clients of one file in one process share their locks, like the tabs of a browser. */
function locksOf(dataFile: string | undefined): Locks {
  if (dataFile === undefined) return localLocks();
  const shared = locks.get(dataFile) ?? localLocks();
  locks.set(dataFile, shared);
  return shared;
}

const channels = new Map<string, Set<(message: unknown) => void>>();
let unnamed = 0;

function channelsOf(dataFile: string | undefined): Platform["openChannel"] {
  unnamed += 1;
  const place = dataFile ?? `memory-${unnamed}`;
  return (name) => {
    const members = channels.get(`${place}/${name}`) ?? new Set();
    channels.set(`${place}/${name}`, members);
    let closed = false;
    let own: ((message: unknown) => void) | undefined;
    const channel: Channel = {
      post(message) {
        if (closed) throw new DOMException("This channel is closed.", "InvalidStateError");
        const copy = structuredClone(message);
        for (const member of members) if (member !== own) queueMicrotask(() => member(copy));
      },
      listen(listener) {
        own = listener;
        members.add(listener);
      },
      close() {
        closed = true;
        if (own) members.delete(own);
      },
    };
    return channel;
  };
}
