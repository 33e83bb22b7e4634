import { expect, test } from "bun:test";
import { somebody } from "../testing/people-with-keys.ts";
import { safetyNumber } from "./safety-number.ts";

test("both see the same sixty digits, which stand for exactly these two roots", async () => {
  const [ada, ben, eve] = await Promise.all([somebody(), somebody(), somebody()]);
  const number = await safetyNumber(ada.identity, ben.identity);
  expect(number).toMatch(/^\d{60}$/);
  expect(await safetyNumber(ben.identity, ada.identity)).toBe(number);
  expect(await safetyNumber(eve.identity, ada.identity)).not.toBe(number);
  const inBetween = { ...ben.identity, rootPublicKey: eve.identity.rootPublicKey };
  expect(await safetyNumber(ada.identity, inBetween)).not.toBe(number);
  const changed = { ...ben.identity, accountId: eve.identity.accountId };
  expect(await safetyNumber(ada.identity, changed)).not.toBe(number);
});
