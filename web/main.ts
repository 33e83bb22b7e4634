import { startApp } from "./app.ts";
import { call } from "./delivery/platform/api.ts";
import { trustScriptUrls } from "./trust-script-urls.ts";

const SERVICE_WORKER = "/service-worker.js";
const worker = readMeta("elahe-worker");
const trusted = trustScriptUrls([worker, SERVICE_WORKER]);

void startApp({
  call,
  build: readMeta("elahe-build"),
  openMessenger: async () => {
    const { openMessengerInWorker } = await import("./delivery/session/messenger-in-worker.ts");
    return openMessengerInWorker(trusted(worker));
  },
});

if ("serviceWorker" in navigator)
  addEventListener("load", () => {
    // Without it the app works all the same, only not without a network.
    navigator.serviceWorker.register(trusted(SERVICE_WORKER)).catch(() => undefined);
  });

function readMeta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}
