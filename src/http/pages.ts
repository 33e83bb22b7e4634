import { whoIsThis } from "../accounts/who-is-this.ts";
import type { App } from "../app.ts";
import { Refusal } from "../refusal.ts";
import type { ServeAsset } from "./web-assets.ts";

/** Addresses that the web app has a page for. */
const PAGES = [
  /^\/$/,
  /^\/auth\/(sign-in|login|register)$/,
  /^\/setup\/[A-Za-z0-9_-]{1,64}$/,
  /^\/invite\/[A-Za-z0-9_-]{1,64}$/,
];
/** Those of them that are for the signed-in alone. A browser keeps what stands behind `#` when it is sent elsewhere. */
const GUARDED =
  /^\/(chat(\/[A-Za-z0-9_-]{1,64}(\/details)?)?|to\/[A-Za-z0-9._-]{1,64}|join\/[A-Za-z0-9_-]{1,64})$/;

/** The web app's files and pages; each page is the same shell, which reads the address itself. */
export async function servePage(app: App, assets: ServeAsset, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (request.method !== "GET" && request.method !== "HEAD") throw new Refusal("request.wrong_method");
  const asset = pathname === "/index.html" ? undefined : assets(pathname, request);
  if (asset !== undefined) return asset;
  if (GUARDED.test(pathname) && (await whoIsThis(app, request.headers.get("cookie"))) === undefined) {
    const next = encodeURIComponent(`${pathname}${search}`);
    return new Response(null, {
      status: 302,
      headers: { location: `/auth/sign-in?next=${next}`, "cache-control": "no-store" },
    });
  }
  const known = GUARDED.test(pathname) || PAGES.some((page) => page.test(pathname));
  const shell = assets("/index.html", known ? request : asIfNew(request));
  if (shell === undefined) throw new Error("the web app was not built");
  return known ? shell : new Response(shell.body, { status: 404, headers: shell.headers });
}

/** Whoever has the page already is still to see it: "not found" cannot say "not changed". */
function asIfNew(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.delete("if-none-match");
  return new Request(request.url, { headers });
}
