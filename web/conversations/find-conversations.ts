import type { ConversationView } from "../delivery/patches.ts";

/** Those whose name holds what was typed, beginnings first, otherwise in the order given. */
export function findConversations(
  listed: readonly ConversationView[],
  typed: string,
  nameOf: (conversation: ConversationView) => string,
): ConversationView[] {
  const wanted = fold(typed);
  const ranked = listed.map((conversation) => ({
    conversation,
    at: fold(nameOf(conversation)).indexOf(wanted),
  }));
  const hits = ranked.filter(({ at }) => at >= 0);
  return [...hits.filter(({ at }) => at === 0), ...hits.filter(({ at }) => at > 0)].map(
    ({ conversation }) => conversation,
  );
}

function fold(text: string): string {
  return text.trim().normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
