import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/account-store.ts";
import { answerPutRows } from "./put-rows.ts";
import { answerSyncStore } from "./sync-store.ts";

export const accountStoreRoutes: readonly MountedRoute[] = [
  answer(wire.putRows, answerPutRows),
  answer(wire.syncStore, answerSyncStore),
];
