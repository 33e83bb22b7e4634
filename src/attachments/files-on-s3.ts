import { rm } from "node:fs/promises";
import { S3Client } from "bun";
import type { S3Config } from "../config/config.ts";
import type { Files } from "./files.ts";

/** Objects of one bucket, named by the attachment's id. */
export function filesOnS3(config: S3Config): Files {
  const bucket = new S3Client(config);
  return {
    async keep(id, gathered) {
      const file = Bun.file(gathered);
      if (await file.exists()) await bucket.write(id, file, { type: "application/octet-stream" });
      else if (!(await bucket.exists(id))) throw new Error("the gathered file is gone");
      await rm(gathered, { force: true });
    },
    read: async (id, first, end) => bucket.file(id).slice(first, end).stream(),
    remove: (id) => bucket.delete(id),
  };
}
