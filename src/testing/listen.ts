import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import {
  type FrameDown,
  type FrameUp,
  frameDown,
  PROTOCOL_VERSION,
  SOCKET_PATH,
} from "../protocol/delivery.ts";
import type { Person } from "./people.ts";
import type { TestApp } from "./test-app.ts";

/** Bun's own WebSocket takes headers, which the browser's types do not know. */
const BunSocket = WebSocket as unknown as new (
  url: URL,
  options: { headers: Record<string, string> },
) => WebSocket;

export const HELLO: FrameUp = { t: "hello", protocol: PROTOCOL_VERSION, build: "test" };

/** A real socket to the real server. */
export interface Listener {
  /** All that came down so far. */
  readonly heard: readonly FrameDown[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  tell(frame: FrameUp): void;
  /** Whatever it is, as one frame. */
  sendRaw(data: string | Uint8Array<ArrayBuffer>): void;
  /** The first frame like this, now or to come. */
  next<Name extends FrameDown["t"]>(
    name: Name,
    like?: (frame: Extract<FrameDown, { t: Name }>) => boolean,
  ): Promise<Extract<FrameDown, { t: Name }>>;
  close(): Promise<void>;
}

/** Of somebody who has said hello and is heard. */
export async function listen(test: TestApp, person: Pick<Person, "cookie">): Promise<Listener> {
  const listener = await openSocketOf(test, person);
  listener.tell(HELLO);
  await listener.next("ready");
  return listener;
}

/** Open, but nothing said yet. */
export async function openSocketOf(test: TestApp, { cookie }: Pick<Person, "cookie">): Promise<Listener> {
  const address = new URL(SOCKET_PATH, test.origin.replace("http", "ws"));
  const socket = new BunSocket(address, { headers: { cookie, origin: test.origin } });
  socket.binaryType = "arraybuffer";
  const heard: FrameDown[] = [];
  const waiting = new Set<() => void>();
  socket.addEventListener("message", ({ data }) => {
    heard.push(v.parse(frameDown, decodeBinary(new Uint8Array(data))));
    for (const look of waiting) look();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason })),
  );
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    void closed.then(({ code }) => reject(new Error(`the socket was refused: ${code}`)));
  });
  return {
    heard,
    closed,
    tell: (frame) => socket.send(encodeBinary(frame)),
    sendRaw: (data) => socket.send(data),
    next: (name, like = () => true) =>
      new Promise((resolve) => {
        const look = () => {
          for (const frame of heard) {
            if (!isNamed(frame, name) || !like(frame)) continue;
            waiting.delete(look);
            return resolve(frame);
          }
        };
        waiting.add(look);
        look();
      }),
    async close() {
      socket.close();
      await closed;
    },
  };
}

function isNamed<Name extends FrameDown["t"]>(
  frame: FrameDown,
  name: Name,
): frame is Extract<FrameDown, { t: Name }> {
  return frame.t === name;
}

/** The status that opening a socket is answered with: 101 when it opens. */
export async function statusOfUpgrade(test: TestApp, headers: Record<string, string>): Promise<number> {
  return (await answerOfUpgrade(test, headers)).status;
}

export function answerOfUpgrade(test: TestApp, headers: Record<string, string>): Promise<Response> {
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": crypto.getRandomValues(new Uint8Array(16)).toBase64(),
  };
  return fetch(new URL(SOCKET_PATH, test.origin), { headers: { ...upgrade, ...headers } });
}

/** The sequences of a listener's events, in the order heard. */
export function sequencesOf({ heard }: Listener): number[] {
  return heard.flatMap((frame) => (frame.t === "events" ? frame.events.map((event) => event.sequence) : []));
}
