import type { Page } from "playwright-core";

/** A JPEG with a place written into it, as a camera does. */
export async function takePhoto(page: Page, place: string): Promise<Buffer> {
  const drawn = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(640, 480);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    const colours = context.createLinearGradient(0, 0, 640, 480);
    colours.addColorStop(0, "teal");
    colours.addColorStop(1, "gold");
    context.fillStyle = colours;
    context.fillRect(0, 0, 640, 480);
    const file = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
    return (new Uint8Array(await file.arrayBuffer()) as unknown as { toBase64(): string }).toBase64();
  });
  const plain = Buffer.from(drawn, "base64");
  const said = Buffer.from(`Exif\0\0${place}`);
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, said.length + 2]), said]);
  return Buffer.concat([plain.subarray(0, 2), segment, plain.subarray(2)]);
}
