import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AttachmentId } from "../protocol/ids.ts";
import type { Files } from "./files.ts";

/** `files/ab/abcdef…` in the data folder, so that no folder grows too long. */
export function filesOnDisk(dataFolder: string): Files {
  const pathOf = (id: AttachmentId) => join(dataFolder, "files", id.slice(0, 2), id);
  return {
    async keep(id, gathered) {
      const path = pathOf(id);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      if (await Bun.file(gathered).exists()) await rename(gathered, path);
      else if (!(await Bun.file(path).exists())) throw new Error("the gathered file is gone");
      await syncFolder(dirname(path));
    },
    async read(id, first, end) {
      const file = Bun.file(pathOf(id));
      if (!(await file.exists())) throw new Error(`the file of attachment ${id} is gone`);
      return file.slice(first, end);
    },
    remove: (id) => rm(pathOf(id), { force: true }),
  };
}

/** A new name in a folder is only durable once the folder is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
