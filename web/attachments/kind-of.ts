import type { AttachmentView } from "../delivery/patches.ts";

export type AttachmentKind = "voice" | "picture" | "film" | "sound" | "file";

/** How it is shown. Without its size known beforehand a picture goes as a file: it would make the page jump. */
export function kindOf({
  type,
  dimensions,
  voice,
}: Pick<AttachmentView, "type" | "dimensions" | "voice">): AttachmentKind {
  if (voice) return "voice";
  if (type.startsWith("audio/")) return "sound";
  if (!dimensions) return "file";
  if (type.startsWith("video/")) return "film";
  return /^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(type) ? "picture" : "file";
}
