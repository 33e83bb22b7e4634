import { expect, test } from "bun:test";
import * as v from "valibot";
import { messageId, newMessageId } from "./ids.ts";

const numbered = (id: string) => {
  const bytes = Uint8Array.fromBase64(id, { alphabet: "base64url" });
  return new DataView(bytes.buffer).getBigUint64(0);
};

test("message ids are ids, rise by one, and their second half cannot be guessed", () => {
  const ids = Array.from({ length: 1_000 }, newMessageId);
  for (const id of ids) expect(v.is(messageId, id)).toBe(true);
  const [first = ""] = ids;
  const risen = ids.map((id) => BigInt.asUintN(64, numbered(id) - numbered(first)));
  expect(risen).toEqual(ids.map((_, index) => BigInt(index)));
  expect(new Set(ids.map((id) => id.slice(11))).size).toBe(1_000);
});
