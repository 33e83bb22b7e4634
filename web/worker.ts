import type { Messenger } from "./delivery/commands.ts";
import { codeOf } from "./delivery/failures.ts";
import type { Patch } from "./delivery/patches.ts";
import { browserPlatform } from "./delivery/platform/browser-platform.ts";
import { openMessenger } from "./delivery/session/open-messenger.ts";
import type { FromWorker, ToWorker } from "./delivery/session/worker-words.ts";

/** The dedicated worker: encryption, storage and network, behind messages. */
const say = (word: FromWorker) => self.postMessage(word);
const tell = (patch: Patch) => say({ t: "patch", patch });
const lacking = whatIsLacking();

if (lacking) {
  const patch: Patch = { kind: "device", device: { kind: "unusable", reason: lacking } };
  tell(patch);
  self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.t === "state") tell(patch);
    else if (data.t === "do") say({ t: "failed", id: data.id, code: "storage" });
  };
} else serve(openMessenger(browserPlatform(buildOf(self.location.pathname))));

function serve(messenger: Messenger): void {
  let stop = messenger.listen(tell);
  const wake = () => {
    messenger.do({ kind: "reconnect" }).catch(() => undefined);
  };
  self.addEventListener("online", wake);
  self.addEventListener("offline", wake);
  self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.t === "wake") wake();
    else if (data.t === "state") {
      stop();
      stop = messenger.listen(tell);
    } else {
      messenger.do(data.command).then(
        (result) => say({ t: "done", id: data.id, result }),
        (cause) => say({ t: "failed", id: data.id, code: codeOf(cause) }),
      );
    }
  };
}

function whatIsLacking(): "insecure_context" | "no_storage" | undefined {
  if (!self.isSecureContext || !globalThis.crypto?.subtle || !navigator.locks) return "insecure_context";
  return globalThis.indexedDB ? undefined : "no_storage";
}

/** The bundle's name carries the hash of its content. */
function buildOf(path: string): string {
  return (path.split("/").at(-1) ?? "web").slice(0, 64);
}
