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
  const [alice, bob] = [watch((await world.person()).messenger), watch(bobPerson.messenger)];
  await until("both are there", () => alice.connection() === "online" && bob.connection() === "online");
  const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
  const texts = Array.from({ length: 6 }, (_, index) => `text ${index}`);
  for (const text of texts) await alice.do({ kind: "send", conversationId: id, text });
  const passing = setInterval(() => world.test.clock.advance(100), 100);
  await until("bob has the first", () => bob.texts(id).length === 3);
  expect([...alice.messages.values()].some(({ mark }) => mark === "waiting")).toBe(true);
  await until("bob has all", () => bob.texts(id).length === texts.length, 20_000);
  clearInterval(passing);
  expect(bob.texts(id)).toEqual(texts);
  await until("none failed", () =>
    [...alice.messages.values()].every(({ mark }) => mark !== "failed" && mark !== "waiting"),
  );
  await Promise.all([alice.close(), bob.close()]);
});
