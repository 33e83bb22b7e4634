import { expect, test } from "bun:test";
import { peaksOf } from "./record-voice.ts";

test("a note is drawn by its loudest moments, against the loudest of all", () => {
  const samples = new Float32Array(4800);
  samples[150] = -0.5;
  samples[4799] = 0.25;
  const peaks = peaksOf(samples);
  expect(peaks).toHaveLength(48);
  expect([peaks[0], peaks[1], peaks[47]]).toEqual([0, 255, 128]);
  expect(peaks.filter((peak) => peak > 0)).toHaveLength(2);
});

test("silence, and nothing at all, are drawn flat", () => {
  expect(peaksOf(new Float32Array(100)).every((peak) => peak === 0)).toBe(true);
  expect(peaksOf(new Float32Array(0)).every((peak) => peak === 0)).toBe(true);
});
