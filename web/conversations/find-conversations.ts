import type { ConversationView } from "../delivery/patches.ts";

/** Those whose name or username holds what was typed, beginnings first, otherwise in the order given. */
export function findConversations(
  listed: readonly ConversationView[],
  typed: string,
  nameOf: (conversation: ConversationView) => string,
): ConversationView[] {
  const wanted = fold(typed);
  const ranked = listed.map((conversation) => ({
    conversation,
    at: bestPlace([nameOf(conversation), conversation.peer?.username ?? ""], wanted),
  }));
  const hits = ranked.filter(({ at }) => at >= 0);
  return [...hits.filter(({ at }) => at === 0), ...hits.filter(({ at }) => at > 0)].map(
    ({ conversation }) => conversation,
  );
}

function bestPlace(names: readonly string[], wanted: string): number {
  const places = names.map((name) => fold(name).indexOf(wanted)).filter((at) => at >= 0);
  return places.length === 0 ? -1 : Math.min(...places);
}

function fold(text: string): string {
  return text.trim().normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
