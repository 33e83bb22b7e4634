import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { content as contentShape } from "../protocol/content.ts";
import { conversationId, deviceId, messageId } from "../protocol/ids.ts";
import type { ProvenMessage } from "../protocol/reports.ts";
import { bytes, SIZE, sequence, time } from "../protocol/values.ts";

/** A message as it was disclosed, and what the server itself knew of it: whoever has both can check it anew. */
const evidence = v.object({
  conversationId,
  messageId,
  sequence,
  senderDeviceId: deviceId,
  sentAt: time,
  tag: bytes(32, 32),
  key: bytes(32, 32),
  content: bytes(SIZE.messageCiphertext, 1),
});
export type Evidence = v.InferOutput<typeof evidence>;

export function encodeEvidence(all: readonly Evidence[]): Uint8Array<ArrayBuffer> {
  return encodeBinary(all);
}

export function decodeEvidence(stored: Uint8Array): Evidence[] {
  return v.parse(v.array(evidence), decodeBinary(stored));
}

/** What its words are; nothing that opens a file is handed on. */
export function readEvidence({ messageId, conversationId, sentAt, content }: Evidence): ProvenMessage {
  const said = understand(content);
  const proven = { messageId, conversationId, sentAt, options: [], files: [] };
  if (said?.kind === "edit") return { ...proven, kind: "edit", text: said.text };
  if (said?.kind !== "text") return { ...proven, kind: "other", text: "" };
  const files = (said.attachments ?? []).map(({ name, type, size }) => ({ name, type, size }));
  return { ...proven, kind: "text", text: said.text, options: said.poll?.options ?? [], files };
}

function understand(content: Uint8Array) {
  try {
    const parsed = v.safeParse(contentShape, decodeBinary(content));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
