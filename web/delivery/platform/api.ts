import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../../src/protocol/codec.ts";
import { isRefusalCode, refusalBody } from "../../../src/protocol/refusal-body.ts";
import { CONTENT_TYPE, type Route } from "../../../src/protocol/route.ts";
import { SIZE } from "../../../src/protocol/values.ts";
import { Refused, Unreachable } from "../failures.ts";
import { readBounded } from "./read-bounded.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Asks the server; throws `Refused` when it will not and `Unreachable` when there is no usable answer. */
export type Call = <R extends Route>(
  route: R,
  input: v.InferInput<R["input"]>,
) => Promise<v.InferOutput<R["output"]>>;

const PATIENCE = 30_000;
const TOO_MANY = 429;
const SERVER_FAILED = 500;
const DEFAULT_WAIT = 5_000;

/** From the page itself: same origin, the session's cookie sent along. */
export const call: Call = makeCall("", (url, init) => fetch(url, init));

export function makeCall(origin: string, ask: Fetch): Call {
  return async (route, input) => {
    const { url, body } = request(route, members(input));
    const answer = await answered(ask, `${origin}${url}`, {
      method: route.method,
      headers: body === undefined ? {} : { "content-type": CONTENT_TYPE[route.codec] },
      ...(body === undefined ? {} : { body }),
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) throw await failure(answer);
    return parsed(route, answer);
  };
}

async function answered(ask: Fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await ask(url, init);
  } catch (cause) {
    throw new Unreachable(String(cause));
  }
}

function members(input: unknown): Map<string, unknown> {
  return new Map(Object.entries(input ?? {}).filter(([, value]) => value !== undefined));
}

function request(route: Route, input: Map<string, unknown>) {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = input.get(name);
    input.delete(name);
    return encodeURIComponent(String(value));
  });
  if (route.method !== "POST") {
    const query = new URLSearchParams([...input].map(([name, value]) => [name, String(value)]));
    return { url: query.size > 0 ? `${path}?${query}` : path, body: undefined };
  }
  const content = Object.fromEntries(input);
  return { url: path, body: route.codec === "json" ? JSON.stringify(content) : encodeBinary(content) };
}

/** The server is not trusted: an answer that does not fit its schema is no answer. */
async function parsed<R extends Route>(route: R, answer: Response): Promise<v.InferOutput<R["output"]>> {
  const output: R["output"] = route.output;
  try {
    const body = await readBounded(answer, SIZE.answer);
    const value = route.codec === "json" ? fromJson(body) : decodeBinary(body);
    return v.parse(output, value);
  } catch (cause) {
    throw new Unreachable(`answer not understood: ${String(cause)}`);
  }
}

async function failure(answer: Response): Promise<Refused | Unreachable> {
  const body = v.safeParse(refusalBody, await refusalIn(answer));
  const code = body.success && isRefusalCode(body.output.errorCode) ? body.output.errorCode : undefined;
  if (answer.status === TOO_MANY || answer.status >= SERVER_FAILED) {
    return new Unreachable(`status ${answer.status}`, retryAt(answer), code);
  }
  if (body.success && code !== undefined) return new Refused(code, body.output.requestId);
  return new Unreachable(`status ${answer.status} without a refusal`);
}

async function refusalIn(answer: Response): Promise<unknown> {
  try {
    return fromJson(await readBounded(answer, SIZE.refusal));
  } catch {
    return undefined;
  }
}

function fromJson(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}

function retryAt(answer: Response): number {
  const seconds = Number(answer.headers.get("retry-after"));
  return Date.now() + (Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : DEFAULT_WAIT);
}
