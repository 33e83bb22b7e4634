import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { sessions } from "../db/tables.ts";
import { setUpOwner } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { type Every, JOBS, type Job, startJobs } from "./schedule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let server: TestApp;
let time: ReturnType<typeof standingTime>;

beforeAll(async () => {
  server = await openTestApp();
});
afterAll(() => server.close());
beforeEach(() => {
  time = standingTime();
});

/** Moves by the minute, and only when it is moved. */
function standingTime() {
  const acts = new Map<() => void, number>();
  let now = 0;
  const every: Every = (milliseconds, act) => {
    acts.set(act, milliseconds);
    return () => acts.delete(act);
  };
  const pass = async (milliseconds: number) => {
    for (const end = now + milliseconds; now < end; ) {
      now += MINUTE;
      for (const [act, period] of acts) if (now % period === 0) act();
      await new Promise(setImmediate);
    }
  };
  return { every, pass };
}

/** The table with other work, which notes that it was done. */
function noting(done: string[]): Job[] {
  return JOBS.map(({ name, everyMs }) => ({ name, everyMs, run: async () => done.push(name) }));
}

test("every job of the table runs at its own times, and none after they were stopped", async () => {
  const done: string[] = [];
  const stop = startJobs(server.app, noting(done), time.every);
  await time.pass(MINUTE);
  expect(done.sort()).toEqual(["expire_messages", "nominate", "remove_revoked"]);
  done.length = 0;
  await time.pass(2 * HOUR - MINUTE);
  const times = Object.fromEntries(JOBS.map(({ name }) => [name, done.filter((one) => one === name).length]));
  expect(times).toEqual(
    Object.fromEntries(
      JOBS.map(({ name, everyMs }) => [name, (2 * HOUR) / everyMs - (everyMs === MINUTE ? 1 : 0)]),
    ),
  );
  stop();
  done.length = 0;
  await time.pass(HOUR);
  expect(done).toEqual([]);
});

test("a job that fails is logged by its name, and neither it nor the others stop", async () => {
  const done: string[] = [];
  const failing: Job = {
    name: "fail",
    everyMs: MINUTE,
    run: async () => {
      done.push("failed");
      throw new Error("no room");
    },
  };
  const stop = startJobs(server.app, [failing, ...noting(done)], time.every);
  await time.pass(2 * MINUTE);
  stop();
  expect(done.filter((one) => one === "failed")).toHaveLength(2);
  expect(done.filter((one) => one === "nominate")).toHaveLength(2);
  const lines = server.logged.map((line) => JSON.parse(line)).filter(({ event }) => event === "job_failed");
  expect(lines.map(({ level, job }) => [level, job])).toEqual(Array(2).fill(["error", "fail"]));
});

test("a job that takes longer than its time is not begun twice, and others do not wait for it", async () => {
  const done: string[] = [];
  const slow = Promise.withResolvers<void>();
  const taking: Job = {
    name: "slow",
    everyMs: MINUTE,
    run: () => {
      done.push("slow");
      return slow.promise;
    },
  };
  const stop = startJobs(server.app, [taking, ...noting(done)], time.every);
  await time.pass(3 * MINUTE);
  expect(done.filter((one) => one === "slow")).toHaveLength(1);
  expect(done.filter((one) => one === "nominate")).toHaveLength(3);
  slow.resolve();
  await new Promise(setImmediate);
  await time.pass(MINUTE);
  expect(done.filter((one) => one === "slow")).toHaveLength(2);
  stop();
});

test("the real jobs do their work: a session whose time is over is gone after an hour", async () => {
  await setUpOwner(server);
  server.clock.advance(400 * 24 * HOUR);
  const before = server.logged.length;
  const stop = startJobs(server.app, JOBS, time.every);
  await time.pass(HOUR);
  while ((await server.app.db.read.select().from(sessions)).length > 0) await Bun.sleep(5);
  stop();
  expect(server.logged.slice(before).filter((line) => line.includes("job_failed"))).toEqual([]);
});
