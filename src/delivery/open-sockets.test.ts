import { describe, expect, test } from "bun:test";
import { DEFAULT_LIMITS, type Limits } from "../config/config.ts";
import { CLOSE } from "../protocol/delivery.ts";
import { anotherPlayer, openCast, type Player } from "../testing/cast.ts";
import { listen, openSocketOf, statusOfUpgrade } from "../testing/listen.ts";
import { openTestApp } from "../testing/test-app.ts";

async function withLimits(limits: Partial<Limits>) {
  const server = await openTestApp({
    config: { limits: { ...DEFAULT_LIMITS, ...limits }, trustedProxies: ["127.0.0.1", "::1"] },
  });
  const [ada, ben] = (await openCast(server, "ada", "ben")) as [Player, Player];
  const asks = (by: Player, ip = "203.0.113.1") =>
    statusOfUpgrade(server, { cookie: by.cookie, origin: server.origin, "x-forwarded-for": ip });
  return { server, ada, ben, asks };
}

describe("sockets", () => {
  test("that never say hello are closed after ten seconds, and those that did stay", async () => {
    const { server, ada, ben } = await withLimits({});
    const silent = await openSocketOf(server, ada);
    const greeted = await listen(server, ben);
    const openedAt = performance.now();
    expect((await silent.closed).code).toBe(CLOSE.noHello);
    expect(performance.now() - openedAt).toBeWithin(9_000, 12_000);
    greeted.tell({ t: "ping" });
    await greeted.next("pong");
    await server.close();
  }, 20_000);

  test("are so many an account, and a closed one makes room", async () => {
    const { server, ada, ben, asks } = await withLimits({ socketsPerAccount: 2 });
    const tablet = await anotherPlayer(server, ada);
    const first = await listen(server, ada);
    await listen(server, tablet);
    expect(await asks(ada)).toBe(429);
    expect(await asks(tablet)).toBe(429);
    expect(await asks(ben)).toBe(101);
    await first.close();
    expect(await asks(ada)).toBe(101);
    await server.close();
  });

  test("are so many an address, as a trusted proxy names it", async () => {
    const { server, ada, ben, asks } = await withLimits({ socketsPerAddress: 2 });
    const opened = [await openSocketOf(server, ada), await openSocketOf(server, ada)];
    const plain = { cookie: ben.cookie, origin: server.origin };
    expect(await statusOfUpgrade(server, plain)).toBe(429);
    expect(await asks(ben, "203.0.113.1")).toBe(101);
    expect(await asks(ben, "203.0.113.2, 203.0.113.3")).toBe(101);
    for (const socket of opened) await socket.close();
    expect(await statusOfUpgrade(server, plain)).toBe(101);
    await server.close();
  });
});
