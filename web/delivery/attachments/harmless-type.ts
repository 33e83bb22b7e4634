/** What a browser only draws or plays. Anything else, opened from this origin, might run as one of its pages. */
const HARMLESS = /^(image\/(png|jpeg|gif|webp|avif|bmp)|(audio|video)\/[\w.+-]+)$/;

/** The media type under which a decrypted file may be handed to the page. */
export function harmlessType(type: string): string {
  const [bare = ""] = type.toLowerCase().split(";");
  return HARMLESS.test(bare.trim()) ? bare.trim() : "application/octet-stream";
}
