import type { Config } from "../config/config.ts";

/** Nothing inline, nothing foreign, one named Trusted Types policy. */
function contentSecurityPolicy(config: Config): string {
  const socket = config.publicOrigin.replace(/^http/, "ws");
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    `connect-src 'self' ${socket}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types elahe",
  ].join("; ");
}

/** On every answer. Camera and microphone stay with the page itself, for calls and voice notes. */
export function securityHeaders(config: Config): Readonly<Record<string, string>> {
  return {
    "content-security-policy": contentSecurityPolicy(config),
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    ...(hasRealDomain(config) ? { "strict-transport-security": "max-age=31536000; includeSubDomains" } : {}),
  };
}

/** An address or `localhost` may lose its certificate again; insisting on https would lock people out. */
function hasRealDomain(config: Config): boolean {
  const { protocol, hostname } = new URL(config.publicOrigin);
  return protocol === "https:" && /\.[a-z][a-z0-9-]*$/i.test(hostname);
}
