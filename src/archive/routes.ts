import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/archive.ts";
import { answerDropArchive } from "./drop-archive.ts";
import { answerPutArchive } from "./put-archive.ts";
import { answerListArchives, answerReadArchive } from "./read-archive.ts";

export const archiveRoutes: readonly MountedRoute[] = [
  answer(wire.putArchive, answerPutArchive),
  answer(wire.readArchive, answerReadArchive),
  answer(wire.listArchives, answerListArchives),
  answer(wire.dropArchive, answerDropArchive),
];
