import { type DeviceId, newId } from "../../src/protocol/ids.ts";
import type { DeviceCommand, KeylessCommand, OwnDeviceView, Results } from "../delivery/patches.ts";

const HOUR = 60 * 60 * 1000;
const now = Date.now();

const DEVICES: readonly OwnDeviceView[] = [
  { name: "Chromium on Linux", isThis: true, createdAt: now - 9000 * HOUR, lastSeenAt: now },
  { name: "Firefox on Android", isThis: false, createdAt: now - 700 * HOUR, lastSeenAt: now - 3 * HOUR },
  { name: "Safari on iPad", isThis: false, createdAt: now - 90 * HOUR, lastSeenAt: now - 50 * HOUR },
].map((device) => ({ ...device, deviceId: newId<DeviceId>(), isSigned: true }));

const WORDS =
  "abandon amount liar amount expire adjust cage candy arch gather drum bullet absurd math era live bid rhythm alien crouch range attend journey unaware";

/** As a real client answers on an account with three devices, whose words were not written down yet. */
export function answerDeviceCommand(
  command: DeviceCommand | KeylessCommand,
): Results[(DeviceCommand | KeylessCommand)["kind"]] {
  switch (command.kind) {
    case "list_devices":
      return DEVICES;
    case "look_at_code":
      return { name: "Firefox on Android", from: "192.0.2.7", createdAt: now };
    case "read_recovery":
      return { hasWords: true, confirmedAt: undefined, provenAt: undefined };
    case "show_words":
      return WORDS;
    default:
      return undefined;
  }
}
