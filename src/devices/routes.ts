import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/devices.ts";
import { answerAddKeyPackages, answerCountKeyPackages } from "./add-key-packages.ts";
import { answerAttachDevice } from "./attach-device.ts";
import { answerClaimKeyPackages } from "./claim-key-packages.ts";
import { answerListDevices } from "./list-devices.ts";
import { answerRegisterDevice } from "./register-device.ts";
import { answerShowDeviceLog } from "./show-device-log.ts";
import { answerShowExternalSender } from "./show-external-sender.ts";

export const deviceRoutes: readonly MountedRoute[] = [
  answer(wire.registerDevice, answerRegisterDevice),
  answer(wire.attachDevice, answerAttachDevice),
  answer(wire.listDevices, answerListDevices),
  answer(wire.showExternalSender, answerShowExternalSender),
  answer(wire.countKeyPackages, answerCountKeyPackages),
  answer(wire.addKeyPackages, answerAddKeyPackages),
  answer(wire.claimKeyPackages, answerClaimKeyPackages),
  answer(wire.showDeviceLog, answerShowDeviceLog),
];
