import { expect, test } from "bun:test";
import fc from "fast-check";
import { ARCHIVE } from "../../src/protocol/archive.ts";
import { type AccountId, type ConversationId, newId } from "../../src/protocol/ids.ts";
import { MOST_ARCHIVED, openArchived, sealArchived } from "./seal-archive.ts";
import { makeStoreKeys, renewStoreKeys } from "./store-keys.ts";

const at = Date.UTC(2026, 10, 28);
const place = {
  accountId: newId<AccountId>(),
  conversationId: newId<ConversationId>(),
  sequence: 7,
  version: 9,
};
const text = (words: string) => new TextEncoder().encode(words);

test("a row of the archive opens in its place as its version, and nowhere else", async () => {
  const keys = makeStoreKeys();
  const sealed = await sealArchived(keys, { ...place, at, content: text("what was said") });
  expect(await openArchived(keys, { ...place, sealed })).toEqual(text("what was said"));
  const others = [
    { accountId: newId<AccountId>() },
    { conversationId: newId<ConversationId>() },
    { sequence: 8 },
    { version: 10 },
  ];
  for (const other of others)
    await expect(openArchived(keys, { ...place, ...other, sealed })).rejects.toThrow("malformed");
  await expect(openArchived(makeStoreKeys(), { ...place, sealed })).rejects.toThrow("malformed");
});

test("with renewed keys all of the past opens, and with the keys of before nothing that came after", async () => {
  const keys = makeStoreKeys();
  const later = renewStoreKeys(keys);
  const before = await sealArchived(keys, { ...place, at, content: text("before") });
  const after = await sealArchived(later, { ...place, at, content: text("after") });
  expect(await openArchived(later, { ...place, sealed: before })).toEqual(text("before"));
  expect(await openArchived(later, { ...place, sealed: after })).toEqual(text("after"));
  await expect(openArchived(keys, { ...place, sealed: after })).rejects.toThrow("malformed");
});

test("each month has a key of its own", async () => {
  const keys = makeStoreKeys();
  const sealed = await sealArchived(keys, { ...place, at, content: text("in November") });
  const [from, to] = [text("2026-11"), text("2026-12")];
  const start = sealed.findIndex((_, index) => from.every((byte, offset) => sealed[index + offset] === byte));
  const moved = new Uint8Array(sealed);
  moved.set(to, start);
  await expect(openArchived(keys, { ...place, sealed: moved })).rejects.toThrow("malformed");
});

test("the longest that is taken fits a row of the wire, and its length shows only coarsely", async () => {
  const keys = makeStoreKeys();
  const sealed = await sealArchived(keys, { ...place, at, content: new Uint8Array(MOST_ARCHIVED) });
  expect(sealed.byteLength).toBeLessThanOrEqual(ARCHIVE.rowBytes);
  const tooLong = { ...place, at, content: new Uint8Array(MOST_ARCHIVED + 1) };
  await expect(sealArchived(keys, tooLong)).rejects.toThrow("too long");
  const [one, other] = await Promise.all(
    [1, 40].map((size) => sealArchived(keys, { ...place, at, content: new Uint8Array(size) })),
  );
  expect(one?.byteLength).toBe(other?.byteLength);
});

test("bytes that nobody sealed are refused as such", async () => {
  const keys = makeStoreKeys();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await expect(openArchived(keys, { ...place, sealed: bytes })).rejects.toThrow("malformed");
    }),
    { numRuns: 50 },
  );
});
