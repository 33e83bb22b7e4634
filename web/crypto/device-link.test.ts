import { expect, test } from "bun:test";
import fc from "fast-check";
import { type AccountId, newId } from "../../src/protocol/ids.ts";
import { somebody } from "../testing/people-with-keys.ts";
import {
  linkIdFrom,
  makeDeviceLink,
  offerOf,
  openFromDevice,
  readCode,
  sealToDevice,
  writeCode,
} from "./device-link.ts";

test("the keys come to the device that shows the secret, without the root's", async () => {
  const { identity } = await somebody();
  const link = makeDeviceLink();
  const { publicKey, linkId } = await offerOf(link);
  const typed = await readCode(await writeCode(link.secret));
  expect(await linkIdFrom(typed)).toBe(linkId);
  const sealed = await sealToDevice(identity, { secret: typed, publicKey });
  const opened = await openFromDevice(link, { ...identity, sealed });
  expect(opened).toEqual({ ...identity, entropy: undefined });
});

test("a server that puts its own public key in the place can open nothing", async () => {
  const { identity } = await somebody();
  const link = makeDeviceLink();
  const servers = makeDeviceLink();
  const { publicKey } = await offerOf(servers);
  const sealed = await sealToDevice(identity, { secret: link.secret, publicKey });
  await expect(openFromDevice(servers, { ...identity, sealed })).rejects.toThrow("malformed");
  await expect(openFromDevice(link, { ...identity, sealed })).rejects.toThrow("malformed");
});

test("whoever does not know the secret can hand no keys to the new device", async () => {
  const { identity } = await somebody();
  const link = makeDeviceLink();
  const { publicKey } = await offerOf(link);
  const sealed = await sealToDevice(identity, { secret: makeDeviceLink().secret, publicKey });
  await expect(openFromDevice(link, { ...identity, sealed })).rejects.toThrow("malformed");
});

test("keys of another account are not taken", async () => {
  const { identity } = await somebody();
  const link = makeDeviceLink();
  const { publicKey } = await offerOf(link);
  const sealed = await sealToDevice(identity, { secret: link.secret, publicKey });
  const another = { ...identity, accountId: newId<AccountId>() };
  await expect(openFromDevice(link, { ...another, sealed })).rejects.toThrow("malformed");
});

test("a code survives capitals, spaces and look-alike letters, and a slip is found out", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(25), async (bytes, place) => {
      const secret = Uint8Array.from(bytes);
      const code = await writeCode(secret);
      expect(code).toMatch(/^(\w{4}-){6}\w{4}$/);
      const asTyped = ` ${code.toLowerCase().replaceAll("-", " ").replaceAll("1", "l").replaceAll("0", "o")}`;
      expect(await readCode(asTyped)).toEqual(secret);
      const letters = code.replaceAll("-", "");
      const slipped = `${letters.slice(0, place)}${letters[place] === "7" ? "8" : "7"}${letters.slice(place + 1)}`;
      // One byte of check sum finds all but one slip in 256.
      expect(await readCode(slipped).catch(() => undefined)).not.toEqual(secret);
    }),
    { numRuns: 100 },
  );
  for (const none of ["", "hello", "A".repeat(27), "A".repeat(29), `${"A".repeat(27)}!`])
    await expect(readCode(none)).rejects.toThrow("unusable");
});
