import { downloadZip } from "client-zip";
import type { Entry } from "./write-export.ts";

/** One file of these, made as they come; the browser keeps what does not fit into memory on its disk. */
export function zip(entries: AsyncIterable<Entry>): Promise<Blob> {
  return downloadZip(entries, { buffersAreUTF8: true }).blob();
}
