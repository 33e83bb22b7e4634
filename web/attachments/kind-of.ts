import type { AttachmentView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";

export type AttachmentKind = "voice" | "picture" | "film" | "sound" | "file";

/** How it is shown. Without its size known beforehand a picture goes as a file: it would make the page jump. */
export function kindOf({ type, dimensions, voice }: AttachmentView): AttachmentKind {
  if (voice) return "voice";
  if (type.startsWith("audio/")) return "sound";
  if (!dimensions) return "file";
  if (type.startsWith("video/")) return "film";
  return /^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(type) ? "picture" : "file";
}

/** In a word or by its name, where there is no room to show it. */
export function sayAttachment(attachment: AttachmentView): string {
  const kind = kindOf(attachment);
  if (kind === "picture") return say("attachment.picture");
  if (kind === "film") return say("attachment.film");
  return kind === "voice" ? say("attachment.voice") : attachment.name;
}
