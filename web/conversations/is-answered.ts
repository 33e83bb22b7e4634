import type { ConversationView } from "../delivery/patches.ts";

/** Nothing stands between these two; a changed identity and a frozen group are said by the composer. */
export function isAnswered({ standing, state, identityChanged }: ConversationView): boolean {
  return standing === undefined || state === "frozen" || identityChanged === true;
}
