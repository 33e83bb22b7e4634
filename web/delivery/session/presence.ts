import type { FrameDown, FrameUp } from "../../../src/protocol/delivery.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import { type Client, locked } from "../client.ts";
import { standingOf } from "../people/hear.ts";
import { readPrivacy } from "../people/privacy.ts";
import { readConversationView } from "../views.ts";

/** A tab that is looked at says so more often than this. */
const LOOKED_AT_FOR = 45_000;
/** Longer than whoever looks takes to ask again. */
const SHOWN_FOR = 45_000;
const ANSWER_EVERY = 5_000;
const KEEP_EVERY = 60_000;

export interface Presence {
  /** Somebody looks at a tab, with this conversation open. */
  look(open: ConversationId | undefined): Promise<void>;
  receive(frame: Extract<FrameDown, { t: "asks_presence" | "present" }>): Promise<void>;
}

/**
 * Whether the other of a direct conversation is there: asked by whoever looks at it, and answered by the other's own
 * device, which knows whom its person accepted and what they show. The server passes it on and keeps nothing. Whoever
 * does not show it does not ask either.
 */
export function openPresence(client: Client, send: (frame: FrameUp) => void): Presence {
  const { clock } = client.platform;
  let lookedAtUntil = 0;
  const asked = new Map<ConversationId, number>();
  const answered = new Map<ConversationId, number>();

  const answer = async (conversationId: ConversationId) => {
    const now = clock.now();
    if (now - (answered.get(conversationId) ?? 0) < ANSWER_EVERY) return;
    if (!(await mayShow(client, conversationId))) return;
    answered.set(conversationId, now);
    send({ t: "present", conversationId });
  };

  return {
    async look(open) {
      const now = clock.now();
      const isBack = now > lookedAtUntil;
      lookedAtUntil = now + LOOKED_AT_FOR;
      if (open && (await mayShow(client, open))) send({ t: "asks_presence", conversationId: open });
      if (!isBack) return;
      for (const [id, at] of asked) if (now - at < SHOWN_FOR) await answer(id);
    },
    async receive({ t, conversationId, accountId }) {
      const peer = (await client.vault.read("conversations", conversationId))?.peer;
      if (peer?.accountId !== accountId) return;
      const now = clock.now();
      if (t === "present") return show(client, conversationId, now);
      asked.set(conversationId, now);
      if (now <= lookedAtUntil) await answer(conversationId);
    },
  };
}

/** To those one writes with, unless it is switched off; asking shows it too. */
async function mayShow({ vault }: Client, id: ConversationId): Promise<boolean> {
  const peer = (await vault.read("conversations", id))?.peer;
  if (!peer || (await standingOf(vault, peer.accountId)) !== "accepted") return false;
  return (await readPrivacy(vault)).presence;
}

async function show(client: Client, conversationId: ConversationId, now: number): Promise<void> {
  if (!(await mayShow(client, conversationId))) return;
  client.tell({ kind: "present", conversationId, until: now + SHOWN_FOR });
  const isKept = await locked(client, async (change) => {
    const conversation = await change.read("conversations", conversationId);
    if (!conversation || now - (conversation.seenAt ?? 0) < KEEP_EVERY) return false;
    change.put("conversations", conversationId, { ...conversation, seenAt: now });
    return true;
  });
  const view = isKept && (await readConversationView(client.vault, client.accountId, conversationId));
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}
