import { Elysia } from "elysia";
import { accountStoreRoutes } from "../account-store/routes.ts";
import { accountRoutes } from "../accounts/routes.ts";
import type { MountedRoute } from "../answer.ts";
import type { App } from "../app.ts";
import { archiveRoutes } from "../archive/routes.ts";
import { attachmentRoutes } from "../attachments/routes.ts";
import { channelRoutes } from "../channels/routes.ts";
import { conversationRoutes } from "../conversations/routes.ts";
import { deliveryRoutes } from "../delivery/routes.ts";
import { openSocket, type SocketEnd } from "../delivery/socket.ts";
import { deviceRoutes } from "../devices/routes.ts";
import { SOCKET_PATH } from "../protocol/delivery.ts";
import { newId } from "../protocol/ids.ts";
import type { RefusalCode } from "../protocol/refusals.ts";
import { SIZE } from "../protocol/values.ts";
import { Refusal } from "../refusal.ts";
import { reportRoutes } from "../reports/routes.ts";
import { settingRoutes } from "../settings/routes.ts";
import { clientAddress, trustProxies } from "./client-address.ts";
import { countUnderWay } from "./count-under-way.ts";
import { type Asked, answerError } from "./errors.ts";
import { securityHeaders } from "./headers.ts";
import { answerHealth } from "./health.ts";
import { mount } from "./mount.ts";
import { isFromOwnPages } from "./origins.ts";
import { servePage } from "./pages.ts";
import { asRouted } from "./routed.ts";
import type { ServeAsset } from "./web-assets.ts";

/** The API's table of contents. */
export const ROUTES: readonly MountedRoute[] = [
  ...accountRoutes,
  ...deviceRoutes,
  ...accountStoreRoutes,
  ...conversationRoutes,
  ...channelRoutes,
  ...attachmentRoutes,
  ...archiveRoutes,
  ...deliveryRoutes,
  ...reportRoutes,
  ...settingRoutes,
];

const HEALTH = ["/api/health", "/api/health/live", "/api/health/ready"];
const CSP = "content-security-policy";
/** An answer that is under way gets this long before its connection is cut. */
const DRAIN_MS = 5_000;

export interface HttpServer {
  readonly port: number;
  /** As over the network, but for the connection: tests and health checks inside the process. */
  fetch(request: Request): Promise<Response>;
  /** Takes no more requests, ends the sockets, lets running answers finish. */
  stop(): Promise<void>;
}

export function serveHttp(app: App, assets: ServeAsset): HttpServer {
  const readiness = { draining: false };
  const trusted = trustProxies(app.config.trustedProxies);
  /** Of those few that had to be put differently for the router: only the connection's own request has an address. */
  const originals = new WeakMap<Request, Request>();
  const addressOf = (request: Request): string => {
    const came = server.requestIP(originals.get(request) ?? request)?.address ?? "";
    return clientAddress(came, request.headers.get("x-forwarded-for"), trusted);
  };
  const routes = mountAll(app, addressOf, readiness, assets);
  const always = Object.entries(securityHeaders(app.config));
  const route = async (request: Request): Promise<Response> => {
    if (readiness.draining && !isHealth(request)) return refuse(app, "server.stopping", request, "*");
    const routed = asRouted(request);
    if (routed === undefined) return refuse(app, "request.malformed", request, "*");
    if (routed !== request) originals.set(routed, request);
    return routes.fetch(routed);
  };
  const secured = (response: Response): Response => {
    // A download locks itself up more than pages are.
    for (const [name, value] of always)
      if (name !== CSP || !response.headers.has(CSP)) response.headers.set(name, value);
    return response;
  };
  const underWay = countUnderWay();
  const respond = (request: Request): Promise<Response> =>
    underWay.during(async () => secured(await route(request)));
  const upgrade = async (request: Request, self: Upgrading): Promise<Response | undefined> => {
    try {
      if (!isFromOwnPages(request, app.config)) throw new Refusal("request.foreign_origin");
      await socket.upgrade(request, self, addressOf(request));
      return undefined;
    } catch (thrown) {
      return secured(answerError(thrown, asked(request, SOCKET_PATH), app.log));
    }
  };
  const socket = openSocket(app);
  const server = Bun.serve({
    hostname: app.config.host,
    port: app.config.port,
    maxRequestBodySize: SIZE.request * 2,
    fetch: (request, self) =>
      readiness.draining || !isSocket(request) ? respond(request) : upgrade(request, self),
    websocket: socket.handlers,
    error: (error) => secured(answerError(error, { requestId: newId(), method: "", route: "*" }, app.log)),
  });
  app.hub.attach(server);
  return {
    port: server.port ?? app.config.port,
    fetch: respond,
    async stop() {
      readiness.draining = true;
      socket.closeAll();
      // Until then whoever asks is told that it stops, by its health too; then it only sends what is left.
      const drained = Bun.sleep(DRAIN_MS);
      await Promise.race([underWay.none(), drained]);
      await Promise.race([server.stop(false), drained]);
      await server.stop(true);
    },
  };
}

function refuse(app: App, code: RefusalCode, request: Request, route: string): Response {
  return answerError(new Refusal(code), asked(request, route), app.log);
}

/** Where no declared route says it. */
function asked({ method }: Request, route: string): Asked {
  return { requestId: newId(), method, route };
}

type Upgrading = Parameters<SocketEnd["upgrade"]>[1];

function isHealth(request: Request): boolean {
  return HEALTH.includes(URL.parse(request.url)?.pathname ?? "");
}

function isSocket(request: Request): boolean {
  return request.headers.get("upgrade") !== null && URL.parse(request.url)?.pathname === SOCKET_PATH;
}

function mountAll(
  app: App,
  addressOf: (request: Request) => string,
  readiness: { readonly draining: boolean },
  assets: ServeAsset,
) {
  const elysia = new Elysia({ normalize: false, detail: { hide: true } });
  for (const mounted of ROUTES) {
    const handle = mount(app, mounted);
    elysia.route(
      mounted.route.method,
      mounted.route.path,
      ({ request, params }) => handle(request, params as Record<string, string>, addressOf(request)),
      { parse: "none" },
    );
  }
  for (const path of HEALTH) elysia.get(path, () => answerHealth(app, path, readiness));
  elysia.all("/api/*", ({ request }) => refuse(app, "request.not_found", request, "/api/*"), {
    parse: "none",
  });
  const page = (request: Request) =>
    servePage(app, assets, request).catch((thrown) => answerError(thrown, asked(request, "/*"), app.log));
  elysia.all("/*", ({ request }) => page(request), { parse: "none" });
  elysia.onError(({ error, request }) => answerError(error, asked(request, "*"), app.log));
  return elysia;
}
