import { openIndexedDbStorage } from "../../storage/open-indexeddb.ts";
import type { Channel, Platform } from "./platform.ts";
import { webLocks } from "./web-locks.ts";
import { useWebSocket } from "./web-socket.ts";

/** A page, a dedicated worker or the service worker of the server's own origin. */
export function browserPlatform(build: string): Platform {
  return {
    origin: location.origin,
    build,
    deviceName: nameOfBrowser(navigator.userAgent),
    fetch: (url, init) => fetch(url, init),
    openSocket: (path, handlers) =>
      useWebSocket(new WebSocket(`${location.origin.replace(/^http/, "ws")}${path}`), handlers),
    openStorage: openIndexedDbStorage,
    askToPersist: async () => {
      await navigator.storage.persist();
    },
    locks: webLocks,
    openChannel: broadcastChannel,
    clock: { now: () => Date.now() },
  };
}

function broadcastChannel(name: string): Channel {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    listen: (listener) => {
      channel.onmessage = ({ data }) => listener(data);
    },
    close: () => channel.close(),
  };
}

/** Plain words for the account's list of devices, for instance "Firefox on Linux". */
export function nameOfBrowser(userAgent: string): string {
  const browser = firstNamed(userAgent, [
    ["Edg/", "Edge"],
    ["OPR/", "Opera"],
    ["Firefox/", "Firefox"],
    ["Chrome/", "Chrome"],
    ["Safari/", "Safari"],
  ]);
  const system = firstNamed(userAgent, [
    ["Android", "Android"],
    ["iPhone", "iPhone"],
    ["iPad", "iPad"],
    ["Windows", "Windows"],
    ["Mac OS", "macOS"],
    ["Linux", "Linux"],
  ]);
  return [browser ?? "Browser", system].filter((word) => word !== undefined).join(" on ");
}

function firstNamed(text: string, names: readonly (readonly [string, string])[]): string | undefined {
  return names.find(([sign]) => text.includes(sign))?.[1];
}
