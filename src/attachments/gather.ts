import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { App } from "../app.ts";
import type { AttachmentId } from "../protocol/ids.ts";
import { syncFolder } from "./files-on-disk.ts";

type Where = Pick<App, "config">;

/** Where an upload grows until it is complete: always on this machine's disk. */
export function gatheredAt({ config }: Where, id: AttachmentId): string {
  return join(gatheringFolder({ config }), id);
}

export function gatheringFolder({ config }: Where): string {
  return join(config.dataFolder, "files", "gathering");
}

/** Durable when it answers. What a cut-off write left behind this place is written over. */
export async function gather(
  app: Where,
  id: AttachmentId,
  offset: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const folder = gatheringFolder(app);
  if (offset === 0) await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await open(gatheredAt(app, id), offset === 0 ? "w" : "r+", 0o600);
  try {
    let written = 0;
    while (written < bytes.byteLength) {
      const rest = await file.write(bytes, written, bytes.byteLength - written, offset + written);
      written += rest.bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (offset === 0) await syncFolder(folder);
}

export function dropGathered(app: Where, id: AttachmentId): Promise<void> {
  return rm(gatheredAt(app, id), { force: true });
}
