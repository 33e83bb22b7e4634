import {
  type EntryKind,
  encodePost,
  encodeStatement,
  type Statement,
} from "../../../src/protocol/channel-log.ts";
import { putEntry } from "../../../src/protocol/channels.ts";
import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { signEntry } from "../../crypto/channel.ts";
import type { Client } from "../client.ts";
import { Refused, Unreachable } from "../failures.ts";
import { statementOf, verifyAll } from "./fold-entries.ts";
import { receiveEntries } from "./receive-entries.ts";
import { catchUpChannels } from "./tend-channels.ts";

const TRIES = 6;

interface Wish {
  readonly id: MessageId;
  readonly kind: EntryKind;
  readonly target: MessageId | null;
  /** Made anew with each try, from what the channel says by then. */
  readonly content: (statement: Statement) => Uint8Array<ArrayBuffer>;
}

export const post = (client: Client, channelId: ConversationId, id: MessageId, text: string) =>
  writeEntry(client, channelId, { id, kind: "post", target: null, content: () => encodePost(text) });

export const changePost = (
  client: Client,
  channelId: ConversationId,
  id: MessageId,
  { target, text }: { readonly target: MessageId; readonly text: string | undefined },
) =>
  writeEntry(client, channelId, {
    id,
    target,
    kind: text === undefined ? "delete" : "edit",
    content: () => (text === undefined ? new Uint8Array() : encodePost(text)),
  });

export const changeStatement = (
  client: Client,
  channelId: ConversationId,
  id: MessageId,
  change: (before: Statement) => Statement,
) =>
  writeEntry(client, channelId, {
    id,
    kind: "statement",
    target: null,
    content: (before) => encodeStatement(change(before)),
  });

/** Signed behind what this device has checked itself; whoever was overtaken checks that first, and signs anew. */
async function writeEntry(client: Client, channelId: ConversationId, wish: Wish): Promise<undefined> {
  for (let attempt = 1; ; attempt += 1) {
    if (await isThere(client, channelId, wish.id)) return undefined;
    try {
      return await tryOnce(client, channelId, wish);
    } catch (cause) {
      const isLate = cause instanceof Refused && cause.code === "channel.moved";
      // Whether it arrived is asked once: written again under another id it would stand there twice.
      if (!isLate && !(cause instanceof Unreachable && attempt === 1)) throw cause;
      if (attempt === TRIES) throw cause;
      await catchUpChannels(client, [channelId]);
    }
  }
}

async function isThere({ vault }: Client, channelId: ConversationId, id: MessageId): Promise<boolean> {
  return (await vault.read("message_ids", `${channelId}|${id}`)) !== undefined;
}

async function tryOnce(client: Client, channelId: ConversationId, wish: Wish): Promise<undefined> {
  const channel = await client.vault.read("channels", channelId);
  if (!channel) throw new Refused("channel.not_found", "");
  const { id, kind, target } = wish;
  const at = client.platform.clock.now();
  const facts = { channelId, sequence: channel.cursor + 1, previous: channel.chain, kind, id, target, at };
  const entry = await signEntry(client.device, facts, wish.content(statementOf(channel)));
  await client.call(putEntry, { channelId, entry });
  await receiveEntries(client, channelId, await verifyAll(client, channelId, [entry]));
  return undefined;
}
