import { answer, type MountedRoute } from "../answer.ts";
import * as links from "../protocol/device-links.ts";
import * as wire from "../protocol/devices.ts";
import { putVault, showVault } from "../protocol/vault.ts";
import { answerAddKeyPackages, answerCountKeyPackages } from "./add-key-packages.ts";
import { answerAttachDevice } from "./attach-device.ts";
import { answerClaimKeyPackages } from "./claim-key-packages.ts";
import { answerPutVault, answerShowVault } from "./keep-vault.ts";
import { answerListDevices } from "./list-devices.ts";
import { answerRegisterDevice } from "./register-device.ts";
import {
  answerAnswerDeviceLink,
  answerCancelDeviceLink,
  answerOfferDeviceLink,
  answerShowDeviceLink,
  answerTakeDeviceLink,
} from "./relay-device-link.ts";
import { answerRenameDevice, answerRevokeDevice } from "./revoke-device.ts";
import { answerShowDeviceLog } from "./show-device-log.ts";
import { answerShowExternalSender } from "./show-external-sender.ts";

export const deviceRoutes: readonly MountedRoute[] = [
  answer(wire.registerDevice, answerRegisterDevice),
  answer(wire.attachDevice, answerAttachDevice),
  answer(wire.listDevices, answerListDevices),
  answer(wire.revokeDevice, answerRevokeDevice),
  answer(wire.renameDevice, answerRenameDevice),
  answer(putVault, answerPutVault),
  answer(showVault, answerShowVault),
  answer(links.offerDeviceLink, answerOfferDeviceLink),
  answer(links.showDeviceLink, answerShowDeviceLink),
  answer(links.answerDeviceLink, answerAnswerDeviceLink),
  answer(links.takeDeviceLink, answerTakeDeviceLink),
  answer(links.cancelDeviceLink, answerCancelDeviceLink),
  answer(wire.showExternalSender, answerShowExternalSender),
  answer(wire.countKeyPackages, answerCountKeyPackages),
  answer(wire.addKeyPackages, answerAddKeyPackages),
  answer(wire.claimKeyPackages, answerClaimKeyPackages),
  answer(wire.showDeviceLog, answerShowDeviceLog),
];
