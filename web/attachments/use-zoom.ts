import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { keepIn, type Placement, type Point, type Size, WHOLE, zoomAt } from "./zoom.ts";

const CLOSER = 2.5;
const STEP = 80;
const SWIPE = 60;
const TAP = 10;
const CONTROLS_HEIGHT = 100;
const TWICE_WITHIN = 300;

interface Wishes {
  /** Of the picture; undefined for what does not come closer. */
  readonly picture: Size | undefined;
  /** Later is 1, as the eye sees it: towards the right. */
  readonly go: (steps: number) => void;
  readonly close: () => void;
}

/** Fingers, mouse and keys on one picture: two fingers bring it closer, one moves it, or the next one in. */
export function useZoom({ picture, go, close }: Wishes) {
  const placement = useSignal<Placement>(WHOLE);
  const stage = useRef<HTMLDivElement>(null);
  const fingers = useRef(new Map<number, Point>()).current;
  const gesture = useRef<{ from: Point; pinched: boolean } | undefined>(undefined);
  const tapped = useRef({ at: Number.NEGATIVE_INFINITY, x: 0, y: 0 });

  const put = (next: Placement) => {
    if (!stage.current || !picture) return;
    const { clientWidth: width, clientHeight: height } = stage.current;
    placement.value = keepIn(next, picture, { width, height });
  };
  const fromMiddle = ({ x, y }: Point): Point => {
    const box = stage.current?.getBoundingClientRect() ?? new DOMRect();
    return { x: x - box.x - box.width / 2, y: y - box.y - box.height / 2 };
  };
  /** Whoever winds a film swipes too. */
  const isOnControls = ({ y }: Point) =>
    (stage.current?.getBoundingClientRect().bottom ?? 0) - y < CONTROLS_HEIGHT;
  const zoom = (factor: number, at: Point) => put(zoomAt(placement.value, factor, at));
  const move = (x: number, y: number) =>
    put({ ...placement.value, x: placement.value.x + x, y: placement.value.y + y });
  const isNear = () => placement.value.scale > 1;
  const toggle = (at: Point = WHOLE) => (isNear() ? put(WHOLE) : zoom(CLOSER, at));

  const onPointerDown = (event: PointerEvent) => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    const at = { x: event.clientX, y: event.clientY };
    if (!picture && isOnControls(at)) return;
    if (fingers.size === 0) gesture.current = { from: at, pinched: false };
    else if (gesture.current) gesture.current.pinched = true;
    fingers.set(event.pointerId, at);
    if (picture) stage.current?.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (other) pinch(before, now, other);
    else if (isNear()) move(now.x - before.x, now.y - before.y);
  };
  const pinch = (before: Point, now: Point, other: Point) => {
    const was = fromMiddle(between(before, other));
    const is = fromMiddle(between(now, other));
    const closer = zoomAt(placement.value, distance(now, other) / Math.max(1, distance(before, other)), was);
    put({ ...closer, x: closer.x + is.x - was.x, y: closer.y + is.y - was.y });
  };
  const onPointerUp = (event: PointerEvent) => {
    const { current } = gesture;
    if (!fingers.delete(event.pointerId) || fingers.size > 0 || !current) return;
    gesture.current = undefined;
    if (current.pinched) return;
    const [across, down] = [event.clientX - current.from.x, event.clientY - current.from.y];
    if (Math.hypot(across, down) < TAP) tap(event);
    else if (isNear()) return;
    else if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down)) go(across < 0 ? 1 : -1);
    else if (down > 2 * SWIPE && event.pointerType !== "mouse") close();
  };
  const tap = ({ clientX: x, clientY: y, timeStamp }: PointerEvent) => {
    const { at, ...before } = tapped.current;
    const isSecond = timeStamp - at < TWICE_WITHIN && distance(before, { x, y }) < 3 * TAP;
    tapped.current = { at: isSecond ? Number.NEGATIVE_INFINITY : timeStamp, x, y };
    if (isSecond) toggle(fromMiddle({ x, y }));
  };
  const onPointerCancel = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
    gesture.current = undefined;
  };
  const onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 200), fromMiddle({ x: event.clientX, y: event.clientY }));
  };
  /** What is near is moved with the arrows; what is whole makes room for the next one. */
  const onKey = ({ key }: KeyboardEvent) => {
    const [, x = 0, y = 0] = ARROWS.find(([name]) => name === key) ?? [];
    if (key === "+" || key === "=") zoom(1.5, WHOLE);
    else if (key === "-") zoom(1 / 1.5, WHOLE);
    else if (isNear()) move(-x * STEP, -y * STEP);
    else if (x !== 0) go(x);
  };
  const on = { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onWheel };
  return { placement, stage, toggle, onKey, on };
}

const ARROWS = [
  ["ArrowRight", 1, 0],
  ["ArrowLeft", -1, 0],
  ["ArrowDown", 0, 1],
  ["ArrowUp", 0, -1],
] as const;

function between(one: Point, other: Point): Point {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
