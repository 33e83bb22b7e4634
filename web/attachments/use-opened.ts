import { useSignal } from "@preact/signals";
import type { AttachmentId, MessageId } from "../../src/protocol/ids.ts";
import { readFailure } from "../read-failure.ts";
import type { Attachments } from "./model.ts";

/** The address of a fetched file, for as long as it is on the screen. */
export function useOpened(attachments: Attachments, messageId: MessageId, id: AttachmentId) {
  const address = useSignal<string | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const waiting = useSignal(false);
  const fetch = async (): Promise<string | undefined> => {
    if (waiting.value) return undefined;
    waiting.value = true;
    failure.value = undefined;
    try {
      return await attachments.open(messageId, id);
    } catch (error) {
      const code = readFailure(error);
      // Whoever stopped it knows that.
      if (code !== "attachment.stopped") failure.value = code;
      return undefined;
    } finally {
      waiting.value = false;
    }
  };
  const open = async () => {
    address.value ??= await fetch();
  };
  return { address, failure, waiting, fetch, open };
}
