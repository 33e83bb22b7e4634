import type { Log, LogFields } from "../log/log.ts";
import { REFUSALS, type RefusalCode } from "../protocol/refusals.ts";
import { Refusal } from "../refusal.ts";

/** What was asked, without anything that was sent: the route is the declared one, its parameters unfilled. */
export type Asked = Required<Pick<LogFields, "requestId" | "method" | "route">>;

/** Turns whatever was thrown into the one form of an error answer. Never repeats what was sent. */
export function answerError(thrown: unknown, asked: Asked, log: Log): Response {
  if (!(thrown instanceof Refusal)) {
    log.error("request_crashed", { ...asked, error: thrown });
    return refuse("server.crashed", asked.requestId);
  }
  const answer = refuse(thrown.code, asked.requestId);
  const said = { ...asked, errorCode: thrown.code, status: answer.status };
  if (thrown.cause === undefined) log.info("request_refused", said);
  else log.warn("request_refused", { ...said, error: thrown.cause });
  if (thrown.wait !== undefined)
    answer.headers.set("retry-after", String(Math.max(1, Math.ceil(thrown.wait / 1000))));
  return answer;
}

/** What the standard asks of an answer with this status besides. */
const ALSO: Partial<Record<RefusalCode, Readonly<Record<string, string>>>> = {
  "request.wrong_method": { allow: "GET, HEAD" },
  "request.not_a_socket": { upgrade: "websocket" },
};

function refuse(code: RefusalCode, requestId: string): Response {
  const { status, ...said } = REFUSALS[code];
  return Response.json(
    { ...said, errorCode: code, requestId },
    { status, headers: { "cache-control": "no-store", "x-request-id": requestId, ...ALSO[code] } },
  );
}
