import { type AttachmentId, type ConversationId, newId } from "../../src/protocol/ids.ts";
import { readFailure } from "../read-failure.ts";
import type { Attach, Fail } from "./model.ts";
import { prepareFile } from "./prepare-file.ts";

interface To {
  readonly attach: (command: Attach) => void;
  readonly fail: Fail;
}

/** Prepares a file and attaches it; what cannot be prepared stands there as failed, to be tried again. */
export async function addFile(
  to: To,
  conversationId: ConversationId,
  file: Blob,
  plain: boolean,
  id = newId<AttachmentId>(),
): Promise<void> {
  try {
    const { about, file: ready } = await prepareFile(file, plain);
    to.attach({ kind: "attach", conversationId, about: { id, ...about }, file: ready });
  } catch (cause) {
    const failure = readFailure(cause);
    // Trying it again as a picture would fail again: to send it unchanged is what is left.
    const asItIs = plain || failure === "attachment.not_a_picture";
    const name = file instanceof File ? file.name : "";
    to.fail(
      { id, name, type: file.type, size: file.size, conversationId },
      failure,
      () => void addFile(to, conversationId, file, asItIs, id),
    );
  }
}
