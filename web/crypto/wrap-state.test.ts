import { expect, test } from "bun:test";
import { importWrappingKey, makeWrappingKey, unwrapState, wrapState } from "./wrap-state.ts";

const secret = new TextEncoder().encode("state of a group");

test("state comes back by the same key for the same place, and by nothing else", async () => {
  const key = await makeWrappingKey();
  const wrapped = await wrapState(key, "groups/1", secret);
  expect(await unwrapState(key, "groups/1", wrapped)).toEqual(secret);
  await expect(unwrapState(key, "groups/2", wrapped)).rejects.toThrow("malformed");
  await expect(unwrapState(await makeWrappingKey(), "groups/1", wrapped)).rejects.toThrow("malformed");
  await expect(unwrapState(key, "groups/1", wrapped.slice(0, 5))).rejects.toThrow("malformed");
  wrapped[20] = (wrapped[20] ?? 0) ^ 1;
  await expect(unwrapState(key, "groups/1", wrapped)).rejects.toThrow("malformed");
});

test("the wrapping key cannot be taken out", async () => {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  for (const key of [await makeWrappingKey(), await importWrappingKey(raw)])
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
});

test("the same state is never wrapped into the same bytes", async () => {
  const key = await makeWrappingKey();
  expect(await wrapState(key, "a", secret)).not.toEqual(await wrapState(key, "a", secret));
});
