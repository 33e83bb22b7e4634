import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { Found } from "../../storage/vault.ts";
import { isWritten } from "../inbox/batch.ts";
import type { LiveSession } from "../session/live-session.ts";
import { messageView } from "../views.ts";
import { isAllHere, readEarlier } from "./read-earlier.ts";

type Stored = readonly Found<"messages">[];

interface How {
  /** As many as a page has. */
  readonly wanted: number;
  /** Not where a conversation is opened: that waits for no network. */
  readonly fetches: boolean;
  readonly readAgain: () => Promise<Stored>;
}

/** A page that storage cannot fill goes on in the archive, until it is full or there is no more. */
export async function readOn(
  session: LiveSession,
  id: ConversationId,
  here: Stored,
  { wanted, fetches, readAgain }: How,
): Promise<{ readonly stored: Stored; readonly reachedStart: boolean }> {
  const { client } = session;
  let stored = here;
  try {
    while (fetches && stored.length < wanted && !(await isAllHere(client, id))) {
      await fetchPage(session, id);
      stored = await readAgain();
    }
  } catch (cause) {
    // What is here is shown first; whoever goes on from there is told.
    if (!stored.some(({ value }) => isWritten(value))) throw cause;
  }
  return { stored, reachedStart: stored.length < wanted && (await isAllHere(client, id)) };
}

async function fetchPage(session: LiveSession, id: ConversationId): Promise<void> {
  const { client } = session;
  const came = await readEarlier(client, id);
  const conversation = await client.vault.read("conversations", id);
  if (!conversation) return;
  const messages = came.flatMap((message) => messageView(client.accountId, id, conversation, message) ?? []);
  session.found({ kind: "messages", conversationId: id, messages });
}
