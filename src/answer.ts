import type * as v from "valibot";
import type { App, SessionFacts } from "./app.ts";
import type { DeviceId } from "./protocol/ids.ts";
import type { Route, Schema, Who } from "./protocol/route.ts";

/** What a route's answer may know of the request besides its input. */
export interface RequestContext<By extends Who = Who> {
  readonly app: App;
  readonly requestId: string;
  readonly session: SessionOf<By>;
  /** As it came in the cookie, whether or not it names a session. */
  readonly sessionToken: string | undefined;
  /** Of the connection, or as trusted proxies report it. */
  readonly ip: string;
  readonly userAgent: string;
  /** The header of that name. */
  readonly range: string | undefined;
  setHeader(name: string, value: string): void;
  /** A whole Set-Cookie value. */
  setCookie(value: string): void;
}

type SessionOf<By extends Who> = By extends "device"
  ? SessionFacts & { readonly deviceId: DeviceId }
  : By extends "account" | "admin" | "moderator"
    ? SessionFacts
    : SessionFacts | undefined;

export type Answering<R extends Route> = (
  input: v.InferOutput<R["input"]>,
  request: RequestContext<R["who"]>,
) => Promise<v.InferOutput<R["output"]>>;

/** A declared route with what answers it. Domains export lists of these; `http/server.ts` mounts them. */
export interface MountedRoute {
  readonly route: Route;
  /** `input` has passed the route's schema and `request.session` the route's `who`: `http/mount.ts` sees to both. */
  readonly answering: (input: never, request: never) => Promise<unknown>;
}

export function answer<Input extends Schema, Output extends Schema, By extends Who>(
  route: Route<Input, Output, By>,
  answering: Answering<Route<Input, Output, By>>,
): MountedRoute {
  return { route, answering: answering as MountedRoute["answering"] };
}
