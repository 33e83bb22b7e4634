/** How a picture lies in its stage: `x` and `y` are how far its middle is from the stage's, in pixels. */
export interface Placement {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const WHOLE: Placement = { scale: 1, x: 0, y: 0 };
const MOST = 8;

/** Nearer or farther by a factor, so that what lies at `at` (from the stage's middle) stays there. */
export function zoomAt(placement: Placement, factor: number, at: Point): Placement {
  const scale = Math.min(MOST, Math.max(1, placement.scale * factor));
  const grown = scale / placement.scale;
  return { scale, x: at.x - (at.x - placement.x) * grown, y: at.y - (at.y - placement.y) * grown };
}

/** No farther than that its edge reaches the stage's; what is smaller than the stage stands in the middle. */
export function keepIn(placement: Placement, picture: Size, stage: Size): Placement {
  const fitting = Math.min(stage.width / picture.width, stage.height / picture.height);
  const limit = (side: "width" | "height", value: number) => {
    const most = Math.max(0, (picture[side] * fitting * placement.scale - stage[side]) / 2);
    return Math.min(most, Math.max(-most, value));
  };
  return { scale: placement.scale, x: limit("width", placement.x), y: limit("height", placement.y) };
}
