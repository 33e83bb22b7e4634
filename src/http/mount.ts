import * as v from "valibot";
import { readSessionToken } from "../accounts/session-token.ts";
import { whoIsThis } from "../accounts/who-is-this.ts";
import type { MountedRoute, RequestContext } from "../answer.ts";
import type { App, SessionFacts } from "../app.ts";
import { take } from "../limits/take.ts";
import type { Role } from "../protocol/accounts.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { newId } from "../protocol/ids.ts";
import { CONTENT_TYPE, type Route, type Who } from "../protocol/route.ts";
import { SIZE } from "../protocol/values.ts";
import { Refusal } from "../refusal.ts";
import { answerError } from "./errors.ts";
import { isFromOwnPages } from "./origins.ts";

export type Handle = (request: Request, parameters: Record<string, string>, ip: string) => Promise<Response>;

/**
 * What stands between a declared route and the domain that answers it: origin, session, schema, codec and
 * the form of errors. Nothing of a request reaches a domain before it has passed its schema.
 */
export function mount(app: App, mounted: MountedRoute): Handle {
  const { route } = mounted;
  const answering = mounted.answering as (input: unknown, request: RequestContext) => Promise<unknown>;
  return async (request, parameters, ip) => {
    const requestId = newId<string>();
    const startedAt = performance.now();
    const headers = new Headers({ "cache-control": "no-store", "x-request-id": requestId });
    const asked = { requestId, method: route.method, route: route.path };
    const response = await respond().catch((thrown) => answerError(thrown, asked, app.log));
    for (const [name, value] of headers)
      if (!response.headers.has(name)) response.headers.append(name, value);
    app.log.debug("request", {
      ...asked,
      status: response.status,
      ip,
      milliseconds: Math.round(performance.now() - startedAt),
    });
    return response;

    async function respond(): Promise<Response> {
      if (route.method !== "GET" && !isFromOwnPages(request, app.config))
        throw new Refusal("request.foreign_origin");
      const cookies = request.headers.get("cookie");
      const session = await whoIsThis(app, cookies);
      requireWho(route.who, session);
      const setHeader = (name: string, value: string) => headers.set(name, value);
      if (route.method === "GET" && session !== undefined)
        take({ app, setHeader }, "read", session.sessionId);
      const input = parseInput(route, { ...(await readMembers(route, request)), ...parameters });
      const output = await answering(input, {
        app,
        requestId,
        session,
        sessionToken: readSessionToken(app.config, cookies),
        ip,
        userAgent: request.headers.get("user-agent")?.slice(0, 256) ?? "",
        range: request.headers.get("range") ?? undefined,
        setHeader,
        setCookie: (value) => headers.append("set-cookie", value),
      });
      return encodeOutput(route, output);
    }
  };
}

const ADMINS: readonly Role[] = ["owner", "admin"];
const MODERATORS: readonly Role[] = [...ADMINS, "moderator"];

function requireWho(who: Who, session: SessionFacts | undefined) {
  if (who === "anyone") return;
  if (session === undefined) throw new Refusal("session.missing");
  if (who === "device" && session.deviceId === undefined) throw new Refusal("device.missing");
  if (who === "admin" && !ADMINS.includes(session.role)) throw new Refusal("session.not_allowed");
  if (who === "moderator" && !MODERATORS.includes(session.role)) throw new Refusal("session.not_allowed");
}

async function readMembers(route: Route, request: Request): Promise<Record<string, unknown>> {
  if (route.method !== "POST") return Object.fromEntries(new URL(request.url).searchParams);
  const most = route.codec === "json" ? SIZE.requestJson : SIZE.request;
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (declared > most) throw new Refusal("request.too_large");
  if (request.headers.get("content-type")?.split(";")[0] !== CONTENT_TYPE[route.codec]) {
    throw new Refusal("request.malformed");
  }
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength > most) throw new Refusal("request.too_large");
  const members = decodeBody(route, bytes);
  if (typeof members !== "object" || members === null || Array.isArray(members)) {
    throw new Refusal("request.malformed");
  }
  return members as Record<string, unknown>;
}

function decodeBody(route: Route, bytes: Uint8Array): unknown {
  try {
    return route.codec === "binary" ? decodeBinary(bytes) : JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Refusal("request.malformed");
  }
}

function parseInput(route: Route, members: unknown): unknown {
  const parsed = v.safeParse(route.input, members, { abortEarly: true });
  if (!parsed.success) throw new Refusal("request.malformed");
  return parsed.output;
}

function encodeOutput(route: Route, output: unknown): Response {
  if (output instanceof Response) return output;
  const body = route.codec === "binary" ? encodeBinary(output) : JSON.stringify(output);
  return new Response(body, { headers: { "content-type": CONTENT_TYPE[route.codec] } });
}
