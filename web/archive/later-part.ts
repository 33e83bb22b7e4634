import { later } from "../ui/later.ts";
import type { ArchivePartProps } from "./archive-part.ts";

/** Fetched where somebody looks at settings or details. */
export const LaterArchivePart = later<ArchivePartProps>(
  async () => (await import("./archive-part.ts")).ArchivePart,
  "archive",
);
