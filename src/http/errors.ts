import type { Log } from "../log/log.ts";
import { REFUSALS, type RefusalCode } from "../protocol/refusals.ts";
import { Refusal } from "../refusal.ts";

/** Turns whatever was thrown into the one form of an error answer. Never repeats what was sent. */
export function answerError(thrown: unknown, requestId: string, log: Log): Response {
  if (thrown instanceof Refusal) {
    if (thrown.cause !== undefined)
      log.warn("request_refused", { requestId, errorCode: thrown.code, error: thrown.cause });
    const answer = refuse(thrown.code, requestId);
    if (thrown.wait !== undefined)
      answer.headers.set("retry-after", String(Math.max(1, Math.ceil(thrown.wait / 1000))));
    return answer;
  }
  log.error("request_crashed", { requestId, error: thrown });
  return refuse("server.crashed", requestId);
}

export function refuse(code: RefusalCode, requestId: string): Response {
  const { status, ...said } = REFUSALS[code];
  return Response.json(
    { ...said, errorCode: code, requestId },
    { status, headers: { "cache-control": "no-store" } },
  );
}
