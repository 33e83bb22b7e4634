import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { encodeBinary } from "../protocol/codec.ts";
import { CLOSE, type FrameUp, frameUp } from "../protocol/delivery.ts";
import { arbitraryInput, type Pool } from "../testing/arbitrary-input.ts";
import { found, openCast, type Player } from "../testing/cast.ts";
import { HELLO, type Listener, listen, openSocketOf } from "../testing/listen.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

const PING: FrameUp = { t: "ping" };
/** RFC 6455 §7.4.1: a frame beyond the server's limit. */
const TOO_LARGE = 1009;

let server: TestApp;
let ada: Player;
let pool: Pool;
/** Of somebody else, who does nothing wrong. */
let other: Listener;

beforeAll(async () => {
  server = await openTestApp();
  const [first, ben] = (await openCast(server, "ada", "ben")) as [Player, Player];
  ada = first;
  const { conversationId } = await found(server, ada, ben);
  pool = { ids: { ConversationId: [conversationId], AccountId: [ben.me.accountId] }, bytes: [] };
  other = await listen(server, ben);
});
afterAll(() => server.close());

/** As a client sends them, nearly so, or not at all. */
function arbitraryFrame(): fc.Arbitrary<string | Uint8Array<ArrayBuffer>> {
  return fc.oneof(
    arbitraryInput(frameUp, pool).map(encodeBinary),
    arbitraryInput(frameUp, pool, true).map(encodeOrNothing),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from(bytes)),
    fc.string({ maxLength: 50 }),
  );
}

function encodeOrNothing(value: unknown): Uint8Array<ArrayBuffer> {
  try {
    return encodeBinary(value);
  } catch {
    return new Uint8Array();
  }
}

test("whatever goes up, the socket answers on or is closed with a reason, and the others' stay", async () => {
  const frames = fc.array(arbitraryFrame(), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), frames, async (greets, sent) => {
      const socket = await openSocketOf(server, ada);
      if (greets) socket.tell(HELLO);
      for (const frame of sent) socket.sendRaw(frame);
      socket.tell(PING);
      const end = await Promise.race([socket.closed, socket.next("pong")]);
      if ("code" in end) expect([...Object.values(CLOSE), TOO_LARGE]).toContain(end.code);
      await socket.close();
    }),
    { numRuns: 150 },
  );
  const before = other.heard.length;
  other.tell(PING);
  await other.next("pong", (frame) => other.heard.indexOf(frame) >= before);
  expect(server.logged.filter((line) => line.includes("frame_crashed"))).toEqual([]);
});
