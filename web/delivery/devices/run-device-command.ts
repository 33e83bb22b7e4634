import { listDevices, renameDevice, revokeDevice } from "../../../src/protocol/devices.ts";
import { appendToLog } from "../../crypto/device.ts";
import type { Client } from "../client.ts";
import type { Command, Results } from "../commands.ts";
import { Failed, Refused } from "../failures.ts";
import type { LiveSession } from "../session/live-session.ts";
import type { OwnDeviceView, Recovery } from "./commands.ts";
import { confirmWords, proveWords, showWords } from "./keep-vault.ts";
import { linkAnother, lookAtCode } from "./link-another.ts";
import { readIdentity } from "./own-identity.ts";
import { readOwnLog } from "./own-log.ts";

type DeviceCommand = Extract<
  Command,
  {
    kind:
      | "list_devices"
      | "rename_device"
      | "revoke_device"
      | "look_at_code"
      | "link_another"
      | "read_recovery"
      | "show_words"
      | "confirm_words"
      | "prove_words";
  }
>;

/** About the account's devices, on one of them. */
export async function runDeviceCommand(
  session: LiveSession,
  command: DeviceCommand,
): Promise<Results[DeviceCommand["kind"]]> {
  const { client } = session;
  switch (command.kind) {
    case "list_devices":
      return listOwn(client);
    case "rename_device":
      await client.call(renameDevice, { deviceId: command.deviceId, name: command.name });
      return undefined;
    case "revoke_device":
      await revoke(client, command.deviceId);
      await session.devices.tend();
      return undefined;
    case "look_at_code":
      return lookAtCode(client, command.code);
    case "link_another":
      session.devices.expect();
      await linkAnother(client, command.code);
      return undefined;
    case "read_recovery":
      return readRecovery(client);
    case "show_words":
      return showWords(client);
    case "confirm_words":
      await confirmWords(client);
      return undefined;
    case "prove_words":
      await proveWords(client, command.words);
      return undefined;
  }
}

async function listOwn(client: Client): Promise<readonly OwnDeviceView[]> {
  const { devices } = await client.call(listDevices, {});
  const { live } = await readOwnLog(client, await readIdentity(client.vault));
  return devices.map((device) => ({
    ...device,
    isThis: device.deviceId === client.deviceId,
    isSigned: live.has(device.deviceId),
  }));
}

const TRIES = 5;

/** Signed by this device, and told to everybody by the account's log. Its leaves are taken out after it. */
async function revoke(client: Client, deviceId: OwnDeviceView["deviceId"]): Promise<void> {
  if (deviceId === client.deviceId) throw new Refused("device.is_this", "");
  const identity = await readIdentity(client.vault);
  for (let tries = 1; ; tries += 1) {
    const log = await readOwnLog(client, identity);
    const names = log.live.get(deviceId);
    if (!names) {
      if (log.removed.has(deviceId)) return;
      throw new Failed("device_unsigned");
    }
    const at = client.platform.clock.now();
    const change = { change: "removed" as const, deviceId, names, at };
    const logEntry = await appendToLog(identity, log.encoded, change);
    try {
      await client.call(revokeDevice, { deviceId, logEntry });
      return;
    } catch (cause) {
      const isBehind = cause instanceof Refused && cause.code === "device.log_behind";
      if (!isBehind || tries === TRIES) throw cause;
    }
  }
}

async function readRecovery(client: Client): Promise<Recovery> {
  const { entropy } = await readIdentity(client.vault);
  const words = await client.vault.read("recovery", "words");
  return {
    hasWords: entropy !== undefined,
    confirmedAt: words?.confirmedAt,
    provenAt: words?.provenAt,
  };
}
