import { Elysia } from "elysia";
import { accountRoutes } from "../accounts/routes.ts";
import type { MountedRoute } from "../answer.ts";
import type { App } from "../app.ts";
import { attachmentRoutes } from "../attachments/routes.ts";
import { channelRoutes } from "../channels/routes.ts";
import { conversationRoutes } from "../conversations/routes.ts";
import { deliveryRoutes } from "../delivery/routes.ts";
import { openSocket } from "../delivery/socket.ts";
import { deviceRoutes } from "../devices/routes.ts";
import { SOCKET_PATH } from "../protocol/delivery.ts";
import { newId } from "../protocol/ids.ts";
import { SIZE } from "../protocol/values.ts";
import { reportRoutes } from "../reports/routes.ts";
import { settingRoutes } from "../settings/routes.ts";
import { clientAddress, trustProxies } from "./client-address.ts";
import { answerError, refuse } from "./errors.ts";
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
  ...conversationRoutes,
  ...channelRoutes,
  ...attachmentRoutes,
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
    if (readiness.draining) return refuse("server.stopping", newId());
    const routed = asRouted(request);
    if (routed === undefined) return refuse("request.malformed", newId());
    if (routed !== request) originals.set(routed, request);
    return routes.fetch(routed);
  };
  const respond = async (request: Request): Promise<Response> => {
    const response = await route(request);
    // A download locks itself up more than pages are.
    for (const [name, value] of always)
      if (name !== CSP || !response.headers.has(CSP)) response.headers.set(name, value);
    return response;
  };
  const socket = openSocket(app);
  const server = Bun.serve({
    hostname: app.config.host,
    port: app.config.port,
    maxRequestBodySize: SIZE.request * 2,
    fetch: (request, self) => {
      if (readiness.draining || !isSocket(request)) return respond(request);
      return isFromOwnPages(request, app.config)
        ? socket.upgrade(request, self, addressOf(request))
        : refuse("request.foreign_origin", newId());
    },
    websocket: socket.handlers,
    error: (error) => answerError(error, newId(), app.log),
  });
  app.hub.attach(server);
  return {
    port: server.port ?? app.config.port,
    fetch: respond,
    async stop() {
      readiness.draining = true;
      socket.closeAll();
      await Promise.race([server.stop(false), Bun.sleep(DRAIN_MS)]);
      await server.stop(true);
    },
  };
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
  elysia.all("/api/*", () => refuse("request.not_found", newId()), { parse: "none" });
  elysia.all("/*", ({ request }) => servePage(app, assets, request), { parse: "none" });
  elysia.onError(({ error }) => answerError(error, newId(), app.log));
  return elysia;
}
