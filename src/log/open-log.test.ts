import { expect, test } from "bun:test";
import { DrizzleQueryError } from "drizzle-orm";
import { LEVELS, type Level, type LogFields } from "./log.ts";
import { openLog } from "./open-log.ts";

function capture(format: "json" | "text" = "json", level: Level = "debug") {
  const lines: string[] = [];
  const log = openLog({ level, format, write: (line) => lines.push(line), now: () => 0 });
  return { log, lines };
}

test("a line is one JSON object with time, level and event", () => {
  const { log, lines } = capture();
  log.info("request", { requestId: "r", status: 200 });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { time: "1970-01-01T00:00:00.000Z", level: "info", event: "request", requestId: "r", status: 200 },
  ]);
});

test("what is below the level is not said", () => {
  const { log, lines } = capture("json", "warn");
  for (const level of LEVELS) log[level]("event");
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(["warn", "error"]);
});

test("a member that the log does not know is left out, even past the type checker", () => {
  const { log, lines } = capture();
  log.info("sign_in", { password: "correct horse", requestId: { token: "secret" } } as unknown as LogFields);
  expect(lines.join("")).not.toContain("correct horse");
  expect(lines.join("")).not.toContain("secret");
});

test("a failed query is told without its parameters", () => {
  const { log, lines } = capture();
  const cause = new Error("duplicate key: Key (token)=(secret-token)");
  log.error("request_crashed", { error: new DrizzleQueryError("INSERT", ["secret-token"], cause) });
  expect(lines.join("")).toContain("request_crashed");
  expect(lines.join("")).not.toContain("secret-token");
});

test("the program's own mistakes keep their message and their place", () => {
  const { log, lines } = capture();
  log.error("request_crashed", { error: new TypeError("undefined is not an object") });
  const said = JSON.parse(lines[0] ?? "");
  expect(said.error).toBe("TypeError: undefined is not an object");
  expect(said.errorAt[0]).toContain("open-log.test.ts");
});

test("a value cannot start a line of its own", () => {
  for (const format of ["json", "text"] as const) {
    const { log, lines } = capture(format);
    log.info("request", { address: "a\n00:00:00 error forged" });
    expect(lines.join("").trimEnd()).not.toContain("\n");
  }
});
