import { expect, test } from "bun:test";
import { demandNewPlaces, demandProgress } from "./progress.ts";

const page = (sequences: readonly number[], upTo: number, head: number) => ({
  events: sequences.map((sequence) => ({ sequence })),
  upTo,
  head,
});

test("pages that move on, with holes, are taken to the end", () => {
  const demand = demandProgress();
  demand(0, page([1, 3], 3, 9));
  demand(3, page([7], 7, 9));
  demand(7, page([], 9, 9));
  demand(9, page([], 9, 9));
});

test.each([
  ["that stands still", page([], 5, 9)],
  ["that goes back", page([3], 3, 9)],
  ["that is empty before the end", page([], 6, 9)],
  ["that goes past its own end", page([6], 12, 9)],
  ["with what was before it", page([4, 6], 6, 9)],
  ["with what comes after it", page([6, 8], 7, 9)],
])("a page %s is not taken", (_name, wrong) => {
  expect(() => demandProgress()(5, wrong)).toThrow("server_wrong");
});

test("pages that always move and never end, end", () => {
  const demand = demandProgress();
  const turn = () => {
    for (let at = 0; at < 1_000_000; at += 1) demand(at, page([at + 1], at + 1, at + 2));
  };
  expect(turn).toThrow("server_wrong");
});

test("a list goes on from new places only, with something in each, and ends", () => {
  const demand = demandNewPlaces<number>();
  demand(1, 1);
  expect(() => demand(1, 1)).toThrow("server_wrong");
  expect(() => demand(2, 0)).toThrow("server_wrong");
  const turn = () => {
    for (let place = 2; place < 1_000_000; place += 1) demand(place, 1);
  };
  expect(turn).toThrow("server_wrong");
});
