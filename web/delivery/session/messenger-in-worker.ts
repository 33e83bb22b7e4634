import { CommandFailed } from "../command-failed.ts";
import type { Command, Messenger, Results } from "../commands.ts";
import type { Patch } from "../patches.ts";
import type { FromWorker, ToWorker } from "./worker-words.ts";

/**
 * The messenger in a dedicated worker. `url` is the build's worker entry, passed through the page's
 * Trusted Types policy. A hidden page that is seen again asks the worker to try the network at once.
 */
export function openMessengerInWorker(url: string): Messenger {
  const worker = new Worker(url, { type: "module" });
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Set<(patch: Patch) => void>();
  let lastId = 0;

  const say = (word: ToWorker) => worker.postMessage(word);
  const hear = (patch: Patch) => {
    for (const listener of listeners) listener(patch);
  };
  const wake = () => {
    if (globalThis.document?.visibilityState !== "hidden") say({ t: "wake" });
  };
  globalThis.document?.addEventListener("visibilitychange", wake);
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.t === "patch") return hear(data.patch);
    const answer = asked.get(data.id);
    asked.delete(data.id);
    if (data.t === "done") answer?.resolve(data.result);
    else answer?.reject(new CommandFailed(data.code));
  };
  worker.onerror = () => {
    hear({ kind: "device", device: { kind: "unusable", reason: "storage_failed" } });
  };

  return {
    do<C extends Command>(command: C) {
      lastId += 1;
      const answer = Promise.withResolvers<unknown>();
      asked.set(lastId, answer);
      say({ t: "do", id: lastId, command });
      return answer.promise as Promise<Results[C["kind"]]>;
    },
    listen(listener) {
      listeners.add(listener);
      say({ t: "state" });
      return () => void listeners.delete(listener);
    },
    async close() {
      globalThis.document?.removeEventListener("visibilitychange", wake);
      listeners.clear();
      worker.terminate();
      for (const answer of asked.values()) answer.reject(new CommandFailed("unreachable"));
    },
  };
}
