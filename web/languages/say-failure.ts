import { isKey, say } from "./language.ts";

/** Refusals no person can cause or mend by themselves: the two programs are at odds. */
const AT_ODDS: readonly string[] = [
  "request.malformed",
  "request.wrong_method",
  "request.not_a_socket",
  "request.not_found",
  "device.not_found",
  "device.certificate_invalid",
  "device.proof_invalid",
  "key_package.invalid",
  "key_package.too_many",
  "commit.malformed",
  "commit.removal_waits",
  "message.replayed",
  "attachment.wrong_offset",
  "attachment.incomplete",
];

/** What happened, for any code a command or a route can fail with. */
export function sayFailure(code: string): string {
  const key = `failure.${code}`;
  if (isKey(key)) return say(key as "failure.unreachable");
  return say(AT_ODDS.includes(code) ? "failure.misunderstood" : "failure.other", { code });
}
