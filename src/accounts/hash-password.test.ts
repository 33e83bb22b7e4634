import { expect, test } from "bun:test";
import { openHashing } from "./hash-password.ts";

test("a password verifies against its own hash only, however its letters were composed", async () => {
  const hashing = openHashing();
  const hash = await hashing.hash("caf\u00e9 au lait");
  expect(hash).toStartWith("$argon2id$v=19$m=19456,t=2,");
  expect(await hashing.verify("cafe\u0301 au lait", hash)).toBe(true);
  expect(await hashing.verify("cafe au lait", hash)).toBe(false);
  expect(hashing.verified()).toBe(2);
});

test("fifty at once all finish, and too many at once are refused instead of piling up", async () => {
  const hashing = openHashing({ mostWaiting: 48 });
  const decoy = await hashing.decoy;
  const fifty = await Promise.all(
    Array.from({ length: 50 }, () => hashing.verify("not the password", decoy)),
  );
  expect(fifty).toEqual(Array(50).fill(false));
  const flood = await Promise.allSettled(Array.from({ length: 60 }, () => hashing.verify("no", decoy)));
  const refused = flood.filter((one) => one.status === "rejected");
  expect(refused.length).toBe(10);
});
