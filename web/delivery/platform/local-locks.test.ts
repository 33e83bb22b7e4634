import { expect, test } from "bun:test";
import { localLocks } from "./local-locks.ts";

test("a lock is held by one at a time, in the order of asking, also when the work fails", async () => {
  const locks = localLocks();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} in`);
    await Bun.sleep(2);
    seen.push(`${name} out`);
    if (name === "b") throw new Error("failed");
  };
  const all = ["a", "b", "c"].map((name) => locks.hold("x", work(name)));
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(seen).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
});

test("who waits for a kept lock gets it when it is released, and not if they left before", () => {
  const locks = localLocks();
  const seen: string[] = [];
  const keep = (name: string) =>
    locks.keep("x", { got: () => void seen.push(name), lost: () => void seen.push(`${name} lost`) });
  const [first, second, third] = [keep("first"), keep("second"), keep("third")];
  second?.();
  first?.();
  expect(seen).toEqual(["first", "third"]);
  third?.();
});

test("a lock taken by force is lost by its holder, and those in line stay in line", () => {
  const locks = localLocks();
  const seen: string[] = [];
  const keep = (name: string, force = false) =>
    locks.keep("x", { got: () => void seen.push(name), lost: () => void seen.push(`${name} lost`) }, force);
  keep("first");
  keep("second");
  const robber = keep("robber", true);
  robber();
  expect(seen).toEqual(["first", "first lost", "robber", "second"]);
});
