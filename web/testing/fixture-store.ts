import { type ConversationId, type MessageId, newId } from "../../src/protocol/ids.ts";
import type { ConversationView, MessageView, Patch } from "../delivery/patches.ts";
import type { Scene } from "./scene.ts";

/** What a scene's conversations and messages have become. */
export function openFixtureStore(scene: Scene, push: (patch: Patch) => void) {
  const conversations = new Map(scene.conversations.map((view) => [view.id, view]));
  const messages = new Map([...scene.messages].map(([id, list]) => [id, [...list]]));

  function messagesOf(id: ConversationId): MessageView[] {
    const list = messages.get(id) ?? [];
    messages.set(id, list);
    return list;
  }

  function found(view: ConversationView): ConversationId {
    conversations.set(view.id, view);
    push({ kind: "conversations", conversations: [view], complete: true });
    return view.id;
  }

  /** Replaces one message where it stands. */
  function change(id: MessageId, work: (message: MessageView) => MessageView): undefined {
    for (const [conversationId, list] of messages) {
      const at = list.findIndex((message) => message.id === id);
      const before = list[at];
      if (!before) continue;
      const after = work(before);
      messages.set(conversationId, list.with(at, after));
      push({ kind: "messages", conversationId, messages: [after] });
    }
  }

  function discard(id: MessageId): void {
    for (const [conversationId, list] of messages) {
      const rest = list.filter((message) => message.id !== id);
      if (rest.length === list.length) continue;
      messages.set(conversationId, rest);
      push({ kind: "removed", conversationId, ids: [id] });
    }
  }

  return { conversations, messages, messagesOf, found, change, discard };
}
export type FixtureStore = ReturnType<typeof openFixtureStore>;

export function emptyView(kind: ConversationView["kind"]): ConversationView {
  return {
    id: newId<ConversationId>(),
    kind,
    peer: undefined,
    last: undefined,
    unread: 0,
    readUpTo: 0,
    changedAt: Date.now(),
    state: "ready",
  };
}
