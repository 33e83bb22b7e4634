import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/settings.ts";
import { answerChangeSettings, answerShowSettings } from "./change-settings.ts";

export const settingRoutes: readonly MountedRoute[] = [
  answer(wire.showSettings, answerShowSettings),
  answer(wire.changeSettings, answerChangeSettings),
];
