import type { App } from "../app.ts";
import type { Config } from "../config/config.ts";
import type { AttachmentId } from "../protocol/ids.ts";
import { filesOnDisk } from "./files-on-disk.ts";
import { filesOnS3 } from "./files-on-s3.ts";

/** Where the bytes of finished uploads lie. */
export interface Files {
  /** Takes the file over from where it was gathered; durable when it answers. Asked again, nothing happens. */
  keep(id: AttachmentId, gathered: string): Promise<void>;
  /** The bytes from `first` up to and without `end`. Throws where there is no such file. */
  read(id: AttachmentId, first: number, end: number): Promise<Blob | ReadableStream<Uint8Array<ArrayBuffer>>>;
  /** Nothing happens where there is none. */
  remove(id: AttachmentId): Promise<void>;
}

const opened = new WeakMap<Config, Files>();

export function filesOf({ config }: Pick<App, "config">): Files {
  const files =
    opened.get(config) ?? (config.s3 === undefined ? filesOnDisk(config.dataFolder) : filesOnS3(config.s3));
  opened.set(config, files);
  return files;
}
