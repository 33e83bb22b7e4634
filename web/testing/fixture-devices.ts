import { type DeviceId, newId } from "../../src/protocol/ids.ts";
import type { Results } from "../delivery/commands.ts";
import type { DeviceCommand, KeylessCommand, OwnDeviceView, Recovery } from "../delivery/devices/commands.ts";
import type { Patch } from "../delivery/patches.ts";
import { FixtureFailed } from "./scene.ts";

const HOUR = 60 * 60 * 1000;

export const CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV";

export const WORDS =
  "abandon amount liar amount expire adjust cage candy arch gather drum bullet absurd math era live bid rhythm alien crouch range attend journey unaware";

/** As a real client answers on an account with three devices, whose words were not written down yet. */
export function openFixtureDevices(
  push: (patch: Patch) => void,
): (command: DeviceCommand | KeylessCommand) => Results[(DeviceCommand | KeylessCommand)["kind"]] {
  const now = Date.now();
  let devices: readonly OwnDeviceView[] = [
    { name: "Chromium on Linux", isThis: true, createdAt: now - 9000 * HOUR, lastSeenAt: now },
    { name: "Firefox on Android", isThis: false, createdAt: now - 700 * HOUR, lastSeenAt: now - 3 * HOUR },
    { name: "Safari on iPad", isThis: false, createdAt: now - 90 * HOUR, lastSeenAt: now - 50 * HOUR },
  ].map((device) => ({
    ...device,
    deviceId: newId<DeviceId>(),
    isSigned: device.name !== "Safari on iPad",
  }));
  let recovery: Recovery = { hasWords: true, confirmedAt: undefined, provenAt: undefined };

  return (command) => {
    switch (command.kind) {
      case "link_here": {
        const link = { code: CODE, expiresAt: Date.now() + HOUR / 6 };
        return void push({ kind: "device", device: { kind: "elsewhere", link } });
      }
      case "cancel_link":
        return void push({ kind: "device", device: { kind: "elsewhere" } });
      case "recover":
        if (command.words !== WORDS) throw new FixtureFailed("wrong_words");
        return void push({ kind: "device", device: { kind: "ready" } });
      case "list_devices":
        return devices;
      case "rename_device":
        devices = devices.map((device) =>
          device.deviceId === command.deviceId ? { ...device, name: command.name } : device,
        );
        return undefined;
      case "revoke_device":
        devices = devices.filter(({ deviceId }) => deviceId !== command.deviceId);
        return undefined;
      case "look_at_code":
        if (command.code.replaceAll("-", "") !== CODE.replaceAll("-", ""))
          throw new FixtureFailed("code_mistyped");
        return { name: "Edge on Windows", from: "192.0.2.7", createdAt: Date.now() };
      case "link_another": {
        const at = Date.now();
        const device = {
          name: "Edge on Windows",
          isThis: false,
          isSigned: true,
          createdAt: at,
          lastSeenAt: at,
        };
        devices = [...devices, { ...device, deviceId: newId<DeviceId>() }];
        return void push({ kind: "seating", seating: { whose: "another", done: 3, all: 12 } });
      }
      case "read_recovery":
        return recovery;
      case "show_words":
        return WORDS;
      case "confirm_words":
        recovery = { hasWords: false, confirmedAt: Date.now(), provenAt: Date.now() };
        return undefined;
      case "prove_words":
        if (command.words !== WORDS) throw new FixtureFailed("wrong_words");
        recovery = { ...recovery, provenAt: Date.now() };
        return undefined;
    }
  };
}
