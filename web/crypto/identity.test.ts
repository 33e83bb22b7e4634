import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeBinary, encodeBinary } from "../../src/protocol/codec.ts";
import {
  attachDeviceBytes,
  decodeCredential,
  encodeCredential,
  isCurrent,
  verifyCredential,
} from "../../src/protocol/credential.ts";
import { verifyDeviceLog } from "../../src/protocol/device-log.ts";
import { type AccountId, type DeviceId, newId } from "../../src/protocol/ids.ts";
import { verifyEd25519 } from "../../src/protocol/signing.ts";
import { anotherDevice, now, ORIGIN, somebody } from "../testing/people-with-keys.ts";
import { appendToLog, decodeDevice, encodeDevice, proveDevice } from "./device.ts";
import {
  createIdentity,
  decodeIdentity,
  encodeIdentity,
  type Identity,
  restoreIdentity,
} from "./identity.ts";
import { readWords, writeWords } from "./recovery-words.ts";

test("a device's credential verifies for its own signature key and origin, and for no other", async () => {
  const { device } = await somebody();
  const other = await somebody();
  const { credential, signaturePublicKey } = device;
  const verified = await verifyCredential(credential, signaturePublicKey, ORIGIN);
  expect(verified?.deviceId).toBe(device.deviceId);
  expect(verified && isCurrent(verified, now())).toBe(true);
  expect(await verifyCredential(credential, other.device.signaturePublicKey, ORIGIN)).toBeUndefined();
  expect(await verifyCredential(credential, signaturePublicKey, "https://chat.example.com")).toBeUndefined();
});

test("a credential with any field changed does not verify", async () => {
  const { device } = await somebody();
  const credential = decodeCredential(device.credential);
  if (!credential) throw new Error("not decoded");
  const key = crypto.getRandomValues(new Uint8Array(32));
  const forged = [
    { ...credential, accountId: newId<AccountId>() },
    { ...credential, deviceId: newId<DeviceId>() },
    { ...credential, rootPublicKey: key },
    { ...credential, accountKey: { ...credential.accountKey, publicKey: key } },
    { ...credential, accountKey: { ...credential.accountKey, version: 2 } },
    { ...credential, notBefore: 0 },
    { ...credential, notAfter: credential.notAfter + 1 },
  ];
  for (const one of forged) {
    const verified = await verifyCredential(encodeCredential(one), device.signaturePublicKey, ORIGIN);
    expect(verified).toBeUndefined();
  }
});

test("a credential with any bit turned, cut or lengthened does not verify", async () => {
  const { device } = await somebody();
  const { credential, signaturePublicKey } = device;
  await fc.assert(
    fc.asyncProperty(fc.nat(credential.byteLength - 1), fc.nat(7), async (place, bit) => {
      const turned = credential.slice();
      turned[place] = (turned[place] ?? 0) ^ (1 << bit);
      expect(await verifyCredential(turned, signaturePublicKey, ORIGIN)).toBeUndefined();
      const cut = credential.slice(0, place);
      expect(await verifyCredential(cut, signaturePublicKey, ORIGIN)).toBeUndefined();
    }),
    { numRuns: 150 },
  );
  const longer = new Uint8Array([...credential, 0]);
  expect(await verifyCredential(longer, signaturePublicKey, ORIGIN)).toBeUndefined();
});

test("arbitrary bytes are no credential", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => decodeCredential(bytes) === undefined),
    { numRuns: 2000 },
  );
});

test("the same words give the same root again, with a new account key", async () => {
  const accountId = newId<AccountId>();
  const identity = await createIdentity({ accountId, origin: ORIGIN });
  const words = writeWords(entropyOf(identity));
  expect(words.split(" ").length).toBe(24);
  const restored = await restoreIdentity({ ...identity, entropy: readWords(words), accountKeyVersion: 2 });
  expect(restored.rootPublicKey).toEqual(identity.rootPublicKey);
  expect(restored.accountKey.publicKey).not.toEqual(identity.accountKey.publicKey);
  for (const wrong of ["zoo zoo zoo", words.replace(/ \w+$/, ""), words.split(" ").reverse().join(" ")])
    expect(() => readWords(wrong)).toThrow("unusable");
});

test("identity and device come back from their bytes", async () => {
  const { identity, device } = await somebody();
  expect(await decodeIdentity(encodeIdentity(identity))).toEqual(identity);
  expect(decodeDevice(encodeDevice(device))).toEqual(device);
  expect(() => decodeDevice(encodeIdentity(identity))).toThrow("malformed");
});

test("an identity that was kept with its words comes back as well", async () => {
  const { identity } = await somebody();
  const [, account, origin, entropy, ...rest] = decodeBinary(encodeIdentity(identity)) as unknown[];
  const before = rest.slice(0, -1);
  const { storeKeys: _, ...kept } = identity;
  const words = writeWords(entropy as Uint8Array);
  for (const old of [
    [1, account, origin, words, ...before],
    [2, account, origin, entropy, ...before],
  ])
    expect(await decodeIdentity(encodeBinary(old))).toMatchObject(kept);
});

test("a device proves itself for one challenge of its own account and server", async () => {
  const { device } = await somebody();
  const proof = await proveDevice(device, "challenge");
  const key = device.signaturePublicKey;
  expect(await verifyEd25519(key, proof, attachDeviceBytes({ ...device, challenge: "challenge" }))).toBe(
    true,
  );
  expect(await verifyEd25519(key, proof, attachDeviceBytes({ ...device, challenge: "another" }))).toBe(false);
  const elsewhere = attachDeviceBytes({ ...device, origin: "https://x.example", challenge: "challenge" });
  expect(await verifyEd25519(key, proof, elsewhere)).toBe(false);
});

test("the device log grows by signed entries, each naming the one before", async () => {
  const first = await somebody();
  const second = await anotherDevice(first);
  const { deviceId, signaturePublicKey } = first.device;
  const change = { change: "removed" as const, deviceId, names: signaturePublicKey, at: now() };
  const log = [...second.log, await appendToLog(first.identity, second.log, change)];
  const entries = await verifyDeviceLog(log, first.identity);
  expect(entries?.map((entry) => [entry.position, entry.change])).toEqual([
    [1, "added"],
    [2, "added"],
    [3, "removed"],
  ]);
});

test("a device log that was reordered, shortened at the front, doubled or is another's does not verify", async () => {
  const { identity, log } = await anotherDevice(await somebody());
  const stranger = await somebody();
  const [one, two] = log;
  if (!one || !two) throw new Error("the log is too short");
  for (const forged of [[two, one], [two], [one, one], [...stranger.log]])
    expect(await verifyDeviceLog(forged, identity)).toBeUndefined();
});

test("a key that was rotated away signs no further entries", async () => {
  const { identity, log } = await somebody();
  const entropy = entropyOf(identity);
  const rotated = await restoreIdentity({ ...identity, entropy, accountKeyVersion: 2 });
  const byNew = await anotherDevice({ identity: rotated, log });
  expect(await verifyDeviceLog(byNew.log, identity)).toHaveLength(2);
  await expect(anotherDevice({ identity, log: byNew.log })).resolves.toBeDefined();
  const byOld = await anotherDevice({ identity, log: byNew.log });
  expect(await verifyDeviceLog(byOld.log, identity)).toBeUndefined();
});

function entropyOf({ entropy }: Identity): Uint8Array<ArrayBuffer> {
  if (!entropy) throw new Error("an identity without its words");
  return entropy;
}
