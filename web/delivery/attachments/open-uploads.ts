import { EVERYTHING } from "../../storage/key.ts";
import type { Client } from "../client.ts";

export interface Uploads {
  /** Sends what waits; nothing happens while that is under way. */
  push(): void;
  close(): void;
}

export interface UploadHooks {
  /** All of a message's files may be there now. */
  readonly uploaded: (conversationId: Parameters<Client["tend"]>[0]) => void;
  readonly sessionRefused: () => void;
}

/** Uploading itself is fetched when there is something to upload: most who open the app have nothing. */
export function openUploads(client: Client, hooks: UploadHooks): Uploads {
  let runner: Promise<Uploads> | undefined;
  let closed = false;
  const start = async (): Promise<Uploads> => {
    const { runUploads } = await import("./run-uploads.ts");
    const running = runUploads(client, hooks);
    if (closed) running.close();
    return running;
  };
  const push = async () => {
    const [waiting] = await client.vault.list("uploads", { ...EVERYTHING, limit: 1 });
    if (waiting === undefined || closed) return;
    runner ??= start();
    (await runner).push();
  };
  return {
    push: () => void push().catch(client.tellFailure),
    close() {
      closed = true;
      void runner?.then((running) => running.close());
    },
  };
}
