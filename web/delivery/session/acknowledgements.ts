import type { FrameUp } from "../../../src/protocol/delivery.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";

const GATHER = 50;
const PER_FRAME = 100;

/** Gathers cursor moves for a moment and sends them up together; what a lost socket swallows is told again after it. */
export function gatherAcknowledgements(send: (frame: FrameUp) => void) {
  const conversations = new Map<ConversationId, number>();
  let account: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    const all = [...conversations].map(([conversationId, sequence]) => ({ conversationId, sequence }));
    conversations.clear();
    for (let start = 0; start < Math.max(all.length, 1); start += PER_FRAME) {
      const part = all.slice(start, start + PER_FRAME);
      send({ t: "ack", conversations: part, ...(account === undefined ? {} : { account }) });
    }
    account = undefined;
  };

  return {
    moved(about: ConversationId | "account", sequence: number) {
      if (about === "account") account = Math.max(account ?? 0, sequence);
      else conversations.set(about, Math.max(conversations.get(about) ?? 0, sequence));
      timer ??= setTimeout(flush, GATHER);
    },
    close: () => clearTimeout(timer),
  };
}
