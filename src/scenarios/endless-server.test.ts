import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { type ConversationId, type Incarnation, newId } from "../protocol/ids.ts";
import { until, watch } from "./person.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

type Answer = Record<string, unknown>;
const ENDLESS: readonly [string, string, (honest: Answer) => Answer][] = [
  [
    "changes its incarnation every time",
    "/api/sync/account",
    (honest) => ({ ...honest, incarnation: newId<Incarnation>() }),
  ],
  ["never comes nearer to its own end", "/api/sync/account", (honest) => ({ ...honest, upTo: 0, head: 9 })],
  [
    "always promises one more empty page",
    "/api/sync/account",
    (honest) => ({ ...honest, head: Number(honest["upTo"]) + 1 }),
  ],
  [
    "names ever new places to go on from",
    "/api/sync/conversations",
    () => ({ changed: [], next: newId<ConversationId>() }),
  ],
  [
    "names the same place to go on from",
    "/api/sync/conversations",
    () => ({ changed: [{ conversationId: SOME, head: 9, acknowledged: 0, counter: 0 }], next: SOME }),
  ],
];
const SOME = newId<ConversationId>();

for (const { name, open } of worlds()) {
  describe(`a server that never ends before ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test.each(ENDLESS)(
      "because it %s is left, the person is told, and nothing is lost",
      async (_why, path, lie) => {
        let lying = false;
        let asked = 0;
        let cut = () => {};
        const through = (platform: Platform): Platform => ({
          ...platform,
          openSocket: (at, handlers) => {
            cut = () => handlers.closed(1006);
            return platform.openSocket(at, handlers);
          },
          fetch: async (url, init) => {
            const answer = await platform.fetch(url, init);
            if (!lying || !url.includes(path)) return answer;
            asked += 1;
            return new Response(encodeBinary(lie(decodeBinary(await answer.bytes()) as Answer)));
          },
        });
        const bobPerson = await world.person({ through });
        const [alice, bob] = [watch((await world.person()).messenger), watch(bobPerson.messenger)];
        await until("both are there", () => alice.connection() === "online" && bob.connection() === "online");
        lying = true;
        const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
        await alice.do({ kind: "send", conversationId: id, text: "still here" });
        if (path.endsWith("conversations")) cut();
        await until("bob is told", () =>
          bob.patches.some(
            (patch) =>
              patch.kind === "connection" &&
              patch.connection.kind === "offline" &&
              patch.connection.wrong === true,
          ),
        );
        await Bun.sleep(200);
        expect(asked).toBeLessThan(10);
        lying = false;
        await bob.do({ kind: "reconnect" });
        await until("bob reads it", () => bob.texts(id).includes("still here"));
        await until("bob is online", () => bob.connection() === "online");
        await Promise.all([alice.close(), bob.close()]);
      },
    );
  });
}
