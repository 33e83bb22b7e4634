import type { ErasedEvent } from "../../../src/protocol/delivery.ts";
import { sha256 } from "../../../src/protocol/signing.ts";
import { extendByHash } from "../../crypto/seen-chain.ts";
import { catchUpDeeds } from "../deeds/receive-deed.ts";
import { findOutgoing } from "../outbox/outbox.ts";
import { isUnheard } from "../people/hear.ts";
import { amend, type Batch, putAgain, putInPlace, takePlace } from "./batch.ts";
import { same } from "./pins.ts";
import { noteCounter, takeOut } from "./receive-message.ts";

/**
 * A message that was taken back before this device fetched it. That its author did so is told by the deletion, which
 * comes later; until then, or for ever where it was the server's doing, it stands here as one that cannot be read.
 */
export async function receiveErased(batch: Batch, event: ErasedEvent): Promise<void> {
  const { messageId, hash, senderAccountId } = event;
  if (event.expiresAt === undefined)
    amend(batch, { chain: await extendByHash(batch.conversation.chain, hash) });
  const known = await takePlace(batch, messageId);
  if (known?.store === "messages") return putAgain(batch, event);
  if (event.senderDeviceId === batch.client.deviceId) return receiveOwn(batch, event);
  const isUnread = (await isUnheard(batch, senderAccountId)) ? "blocked" : "not_decrypted";
  putInPlace(batch, event, senderAccountId, { kind: isUnread });
  await catchUpDeeds(batch, messageId);
}

/** The own message is known only here now: it stays until its deletion comes. */
async function receiveOwn(batch: Batch, event: ErasedEvent): Promise<void> {
  const found = await findOutgoing(batch.change, event.messageId);
  const waiting = found?.value.conversationId === batch.id ? found : undefined;
  const { envelope, content } = waiting?.value ?? {};
  const isSame = envelope && same(await sha256(envelope.ciphertext), event.hash);
  if (waiting && isSame && content && content.kind !== "read")
    return takeOut(batch, event, { key: waiting.key, outgoing: waiting.value }, content);
  if (event.counter > batch.conversation.counter) noteCounter(batch, event.counter);
  else amend(batch, { differs: true });
}
