import type { AttachmentView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { kindOf } from "./kind-of.ts";

/** In a word or by its name, where there is no room to show it. */
export function sayAttachment(attachment: AttachmentView): string {
  const kind = kindOf(attachment);
  if (kind === "picture") return say("attachment.picture");
  if (kind === "film") return say("attachment.film");
  return kind === "voice" ? say("attachment.voice") : attachment.name;
}
