import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { placed } from "../../storage/key.ts";
import { type Client, locked } from "../client.ts";
import type { MessageView } from "../patches.ts";
import { readConversationView } from "../views.ts";
import { postView } from "./channel-view.ts";
import { type Come, type Fold, foldForward } from "./fold-entries.ts";

/** What came behind the cursor, written once and told. Answers the cursor. */
export async function receiveEntries(
  client: Client,
  id: ConversationId,
  come: readonly Come[],
  facts: { readonly subscribers?: number; readonly head?: number } = {},
): Promise<number> {
  const cursor = await changeChannel(client, id, async (fold) => {
    if (facts.subscribers !== undefined) fold.channel = { ...fold.channel, subscribers: facts.subscribers };
    if (facts.head !== undefined && facts.head < fold.channel.cursor) await goBack(fold, facts.head);
    await noteReplaced(fold, come);
    await foldForward(fold, come);
  });
  return cursor ?? 0;
}

/** One step of a channel, in its turn: read, compute, one write, then told. */
export async function changeChannel(
  client: Client,
  id: ConversationId,
  step: (fold: Fold) => Promise<unknown>,
): Promise<number | undefined> {
  const fold = await client.inTurn(id, () =>
    locked(client, async (change) => {
      const channel = await change.read("channels", id);
      if (!channel) return undefined;
      const made: Fold = { client, change, id, channel, shown: new Map(), removed: [] };
      await step(made);
      if (made.channel !== channel) change.put("channels", id, made.channel);
      return made;
    }),
  );
  if (fold) await tellFold(client, fold);
  return fold?.channel.cursor;
}

async function tellFold(client: Client, { id, shown, removed }: Fold): Promise<void> {
  if (removed.length > 0) client.tell({ kind: "removed", conversationId: id, ids: removed });
  const messages = [...shown.values()].flatMap(
    (post): MessageView[] | MessageView => postView(client.accountId, id, post) ?? [],
  );
  if (messages.length > 0) client.tell({ kind: "messages", conversationId: id, messages });
  await tellChannel(client, id);
}

export async function tellChannel(client: Client, id: ConversationId): Promise<void> {
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}

/** What was shown as refused leaves when the true entry takes its place. */
async function noteReplaced(fold: Fold, come: readonly Come[]): Promise<void> {
  for (const { entry } of come) {
    if (!entry || entry.sequence <= fold.channel.cursor) continue;
    const stood = await fold.change.read("messages", placed(fold.id, entry.sequence));
    if (stood && stood.messageId !== entry.id) fold.removed.push(stood.messageId as MessageId);
  }
}

/**
 * The server was put back, or says so: it knows less than this device. What is here stays until something else is
 * signed at its place; that the server showed more before is said.
 */
async function goBack(fold: Fold, head: number): Promise<void> {
  const at = await fold.change.read("messages", placed(fold.id, head));
  const { channel } = fold;
  fold.channel = at
    ? { ...channel, cursor: head, chain: at.chain, differs: true }
    : { ...channel, differs: true };
}
