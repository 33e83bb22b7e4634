import type * as v from "valibot";
import type { Config, Limits } from "../config/config.ts";
import { type HttpServer, serveHttp } from "../http/server.ts";
import { openWebAssets, type ServeAsset } from "../http/web-assets.ts";
import { openLog } from "../log/open-log.ts";
import { type OpenedApp, openApp } from "../open-app.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { CONTENT_TYPE, type Route } from "../protocol/route.ts";
import { type Dialect, makeTestDatabase } from "./dialects.ts";
import { freePort } from "./free-port.ts";

/** What came back from a route: its output, or the refusal's body. */
export interface Answered<Output> {
  readonly status: number;
  readonly headers: Headers;
  /** The session cookie that was set, ready to be sent back. */
  readonly cookie: string | undefined;
  /** Only of a success; read `refused` otherwise. */
  readonly output: Output;
  readonly refused:
    | { readonly errorCode: string; readonly error: string; readonly action?: string }
    | undefined;
}

export interface CallOptions {
  readonly cookie?: string | undefined;
  /** null sends none. */
  readonly origin?: string | null;
}

export interface TestApp {
  readonly app: OpenedApp;
  readonly server: HttpServer;
  /** Of its own, listening on loopback. */
  readonly origin: string;
  readonly clock: { now(): number; advance(milliseconds: number): void };
  /** Everything logged so far. */
  readonly logged: string[];
  /** Through the whole of HTTP but the wire: origin check, session, schema, codec, error form. */
  call<R extends Route>(
    route: R,
    input: v.InferInput<R["input"]>,
    options?: CallOptions,
  ): Promise<Answered<v.InferOutput<R["output"]>>>;
  close(): Promise<void>;
}

export interface TestAppOptions {
  readonly dialect?: Dialect;
  readonly config?: Partial<Config>;
  /** Instead of the web app as it was last built. */
  readonly assets?: ServeAsset;
}

/** The real server on a database of its own, with a clock that stands still until it is moved. */
export async function openTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = await makeTestDatabase(options.dialect ?? "sqlite");
  let now = Date.now();
  const clock = {
    now: () => now,
    advance(milliseconds: number) {
      now += milliseconds;
    },
  };
  const logged: string[] = [];
  const log = openLog({ level: "debug", format: "json", write: (line) => logged.push(line), now: clock.now });
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const config: Config = {
    dataFolder: database.folder,
    host: "localhost",
    port,
    publicOrigin: origin,
    allowedOrigins: [],
    trustedProxies: [],
    limits: WIDE,
    secureCookies: false,
    databaseUrl: database.url,
    migrationDatabaseUrl: undefined,
    s3: undefined,
    logLevel: "debug",
    logFormat: "json",
    ...options.config,
  };
  const app = await openApp(config, { clock, log });
  const server = serveHttp(app, options.assets ?? builtAssets());
  return {
    app,
    server,
    origin,
    clock,
    logged,
    call: async (route, input, how = {}) =>
      read(route, await server.fetch(requestFor(config, route, input, how))),
    async close() {
      await server.stop();
      await app.close();
      await database.remove();
    },
  };
}

/** Its clock stands still, and nobody gets a second chance for it: tests of limits set their own. */
const WIDE: Limits = {
  messagesAtOnce: 1_000_000,
  messagesPerSecond: 1_000_000,
  socketsPerAccount: 10_000,
  socketsPerAddress: 10_000,
  undeliveredBytes: 1024 ** 3,
  archiveBytes: 1024 ** 3,
};

/** Tests of the API do not need the web app; those of pages build it first. */
function builtAssets(): ServeAsset {
  try {
    return openWebAssets();
  } catch {
    return () => undefined;
  }
}

function requestFor(config: Config, route: Route, input: unknown, how: CallOptions): Request {
  const members = new Map(Object.entries(input as Record<string, unknown>));
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(members.get(name));
    members.delete(name);
    return encodeURIComponent(value);
  });
  const headers = new Headers();
  const origin = how.origin === undefined ? config.publicOrigin : how.origin;
  if (origin !== null) headers.set("origin", origin);
  if (how.cookie !== undefined) headers.set("cookie", how.cookie);
  const url = new URL(path, config.publicOrigin);
  if (route.method !== "POST") {
    for (const [name, value] of members) url.searchParams.set(name, String(value));
    return new Request(url, { method: route.method, headers });
  }
  headers.set("content-type", CONTENT_TYPE[route.codec]);
  const body = Object.fromEntries(members);
  return new Request(url, {
    method: "POST",
    headers,
    body: route.codec === "binary" ? encodeBinary(body) : JSON.stringify(body),
  });
}

async function read<R extends Route>(
  route: R,
  response: Response,
): Promise<Answered<v.InferOutput<R["output"]>>> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isBinary = response.ok && route.codec === "binary";
  const body = isBinary ? decodeBinary(bytes) : JSON.parse(new TextDecoder().decode(bytes));
  return {
    status: response.status,
    headers: response.headers,
    cookie: response.headers.getSetCookie().at(-1)?.split(";")[0],
    output: body as v.InferOutput<R["output"]>,
    refused: response.ok ? undefined : body,
  };
}
