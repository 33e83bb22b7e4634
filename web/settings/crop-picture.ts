import { type Signal, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { PICTURE_SIZE } from "../../src/protocol/profiles.ts";
import { say } from "../languages/language.ts";
import { type Crop, moved, NEAREST, sideOf } from "./crop.ts";

const SHOWN = 240;
const KEPT = 320;
const QUALITIES = [0.85, 0.7, 0.5, 0.3];
const STEP = 0.05;

/** What of a picture is shown, chosen by dragging, by the arrow keys and by the slider. */
export function CropPicture({ picture, crop }: { picture: ImageBitmap; crop: Signal<Crop> }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const held = useSignal(false);
  const go = (by: { x?: number; y?: number; zoom?: number }) => {
    crop.value = moved(picture, crop.value, by);
  };
  const now = crop.value;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context) paint(context, picture, now, SHOWN);
  }, [picture, now]);
  return html`<div class="crop">
    <canvas
      ref=${canvas}
      class="crop-picture"
      width=${SHOWN}
      height=${SHOWN}
      tabindex="0"
      role="img"
      aria-label=${say("profile.crop")}
      onPointerDown=${(event: PointerEvent) => {
        held.value = true;
        canvas.current?.setPointerCapture(event.pointerId);
      }}
      onPointerMove=${(event: PointerEvent) => {
        if (held.value) go({ x: -event.movementX / SHOWN, y: -event.movementY / SHOWN });
      }}
      onPointerUp=${() => {
        held.value = false;
      }}
      onKeyDown=${(event: KeyboardEvent) => {
        const by = KEYS[event.key];
        if (!by) return;
        event.preventDefault();
        go(by);
      }}
    ></canvas>
    <label class="crop-zoom">
      <span>${say("profile.zoom")}</span>
      <input
        type="range"
        min="1"
        max=${NEAREST}
        step="0.05"
        value=${now.zoom}
        onInput=${(event: Event) => {
          if (event.currentTarget instanceof HTMLInputElement)
            go({ zoom: event.currentTarget.valueAsNumber });
        }}
      />
    </label>
  </div>`;
}

const KEYS: Readonly<Record<string, { x?: number; y?: number }>> = {
  ArrowLeft: { x: -STEP },
  ArrowRight: { x: STEP },
  ArrowUp: { y: -STEP },
  ArrowDown: { y: STEP },
};

function paint(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  picture: ImageBitmap,
  crop: Crop,
  side: number,
): void {
  const from = sideOf(picture, crop);
  const [left, top] = [crop.x * picture.width - from / 2, crop.y * picture.height - from / 2];
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white";
  context.fillRect(0, 0, side, side);
  context.drawImage(picture, left, top, from, from, 0, 0, side, side);
}

/** Drawn anew: nothing that was written beside the picture, such as its place, goes along. */
export async function cutOut(picture: ImageBitmap, crop: Crop): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(KEPT, KEPT);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("nothing can be drawn");
  paint(context, picture, crop, KEPT);
  for (const quality of QUALITIES) {
    const file = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (file.size <= PICTURE_SIZE) return new Uint8Array(await file.arrayBuffer());
  }
  throw new Error("the picture does not become small enough");
}
