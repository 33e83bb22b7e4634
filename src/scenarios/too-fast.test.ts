import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { DEFAULT_LIMITS } from "../config/config.ts";
import { openTestApp } from "../testing/test-app.ts";
import { until, watch } from "./person.ts";
import { openWorldOn } from "./world.ts";

setDefaultTimeout(60_000);

test("who writes faster than the server takes waits, and everything arrives once and in order", async () => {
  const limits = { ...DEFAULT_LIMITS, messagesAtOnce: 3, messagesPerSecond: 1 };
  const world = await openWorldOn(await openTestApp({ config: { limits } }));
  afterAll(() => world.stop());
  const bobPerson = await world.person();
  let heldBack = 0;
  const alicePerson = await world.person({
    through: (platform) => ({
      ...platform,
      fetch: async (url, init) => {
        const answer = await platform.fetch(url, init);
        if (answer.status === 429) heldBack += 1;
        return answer;
      },
    }),
  });
  const [alice, bob] = [watch(alicePerson.messenger), watch(bobPerson.messenger)];
  await until("both are there", () => alice.connection() === "online" && bob.connection() === "online");
  const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
  const texts = Array.from({ length: 6 }, (_, index) => `text ${index}`);
  // The server's clock stands still: after three it has to refuse.
  for (const text of texts) {
    const sent = await alice.do({ kind: "send", conversationId: id, text });
    await until("it left or waits", () => heldBack > 0 || alice.messages.get(sent)?.mark !== "waiting");
  }
  expect(heldBack).toBeGreaterThan(0);
  expect([...alice.messages.values()].some(({ mark }) => mark === "waiting")).toBe(true);
  const passing = setInterval(() => world.test.clock.advance(100), 100);
  await until("bob has all", () => bob.texts(id).length === texts.length, 20_000);
  clearInterval(passing);
  expect(bob.texts(id)).toEqual(texts);
  await until("none failed", () =>
    [...alice.messages.values()].every(({ mark }) => mark !== "failed" && mark !== "waiting"),
  );
  await Promise.all([alice.close(), bob.close()]);
});
