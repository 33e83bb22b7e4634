import { isKey, say } from "./language.ts";

/** What happened, for any code a command or a route can fail with. */
export function sayFailure(code: string): string {
  const key = `failure.${code}`;
  return isKey(key) ? say(key as "failure.unreachable") : say("failure.other", { code });
}
