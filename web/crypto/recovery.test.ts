import { expect, test } from "bun:test";
import { verifyDeviceLog } from "../../src/protocol/device-log.ts";
import { type AccountId, newId } from "../../src/protocol/ids.ts";
import { now, type Person, somebody } from "../testing/people-with-keys.ts";
import { decodeIdentity, encodeIdentity, restoreIdentity } from "./identity.ts";
import { readWords, writeWords } from "./recovery-words.ts";
import { makeStoreKeys, nameRow, openRow, renewStoreKeys, sealRow } from "./store-keys.ts";
import { makeRecoveryKey, openVault, sealVault } from "./vault.ts";

const text = (words: string) => new TextEncoder().encode(words);

function entropyOf({ identity }: Person): Uint8Array<ArrayBuffer> {
  if (!identity.entropy) throw new Error("an identity without its words");
  return identity.entropy;
}

async function withVault(person: Person) {
  const recoveryKey = await makeRecoveryKey({ ...person.identity, entropy: entropyOf(person) });
  const { deviceId } = person.device;
  const made = await sealVault(person.identity, { recoveryKey, deviceId, log: person.log, now: now() });
  const encoded = [...person.log, made.logEntry];
  const log = await verifyDeviceLog(encoded, person.identity);
  if (!log) throw new Error("the log does not verify");
  return { ...made, recoveryKey, encoded, log };
}

test("the words open the vault, whoever sealed it without them", async () => {
  const mira = await somebody();
  const words = writeWords(entropyOf(mira));
  const { recoveryKey } = await withVault(mira);
  const linked = { ...mira, identity: { ...mira.identity, entropy: undefined } };
  const { deviceId } = mira.device;
  const made = await sealVault(linked.identity, { recoveryKey, deviceId, log: mira.log, now: now() });
  const log = (await verifyDeviceLog([...mira.log, made.logEntry], mira.identity)) ?? [];
  const opened = await openVault({ ...mira.identity, entropy: readWords(words), vault: made.vault, log });
  expect(opened).toEqual(mira.identity.storeKeys);
});

test("other words, another account's vault and a changed one open nothing", async () => {
  const mira = await somebody();
  const ben = await somebody();
  const { vault, log } = await withVault(mira);
  const open = (change: Partial<Parameters<typeof openVault>[0]>) =>
    openVault({ ...mira.identity, entropy: entropyOf(mira), vault, log, ...change });
  await expect(open({ entropy: entropyOf(ben) })).rejects.toThrow("unusable");
  const turned = vault.sealed.slice();
  turned[turned.length - 1] = (turned.at(-1) ?? 0) ^ 1;
  await expect(open({ vault: { ...vault, sealed: turned } })).rejects.toThrow("not_allowed");
  await expect(open({ accountId: newId<AccountId>() })).rejects.toThrow("malformed");
  await expect(open({ vault: (await withVault(ben)).vault })).rejects.toThrow("not_allowed");
});

test("a vault that is older than the newest in the device log is not taken for it", async () => {
  const mira = await somebody();
  const first = await withVault(mira);
  const renewed = { ...mira.identity, storeKeys: renewStoreKeys(mira.identity.storeKeys) };
  const { deviceId } = mira.device;
  const how = { recoveryKey: first.recoveryKey, deviceId, log: first.encoded, now: now() };
  const second = await sealVault(renewed, how);
  const log = (await verifyDeviceLog([...first.encoded, second.logEntry], mira.identity)) ?? [];
  const open = (vault: typeof first.vault) =>
    openVault({ ...mira.identity, entropy: entropyOf(mira), vault, log });
  await expect(open(first.vault)).rejects.toThrow("not_allowed");
  expect(await open(second.vault)).toEqual(renewed.storeKeys);
});

test("nothing is sealed to a recovery key that the root does not vouch for", async () => {
  const mira = await somebody();
  const ben = await somebody();
  const { recoveryKey } = await withVault(ben);
  const how = { recoveryKey, deviceId: mira.device.deviceId, log: mira.log, now: now() };
  await expect(sealVault(mira.identity, how)).rejects.toThrow("not_allowed");
});

test("an identity is kept and read without its words, and one from before there was a store gets keys", async () => {
  const { identity } = await somebody();
  const erased = { ...identity, entropy: undefined };
  expect(await decodeIdentity(encodeIdentity(erased))).toEqual(erased);
  const restored = await restoreIdentity({ ...identity, entropy: entropyOf({ identity } as Person) });
  expect(restored.rootPublicKey).toEqual(identity.rootPublicKey);
});

test("a row of the store opens at its place and version with the keys of then and now, and nowhere else", async () => {
  const keys = makeStoreKeys();
  const name = "draft/one";
  const id = await nameRow(keys, name);
  const sealed = await sealRow(keys, { name, version: 3, content: text("a draft") });
  const later = renewStoreKeys(keys);
  const opened = await openRow(later, { id, version: 3, sealed });
  expect(opened).toEqual({ name, content: text("a draft") });
  expect(await nameRow(later, name)).toBe(id);
  await expect(openRow(later, { id, version: 4, sealed })).rejects.toThrow("malformed");
  const elsewhere = await nameRow(keys, "draft/two");
  await expect(openRow(later, { id: elsewhere, version: 3, sealed })).rejects.toThrow("malformed");
  const newer = await sealRow(later, { name, version: 4, content: text("after the removal") });
  await expect(openRow(keys, { id, version: 4, sealed: newer })).rejects.toThrow("malformed");
  await expect(openRow(makeStoreKeys(), { id, version: 3, sealed })).rejects.toThrow("malformed");
});
