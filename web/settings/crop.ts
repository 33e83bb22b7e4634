/** A square of a picture: its middle as parts of the picture's sides, and how many times nearer than all of it. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export const WHOLE: Crop = { x: 0.5, y: 0.5, zoom: 1 };
export const NEAREST = 4;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The square's side in pixels of the picture. */
export function sideOf({ width, height }: Size, { zoom }: Crop): number {
  return Math.min(width, height) / zoom;
}

/** The same, moved by parts of the square's side, and never beyond the picture's edge. */
export function moved(size: Size, crop: Crop, by: { x?: number; y?: number; zoom?: number }): Crop {
  const zoom = Math.min(NEAREST, Math.max(1, by.zoom ?? crop.zoom));
  const side = sideOf(size, { ...crop, zoom });
  const place = (middle: number, steps: number, length: number) => {
    const half = side / 2 / length;
    return Math.min(1 - half, Math.max(half, middle + (steps * side) / length));
  };
  return { x: place(crop.x, by.x ?? 0, size.width), y: place(crop.y, by.y ?? 0, size.height), zoom };
}
