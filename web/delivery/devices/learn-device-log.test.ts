import { expect, test } from "bun:test";
import { type DeviceId, newId } from "../../../src/protocol/ids.ts";
import { followLog } from "./learn-device-log.ts";

const root = new Uint8Array(32);

function logOf(...hashes: readonly number[]) {
  const devices = hashes.map(() => ({ deviceId: newId<DeviceId>(), signaturePublicKey: root }));
  return { hashes: hashes.map((hash) => new Uint8Array(32).fill(hash)), devices };
}

test("a log that has grown is followed", () => {
  const [one, two] = [logOf(1), logOf(1, 2)];
  expect(followLog(undefined, one, root)).toEqual({ root, ...one });
  expect(followLog({ root, ...one }, two, root)).toEqual({ root, ...two });
  expect(followLog({ root, ...two }, two, root)).toEqual({ root, ...two });
});

test.each([
  ["shorter than before", logOf(1)],
  ["another than before", logOf(1, 3)],
  ["longer and another than before", logOf(1, 3, 4)],
  ["none that verifies", undefined],
])("one that is %s is not, and what was known stays", (_name, fresh) => {
  const known = { root, ...logOf(1, 2) };
  expect(followLog(known, fresh, root)).toEqual({ ...known, doubt: "differs" });
});

test("a doubt outlasts a log that is sound again", () => {
  const fresh = logOf(1, 2);
  expect(followLog({ root, ...logOf(1), doubt: "differs" }, fresh, root).doubt).toBe("differs");
});
