import { parseArgs } from "node:util";
import { FLAGS, HELP } from "./commands/flags.ts";
import { serve } from "./commands/serve.ts";
import { version } from "./commands/version.ts";
import { ConfigInvalid, readConfig } from "./config/read-config.ts";
import { DatabaseUnusable } from "./db/migrate.ts";

const WRONG_USE = 2;

// Said outright: a pipe to a reader that has gone would keep the finished process alive.
process.exit(await run(process.argv.slice(2)));

/** Reads the command line and runs one verb. Answers the exit code: 0 done, 1 failed, 2 wrong use. */
async function run(words: string[]): Promise<number> {
  const line = readLine(words);
  if (line instanceof Error) return fail(`${line.message}\nSee: elahe --help`, WRONG_USE);
  const [verb, surplus] = line.positionals;
  if (line.values.help === true) return say(HELP);
  if (line.values.version === true) return say(version(line.values.json === true));
  if (verb === undefined) return say(HELP);
  if (surplus !== undefined) return fail(`${verb} takes no ${surplus}.\nSee: elahe --help`, WRONG_USE);
  if (verb === "version") return say(version(line.values.json === true));
  if (verb !== "serve") return fail(`There is no command ${verb}.\nSee: elahe --help`, WRONG_USE);
  try {
    const { json: _json, help: _help, version: _version, ...flags } = line.values;
    await serve(readConfig({ flags, environment: process.env, isTerminal: process.stdout.isTTY }));
    return 0;
  } catch (error) {
    if (error instanceof ConfigInvalid || error instanceof DatabaseUnusable) return fail(error.message, 1);
    if (isPortTaken(error))
      return fail("The port is taken. Choose another with --port, or stop what uses it.", 1);
    throw error;
  }
}

function readLine(words: string[]) {
  try {
    return parseArgs({ args: words, options: FLAGS, allowPositionals: true });
  } catch (error) {
    return new Error(sayWrongFlag(error));
  }
}

/** The parser's own words tell of its inner workings. */
function sayWrongFlag(error: unknown): string {
  const named = error instanceof Error ? /'(?:-\w, )?(--?[\w-]+)/.exec(error.message)?.[1] : undefined;
  if (named === undefined) return "The command line cannot be read.";
  const name = named.replace(/^-+/, "");
  const known = Object.hasOwn(FLAGS, name) ? FLAGS[name as keyof typeof FLAGS] : undefined;
  if (known === undefined) return `There is no ${named}.`;
  return known.type === "string" ? `${named} needs a value behind it.` : `${named} takes no value.`;
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

function say(text: string): number {
  console.log(text);
  return 0;
}

function fail(message: string, code: number): number {
  console.error(message);
  return code;
}
