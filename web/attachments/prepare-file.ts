import { rgbaToThumbHash } from "thumbhash";
import { CommandFailed } from "../delivery/command-failed.ts";
import type { AttachmentView } from "../delivery/patches.ts";
import { FILE_KINDS, type Lead } from "./file-kinds.ts";
import { recognise } from "./recognise.ts";

const LONGEST_SIDE = 2560;
const QUALITY = 0.88;
const THUMB_SIDE = 100;
const NAME_LIMIT = 255;
const FILM_ANSWERS_WITHIN = 3_000;
/** Seconds. */
const FRAME_AT = 1;

/** Pictures that stand still, and so are drawn anew: a drawing (SVG) has no pixels, and what moves would stop. */
const STILL: ReadonlySet<Lead> = new Set([
  "png",
  "jpeg",
  "webp",
  "avif",
  "heic",
  "bmp",
  "icon",
  "tiff",
  "jxl",
  "raw",
]);
const ENDINGS: Record<string, string> = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp" };

export interface Prepared {
  readonly about: Omit<AttachmentView, "id" | "size">;
  readonly file: Blob;
}

/**
 * A file as it is sent. A picture is drawn anew, so that neither the place where it was taken nor the camera is
 * told, unless it is to go `plain`: what is one is seen by its content, whatever it is called. Throws
 * `attachment.not_a_picture` for one that this browser cannot draw, `attachment.unreadable` for what is gone.
 */
export async function prepareFile(file: Blob, plain: boolean): Promise<Prepared> {
  const name = (file instanceof File ? file.name : "").slice(-NAME_LIMIT);
  const lead = await recognise(file).catch(() => {
    throw new CommandFailed("attachment.unreadable");
  });
  const type = (file.type || usualType(lead)).slice(0, 127);
  if (plain || !isStill(lead, type)) {
    const shape = plain ? {} : await measure(file, type, lead);
    return { about: { name: name || "file", type, ...shape }, file };
  }
  const drawn = await draw(file, lead);
  const renamed = `${name.replace(/\.\w{1,5}$/, "") || "picture"}.${ENDINGS[drawn.file.type] ?? "png"}`;
  const { dimensions, thumbhash } = drawn;
  return { about: { name: renamed, type: drawn.file.type, dimensions, thumbhash }, file: drawn.file };
}

/** What calls itself a picture and is not known by its content may be one that only the browser knows. */
function isStill(lead: Lead | undefined, type: string): boolean {
  return lead === undefined ? /^image\/(?!gif|svg)/i.test(type) : STILL.has(lead);
}

function usualType(lead: Lead | undefined): string {
  const kind = FILE_KINDS.find(({ leads }) => leads === lead && leads !== null);
  return kind?.types[0] ?? "application/octet-stream";
}

/** What goes as it is still says what room it takes. One that cannot be measured is shown as a file. */
async function measure(file: Blob, type: string, lead: Lead | undefined): Promise<Measured> {
  if (type.startsWith("video/")) return measureFilm(file);
  if (lead !== "gif") return {};
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return {};
  const measured = {
    dimensions: { width: picture.width, height: picture.height },
    thumbhash: thumbhashOf(picture),
  };
  picture.close();
  return measured;
}

type Measured = Pick<Prepared["about"], "dimensions" | "thumbhash">;

/** Its size, and how it looks shortly after it began: at its very beginning many a film is black. */
async function measureFilm(file: Blob): Promise<Measured> {
  const address = URL.createObjectURL(file);
  const film = document.createElement("video");
  let measured: Measured = {};
  try {
    film.muted = true;
    film.preload = "auto";
    film.src = address;
    const end = Date.now() + FILM_ANSWERS_WITHIN;
    await happens(film, "loadeddata", end);
    const { videoWidth: width, videoHeight: height, duration } = film;
    if (width === 0 || height === 0) return {};
    measured = { dimensions: { width, height } };
    film.currentTime = Math.min(FRAME_AT, Number.isFinite(duration) ? duration / 2 : 0);
    await happens(film, "seeked", end);
    const frame = await createImageBitmap(film);
    measured = { ...measured, thumbhash: thumbhashOf(frame) };
    frame.close();
  } catch {
    // What could be learnt until then is what there is.
  } finally {
    film.removeAttribute("src");
    URL.revokeObjectURL(address);
  }
  return measured;
}

function happens(film: HTMLVideoElement, event: "loadeddata" | "seeked", until: number): Promise<void> {
  return new Promise((resolve, reject) => {
    setTimeout(reject, Math.max(0, until - Date.now()));
    film.addEventListener("error", () => reject(film.error));
    film.addEventListener(event, () => resolve());
  });
}

async function draw(file: Blob, lead: Lead | undefined) {
  const picture = await createImageBitmap(file).catch(() => {
    throw new CommandFailed("attachment.not_a_picture");
  });
  try {
    const dimensions = within(picture, LONGEST_SIDE);
    const drawn = paint(picture, dimensions);
    const type = lead === "jpeg" || lead === "png" ? `image/${lead}` : "image/webp";
    return {
      dimensions,
      thumbhash: thumbhashOf(picture),
      file: await drawn.canvas.convertToBlob({ type, quality: QUALITY }),
    };
  } finally {
    picture.close();
  }
}

function thumbhashOf(picture: ImageBitmap): Uint8Array<ArrayBuffer> {
  const { width, height } = within(picture, THUMB_SIDE);
  const { data } = paint(picture, { width, height }).getImageData(0, 0, width, height);
  return Uint8Array.from(rgbaToThumbHash(width, height, data));
}

function paint(picture: ImageBitmap, { width, height }: Size): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) throw new CommandFailed("attachment.not_a_picture");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  return context;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function within({ width, height }: Size, most: number): Size {
  const scale = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
