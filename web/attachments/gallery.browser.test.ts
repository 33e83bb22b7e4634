import { expect, test } from "bun:test";
import type { CDPSession, Page } from "playwright-core";
import { findBarriers, PATIENCE, tellInBrowser } from "../testing/browser-story.ts";
import { CONVERSATION } from "../testing/test-ids.ts";

const story = tellInBrowser();
const darius = `/chat/${CONVERSATION.darius}`;
const onPhone = { scene: "media", screen: "phone" } as const;

type Finger = readonly [number, number];

/** Fingers as the screen reports them, in as many steps as a hand takes. */
function hand(session: CDPSession) {
  const put = (type: "touchStart" | "touchMove" | "touchEnd", fingers: readonly Finger[]) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: fingers.map(([x, y], id) => ({ x, y, id })),
    });
  return {
    async drag(...lines: readonly (readonly [Finger, Finger])[]) {
      await put("touchStart", lines.map(([from]) => from).slice(0, 1));
      if (lines.length > 1)
        await put(
          "touchStart",
          lines.map(([from]) => from),
        );
      for (let step = 1; step <= 5; step += 1) {
        const along = (from: number, to: number) => from + ((to - from) * step) / 5;
        await put(
          "touchMove",
          lines.map(([from, to]) => [along(from[0], to[0]), along(from[1], to[1])]),
        );
      }
      await put("touchEnd", []);
    },
    async tap(finger: Finger) {
      await put("touchStart", [finger]);
      await put("touchEnd", []);
    },
  };
}

async function openFirst(page: Page) {
  await page.locator(".picture-open:has(img)").first().click();
  await page.getByRole("dialog", { name: "Photo 1 of 3" }).locator("img").waitFor();
}

/** How near it is, and how far from the middle. */
function placementIn(page: Page) {
  return page.locator(".gallery-stage img").evaluate((image) => {
    const { a, e, f } = new DOMMatrix(getComputedStyle(image).transform);
    return { scale: a, x: e, y: f };
  });
}

test(
  "two fingers bring a picture closer, one moves it, and two taps bring it back",
  story(darius, onPhone, async ({ page }) => {
    await openFirst(page);
    const fingers = hand(await page.context().newCDPSession(page));
    await fingers.drag(
      [
        [150, 400],
        [90, 400],
      ],
      [
        [210, 400],
        [270, 400],
      ],
    );
    const near = await placementIn(page);
    expect(near.scale).toBeCloseTo(3, 1);
    await fingers.drag([
      [200, 400],
      [120, 400],
    ]);
    const moved = await placementIn(page);
    expect(moved.scale).toBe(near.scale);
    expect(moved.x - near.x).toBeCloseTo(-80, 0);
    await fingers.drag([
      [100, 400],
      [-3000, 400],
    ]);
    expect((await placementIn(page)).x).toBeCloseTo(-(near.scale - 1) * 180, 0);
    await page.getByRole("dialog", { name: "Photo 1 of 3" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await fingers.tap([180, 400]);
    await fingers.tap([180, 400]);
    expect(await placementIn(page)).toEqual({ scale: 1, x: 0, y: 0 });
    await fingers.tap([180, 400]);
    await fingers.tap([180, 400]);
    expect((await placementIn(page)).scale).toBe(2.5);
    await fingers.drag(
      [
        [90, 400],
        [170, 400],
      ],
      [
        [270, 400],
        [190, 400],
      ],
    );
    expect((await placementIn(page)).scale).toBe(1);
  }),
  PATIENCE,
);

test(
  "a swipe leads from picture to film to picture, and downwards out",
  story(darius, onPhone, async ({ page }) => {
    await openFirst(page);
    const fingers = hand(await page.context().newCDPSession(page));
    const onwards = () =>
      fingers.drag([
        [280, 300],
        [80, 310],
      ]);
    await onwards();
    const film = page.getByRole("dialog", { name: "Video 2 of 3" });
    await film.getByRole("button", { name: "Play party.webm" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await onwards();
    await page.getByRole("dialog", { name: "Photo 3 of 3" }).locator("img").waitFor();
    await onwards();
    await page.getByRole("dialog", { name: "Photo 3 of 3" }).waitFor();
    await fingers.drag([
      [80, 300],
      [280, 310],
    ]);
    await film.waitFor();
    await fingers.drag([
      [180, 200],
      [190, 500],
    ]);
    await film.waitFor({ state: "detached" });
  }),
  PATIENCE,
);

test(
  "in a language from right to left a swipe goes the other way",
  story(darius, { scene: "mediaPersian", screen: "phone", language: "fa" }, async ({ page }) => {
    await page.locator(".picture-open:has(img)").first().click();
    await page
      .getByRole("dialog", { name: /^عکس ۱ از/ })
      .locator("img")
      .waitFor();
    const fingers = hand(await page.context().newCDPSession(page));
    await fingers.drag([
      [80, 300],
      [280, 310],
    ]);
    await page.getByRole("dialog", { name: /^ویدیوی ۲ از/ }).waitFor();
  }),
  PATIENCE,
);

test(
  "a wheel with Ctrl, and the keys, bring it closer where the pointer is",
  story(darius, { scene: "media" }, async ({ page }) => {
    await openFirst(page);
    await page.mouse.move(400, 300);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -200);
    await page.keyboard.up("Control");
    const near = await placementIn(page);
    expect(near.scale).toBeGreaterThan(1.5);
    expect(near.x).toBeGreaterThan(0);
    await page.keyboard.press("ArrowRight");
    expect((await placementIn(page)).x).toBeCloseTo(near.x - 80, 0);
    await page.getByRole("button", { name: "Zoom out" }).click();
    expect((await placementIn(page)).scale).toBe(1);
    await page.keyboard.press("+");
    expect((await placementIn(page)).scale).toBe(1.5);
    await page.keyboard.press("-");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("dialog", { name: "Video 2 of 3" }).waitFor();
  }),
  PATIENCE,
);

test(
  "a film plays, is wound to a place and stays there, in its bubble and large",
  story(darius, { scene: "media" }, async ({ page }) => {
    await page.getByRole("button", { name: "Play party.webm" }).click();
    const small = page.locator(".message video");
    await playsAndWinds(page, ".message video");
    await page.getByRole("button", { name: "Open party.webm" }).click();
    expect(await small.evaluate((film: HTMLVideoElement) => film.paused)).toBe(true);
    await page.getByRole("dialog", { name: "Video 2 of 3" }).locator("video").waitFor();
    await playsAndWinds(page, ".gallery video");
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

async function playsAndWinds(page: Page, film: string) {
  await page.waitForFunction(
    (where) => (document.querySelector<HTMLVideoElement>(where)?.currentTime ?? 0) > 0.3,
    film,
  );
  const wound = await page.locator(film).evaluate(async (element: HTMLVideoElement) => {
    element.pause();
    const seeked = new Promise((resolve) => element.addEventListener("seeked", resolve, { once: true }));
    element.currentTime = 1.5;
    await seeked;
    const { seekable, currentTime } = element;
    return { currentTime, from: seekable.start(0), to: seekable.end(0) };
  });
  expect(wound.currentTime).toBeCloseTo(1.5, 1);
  expect(wound.from).toBe(0);
  expect(wound.to).toBeGreaterThanOrEqual(1.5);
}
