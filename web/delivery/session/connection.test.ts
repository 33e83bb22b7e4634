import { afterEach, describe, expect, test } from "bun:test";
import { decodeBinary, encodeBinary } from "../../../src/protocol/codec.ts";
import type { FrameDown, FrameUp } from "../../../src/protocol/delivery.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { Platform, SocketHandlers } from "../platform/platform.ts";
import { type Connection, openConnection } from "./connection.ts";

const open: Connection[] = [];
afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
});

describe("a socket that stands and says nothing", () => {
  test("is left within seconds once a request failed", async () => {
    const { connection, world } = connected();
    connection.doubt();
    expect(world.frames.at(-1)).toEqual({ t: "ping" });
    await world.away;
    expect(world.sockets).toHaveLength(1);
  });

  test("is kept when it answers what it was asked", async () => {
    const { connection, world } = connected();
    connection.doubt();
    world.hear({ t: "pong", serverTime: 0 });
    expect(await Promise.race([world.away, Bun.sleep(4_500)])).toBeUndefined();
    expect(world.sockets).toHaveLength(1);
  });
});

describe("an answered request", () => {
  test("has the socket tried at once, but not after each of many", () => {
    const { connection, world } = connected();
    world.sockets.at(-1)?.closed(1006);
    connection.reached();
    expect(world.sockets).toHaveLength(1);
    world.pass(1_001);
    connection.reached();
    connection.reached();
    expect(world.sockets).toHaveLength(2);
  });

  test("does not shorten a wait that was demanded", () => {
    const { connection, world } = connected();
    connection.drop(30_000);
    world.pass(10_000);
    connection.reached();
    expect(world.sockets).toHaveLength(1);
  });
});

function connected() {
  const world = silentServer();
  const gone = Promise.withResolvers<"away">();
  const connection = openConnection(world.platform, {
    ready: () => undefined,
    frame: () => undefined,
    connecting: () => undefined,
    away: () => gone.resolve("away"),
  });
  open.push(connection);
  world.sockets.at(-1)?.opened();
  world.hear({ t: "ready", incarnation: newId(), serverTime: 0, accountHead: 0, build: "test" });
  return { connection, world: { ...world, away: gone.promise } };
}

/** Takes every frame and answers none by itself; its clock stands until told to pass. */
function silentServer() {
  const frames: FrameUp[] = [];
  const sockets: SocketHandlers[] = [];
  let now = 1_000_000;
  const platform = {
    build: "test",
    clock: { now: () => now },
    openSocket: (_: string, handlers: SocketHandlers) => {
      sockets.push(handlers);
      return {
        send: (bytes: Uint8Array<ArrayBuffer>) => void frames.push(decodeBinary(bytes) as FrameUp),
        close: () => undefined,
      };
    },
  } as unknown as Platform;
  return {
    platform,
    frames,
    sockets,
    hear: (frame: FrameDown) => sockets.at(-1)?.received(encodeBinary(frame)),
    pass(milliseconds: number) {
      now += milliseconds;
    },
  };
}
