import {
  type CommentFacts,
  commentBytes,
  type EntryFacts,
  encodeComment,
  encodeHeader,
  entryBytes,
} from "../../src/protocol/channel-log.ts";
import { sha256 } from "../../src/protocol/signing.ts";
import type { Device } from "./device.ts";
import { sign } from "./signature-key.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** An entry of a public channel by this device, with the certificates that lead to its account's root. */
export async function signEntry(
  device: Device,
  of: Omit<EntryFacts, "contentHash">,
  content: Bytes,
): Promise<{ header: Bytes; content: Bytes }> {
  const facts = { ...of, contentHash: await sha256(content) };
  const signature = await sign(device.signaturePrivateKey, entryBytes(device.origin, facts));
  return { header: encodeHeader(facts, device, signature), content };
}

/** A comment by this device, likewise. */
export async function signComment(
  device: Device,
  of: Omit<CommentFacts, "contentHash">,
  content: Bytes,
): Promise<{ header: Bytes; content: Bytes }> {
  const facts = { ...of, contentHash: await sha256(content) };
  const signature = await sign(device.signaturePrivateKey, commentBytes(device.origin, facts));
  return { header: encodeComment(facts, device, signature), content };
}
