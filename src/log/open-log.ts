import { describeError } from "./describe-error.ts";
import { LEVELS, type Level, type Log, type LogFields } from "./log.ts";

export interface LogOptions {
  readonly level: Level;
  /** json: one object a line; text: for a person at a terminal. */
  readonly format: "json" | "text";
  readonly write: (line: string) => void;
  readonly now: () => number;
}

const FIELDS = [
  "requestId",
  "method",
  "route",
  "status",
  "milliseconds",
  "errorCode",
  "accountId",
  "deviceId",
  "sessionId",
  "conversationId",
  "ip",
  "count",
  "bytes",
  "closeCode",
  "address",
  "dialect",
  "build",
  "job",
  "signal",
] as const satisfies (keyof LogFields)[];

export function openLog(options: LogOptions): Log {
  const lowest = LEVELS.indexOf(options.level);
  const say = (level: Level) => (event: string, fields?: LogFields) => {
    if (LEVELS.indexOf(level) < lowest) return;
    const said = onlyKnown(fields);
    options.write(
      options.format === "json" ? asJson(options, level, event, said) : asText(options, level, event, said),
    );
  };
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}

type Said = Record<string, string | number | readonly string[]>;

function onlyKnown(fields: LogFields | undefined): Said {
  const said: Said = {};
  if (fields === undefined) return said;
  for (const name of FIELDS) {
    const value = fields[name];
    if (typeof value === "number") said[name] = value;
    if (typeof value === "string") said[name] = value.slice(0, 256);
  }
  if (fields.error !== undefined) Object.assign(said, describeError(fields.error));
  return said;
}

function asJson(options: LogOptions, level: Level, event: string, said: Said): string {
  return `${JSON.stringify({ time: new Date(options.now()).toISOString(), level, event, ...said })}\n`;
}

function asText(options: LogOptions, level: Level, event: string, said: Said): string {
  const time = new Date(options.now()).toISOString().slice(11, 19);
  const rest = Object.entries(said).map(([name, value]) => ` ${name}=${inOneLine(value)}`);
  return `${time} ${level.padEnd(5)} ${event}${rest.join("")}\n`;
}

/** Quoted and escaped unless plain: a value cannot begin a line of its own, nor steer the terminal that shows it. */
function inOneLine(value: Said[string]): string {
  const text = String(value);
  return /^[\w./:-]+$/.test(text) ? text : JSON.stringify(text).replaceAll("\u007f", "");
}
