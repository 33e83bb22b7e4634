import * as v from "valibot";
import { accountId, deviceId } from "./ids.ts";
import { route } from "./route.ts";
import { bytes, count, SIZE, text, time } from "./values.ts";

export const suite = v.picklist([
  "MLS_256_XWING_AES256GCM_SHA512_Ed25519",
  "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
]);
export type Suite = v.InferOutput<typeof suite>;
/** For direct conversations, saved messages and groups up to 250 devices: X25519 with ML-KEM-768. */
export const POST_QUANTUM: Suite = "MLS_256_XWING_AES256GCM_SHA512_Ed25519";
/** For private channels: the one without the cost of ML-KEM in each of a thousand leaves. */
export const CHANNEL_SUITE: Suite = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";

/** A key package is an MLSMessage (RFC 9420 §6) with wire format mls_key_package. */
const keyPackage = bytes(SIZE.keyPackage, 1);

export const KEY_PACKAGES = { full: 50, refillBelow: 20, perRequest: 50 } as const;

/** Of one account, in any answer. */
const MOST_DEVICES = 64;

export const device = v.object({
  deviceId,
  name: text(80),
  createdAt: time,
  lastSeenAt: time,
});
export type Device = v.InferOutput<typeof device>;

/**
 * The first device of an account settles its root key; a further one must carry a credential that
 * verifies under the same root, or is refused with `device.exists`. Attaches the device to the session.
 */
export const registerDevice = route({
  method: "POST",
  path: "/api/devices",
  who: "account",
  codec: "binary",
  input: v.object({
    deviceId,
    name: text(80, 1),
    /** As in the leaf nodes: see `credential.ts`. */
    credential: bytes(SIZE.credential, 1),
    /** Ed25519 by the device's key over `attachDeviceBytes` (see `credential.ts`). */
    proof: bytes(64, 64),
    keyPackages: v.pipe(v.array(keyPackage), v.minLength(1), v.maxLength(KEY_PACKAGES.perRequest)),
    lastResort: keyPackage,
    /**
     * With the recovery words: entries that remove devices which are lost, before the one for this device. What they
     * were in waits for this one, which takes their places (see `judge-commit.ts`).
     */
    retires: v.optional(v.pipe(v.array(bytes(SIZE.deviceLogEntry, 1)), v.maxLength(MOST_DEVICES)), []),
    /** The device log's entry for this device, signed by the account key: see `credential.ts`. */
    logEntry: bytes(SIZE.deviceLogEntry, 1),
  }),
  output: v.object({}),
});

/** After signing in again in a browser that still holds its device: proves its key, attaches it to the session. */
export const attachDevice = route({
  method: "POST",
  path: "/api/devices/attach",
  who: "account",
  codec: "binary",
  input: v.object({ deviceId, proof: bytes(64, 64) }),
  output: v.object({}),
});

/**
 * Signed out for good, told by the log's entry that removes it: its sessions end, its key packages are gone, and
 * the server takes it out of each conversation that another device of the account is in.
 */
export const revokeDevice = route({
  method: "POST",
  path: "/api/devices/:deviceId/revoke",
  who: "device",
  codec: "binary",
  input: v.object({ deviceId, logEntry: bytes(SIZE.deviceLogEntry, 1) }),
  output: v.object({}),
});

export const renameDevice = route({
  method: "POST",
  path: "/api/devices/:deviceId/name",
  who: "device",
  codec: "binary",
  input: v.object({ deviceId, name: text(80, 1) }),
  output: v.object({}),
});

export const listDevices = route({
  method: "GET",
  path: "/api/devices",
  who: "account",
  codec: "binary",
  input: v.object({}),
  output: v.object({ devices: v.pipe(v.array(device), v.maxLength(MOST_DEVICES)) }),
});

/** The server's public key as MLS external sender, an ExternalSender (RFC 9420 §12.1.8.1) in TLS encoding. */
export const showExternalSender = route({
  method: "GET",
  path: "/api/mls/external-sender",
  who: "device",
  codec: "binary",
  input: v.object({}),
  output: v.object({ externalSender: bytes(1024, 1) }),
});

export const countKeyPackages = route({
  method: "GET",
  path: "/api/devices/current/key-packages",
  who: "device",
  codec: "binary",
  input: v.object({}),
  /** Without a last resort, or with one that has ended, a device whose pool is empty cannot be reached. */
  output: v.object({ remaining: count, lastResortEndsAt: v.nullable(time) }),
});

export const addKeyPackages = route({
  method: "POST",
  path: "/api/devices/current/key-packages",
  who: "device",
  codec: "binary",
  input: v.object({
    keyPackages: v.pipe(v.array(keyPackage), v.maxLength(KEY_PACKAGES.perRequest)),
    lastResort: v.optional(keyPackage),
  }),
  output: v.object({ remaining: count }),
});

/**
 * Hands out one key package of each device of the account but the asking one, or of those that are named, each once;
 * the last resort when a pool is empty.
 */
export const claimKeyPackages = route({
  method: "POST",
  path: "/api/accounts/:accountId/key-packages/claim",
  who: "device",
  codec: "binary",
  input: v.object({
    accountId,
    only: v.optional(v.pipe(v.array(deviceId), v.minLength(1), v.maxLength(MOST_DEVICES))),
  }),
  output: v.object({
    devices: v.pipe(v.array(v.object({ deviceId, keyPackage })), v.maxLength(MOST_DEVICES)),
  }),
});

/** The signed, hash-chained list of changes to the account's devices, oldest first. */
export const showDeviceLog = route({
  method: "GET",
  path: "/api/accounts/:accountId/device-log",
  who: "account",
  codec: "binary",
  input: v.object({ accountId }),
  output: v.object({ entries: v.pipe(v.array(bytes(SIZE.deviceLogEntry, 1)), v.maxLength(1000)) }),
});
