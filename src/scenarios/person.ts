import type { Command, Messenger, Results } from "../../web/delivery/commands.ts";
import type {
  Connection,
  ConversationView,
  DeviceState,
  MessageView,
  Patch,
} from "../../web/delivery/patches.ts";
import type { AccountId, ConversationId, MessageId } from "../protocol/ids.ts";

/** What somebody would see on a screen, folded from the patches. */
export interface Screen {
  readonly messenger: Messenger;
  readonly conversations: Map<ConversationId, ConversationView>;
  readonly messages: Map<MessageId, MessageView>;
  readonly patches: Patch[];
  device(): DeviceState["kind"];
  connection(): Connection["kind"];
  texts(id: ConversationId): string[];
  do<C extends Command>(command: C): Promise<Results[C["kind"]]>;
  close(): Promise<void>;
}

/** Whoever asks is accepted, as between people who know each other, unless the story is about that. */
export function watch(messenger: Messenger, { accepts = true } = {}): Screen {
  const conversations = new Map<ConversationId, ConversationView>();
  const messages = new Map<MessageId, MessageView>();
  const patches: Patch[] = [];
  let device: DeviceState["kind"] = "starting";
  let connection: Connection["kind"] = "connecting";
  const accept = (accountId: AccountId) =>
    void messenger.do({ kind: "stand_to", accountId, standing: "accepted" }).catch(() => undefined);
  messenger.listen((patch) => {
    patches.push(patch);
    if (patch.kind === "device") device = patch.device.kind;
    else if (patch.kind === "connection") connection = patch.connection.kind;
    else if (patch.kind === "conversations") {
      for (const one of patch.conversations) {
        conversations.set(one.id, one);
        if (accepts && one.standing === "asking" && one.peer) accept(one.peer.accountId);
      }
    } else if (patch.kind === "messages") for (const one of patch.messages) messages.set(one.id, one);
    else if (patch.kind === "removed") for (const id of patch.ids) messages.delete(id);
  });
  return {
    messenger,
    conversations,
    messages,
    patches,
    device: () => device,
    connection: () => connection,
    texts: (id) =>
      [...messages.values()]
        .filter((message) => message.conversationId === id)
        .toSorted((one, other) => (one.sequence ?? Infinity) - (other.sequence ?? Infinity))
        .flatMap(({ body }) =>
          body.kind === "text"
            ? body.text
            : body.kind === "founded" || body.kind === "change"
              ? []
              : `(${body.kind})`,
        ),
    do: (command) => messenger.do(command),
    close: () => messenger.close(),
  };
}

/** Waits until something holds; says what it was waiting for when it does not come. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  within = 10_000,
): Promise<void> {
  const end = Date.now() + within;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    await Bun.sleep(5);
  }
}

/** What is stored of a conversation, asked for anew, oldest first. */
export async function readAll(screen: Screen, conversationId: ConversationId): Promise<string[]> {
  screen.messages.clear();
  await screen.do({ kind: "open", conversationId });
  for (;;) {
    const page = screen.patches.findLast((patch) => patch.kind === "messages" && "reachedStart" in patch);
    if (page?.kind !== "messages" || page.reachedStart) break;
    const before = page.messages.find(({ sequence }) => sequence !== undefined)?.sequence;
    if (before === undefined) break;
    await screen.do({ kind: "more", conversationId, before });
  }
  return screen.texts(conversationId);
}
