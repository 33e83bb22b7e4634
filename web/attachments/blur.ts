import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { thumbHashToRGBA } from "thumbhash";

/** What stands where a picture or film will be. */
export function Blur({ hash }: { hash: Uint8Array }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const { w, h, rgba } = thumbHashToRGBA(hash);
    // Made up by a sender, it may have no size at all.
    if (!element || w < 1 || h < 1) return;
    [element.width, element.height] = [w, h];
    element.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0);
  }, [hash]);
  return html`<canvas class="picture-blur" ref=${canvas} aria-hidden="true"></canvas>`;
}
