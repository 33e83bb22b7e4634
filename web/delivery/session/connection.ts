import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../../src/protocol/codec.ts";
import {
  CLOSE,
  type FrameDown,
  type FrameUp,
  frameDown,
  PROTOCOL_VERSION,
  SOCKET_PATH,
} from "../../../src/protocol/delivery.ts";
import type { Platform, Socket } from "../platform/platform.ts";

export type Ready = Extract<FrameDown, { t: "ready" }>;

export interface Listening {
  /** A socket is up and the server has answered hello: catch up now. */
  readonly ready: (frame: Ready) => void;
  readonly frame: (frame: FrameDown) => void;
  readonly connecting: () => void;
  /** `refused`: the server closed it, or never let it open, rather than the network. */
  readonly away: (retryAt: number, refused: boolean) => void;
}

export interface Connection {
  /** Dropped when the socket is not up: whatever matters is asked for again after the next `ready`. */
  send(frame: FrameUp): void;
  /** The network may be back or gone, or the page is seen again: try now. */
  wake(): void;
  /** A request failed or takes long: a socket that stands must show now that it does. */
  doubt(): void;
  /** A request was answered: where no socket stands, it need not wait to be tried. */
  reached(): void;
  /** Leave this socket and come back after the usual wait, or this one. */
  drop(wait?: number): void;
  close(): void;
}

const PING_EVERY = 25_000;
const PONG_WITHIN = 10_000;
const OPEN_WITHIN = 15_000;
const DOUBTED_FOR = 4_000;
/** Answered requests ask for a socket at most this often: a server may take the one and refuse the other. */
const REACHED_EVERY = 1_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;

/** One socket, opened again whenever it is gone, with growing and jittered waits. */
export function openConnection(platform: Platform, listening: Listening): Connection {
  let socket: Socket | undefined;
  let up = false;
  let failures = 0;
  let closed = false;
  let lastHeard = 0;
  let lastTried = 0;
  let mustWait = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let late: ReturnType<typeof setTimeout> | undefined;
  let doubted: ReturnType<typeof setTimeout> | undefined;

  const send = (frame: FrameUp) => {
    if (up) socket?.send(encodeBinary(frame));
  };

  const connect = () => {
    clearTimeout(retry);
    lastTried = platform.clock.now();
    mustWait = false;
    listening.connecting();
    const fresh = platform.openSocket(SOCKET_PATH, {
      opened: () => {
        const hello: FrameUp = { t: "hello", protocol: PROTOCOL_VERSION, build: platform.build };
        fresh.send(encodeBinary(hello));
      },
      received: (bytes) => {
        if (fresh === socket) take(bytes);
      },
      closed: (code) => lose(fresh, code),
    });
    socket = fresh;
    late = setTimeout(() => lose(fresh, 0), OPEN_WITHIN);
  };

  const take = (bytes: Uint8Array<ArrayBuffer>) => {
    lastHeard = platform.clock.now();
    clearTimeout(doubted);
    doubted = undefined;
    const frame = parse(bytes);
    if (frame?.t !== "ready") return frame && listening.frame(frame);
    clearTimeout(late);
    up = true;
    failures = 0;
    listening.ready(frame);
  };

  const lose = (gone: Socket, code: number, demanded?: number) => {
    if (gone !== socket) return;
    socket = undefined;
    clearTimeout(late);
    clearTimeout(doubted);
    doubted = undefined;
    gone.close();
    const refused = !up || code === CLOSE.signedOut;
    up = false;
    if (closed) return;
    const usual = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures) * (0.5 + Math.random() / 2);
    const wait = demanded ?? usual;
    failures += 1;
    mustWait = demanded !== undefined;
    retry = setTimeout(connect, wait);
    listening.away(platform.clock.now() + wait, refused);
  };

  const doubt = () => {
    const standing = socket;
    if (!up || !standing || doubted !== undefined) return;
    doubted = setTimeout(() => lose(standing, 0), DOUBTED_FOR);
    send({ t: "ping" });
  };

  const wake = () => {
    if (closed) return;
    failures = 0;
    if (socket) doubt();
    else connect();
  };

  const beat = setInterval(() => {
    if (!up || !socket) return;
    if (platform.clock.now() - lastHeard > PING_EVERY + PONG_WITHIN) lose(socket, 0);
    else send({ t: "ping" });
  }, PING_EVERY);

  connect();
  return {
    send,
    wake,
    doubt,
    reached() {
      if (socket || closed || mustWait) return;
      if (platform.clock.now() - lastTried >= REACHED_EVERY) connect();
    },
    drop(wait) {
      if (socket) lose(socket, 0, wait);
    },
    close() {
      closed = true;
      clearTimeout(retry);
      clearTimeout(late);
      clearTimeout(doubted);
      clearInterval(beat);
      const open = socket;
      socket = undefined;
      open?.close();
    },
  };
}

/** The server is not trusted: a frame that does not fit is dropped, and the next page heals what it held. */
function parse(bytes: Uint8Array<ArrayBuffer>): FrameDown | undefined {
  try {
    return v.parse(frameDown, decodeBinary(bytes));
  } catch {
    return undefined;
  }
}
