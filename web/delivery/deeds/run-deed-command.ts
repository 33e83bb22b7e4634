import { TEXT_LIMIT } from "../../../src/protocol/content.ts";
import type { MessageId } from "../../../src/protocol/ids.ts";
import { Failed } from "../failures.ts";
import type { MessageView } from "../patches.ts";
import type { LiveSession } from "../session/live-session.ts";
import { messageView } from "../views.ts";
import type { DeedCommand } from "./commands.ts";
import { findTarget } from "./find-target.ts";
import { forwardMessage } from "./forward-message.ts";
import { hideMessage, writeDeed } from "./write-deed.ts";

/** Fetched with the first of these. */
export async function runDeedCommand(
  { client, push }: LiveSession,
  command: DeedCommand,
  asked: MessageId,
): Promise<MessageView | undefined> {
  const { messageId: target } = command;
  switch (command.kind) {
    case "edit":
      if (command.text.length > TEXT_LIMIT) throw new Failed("too_long");
      push(await writeDeed(client, { kind: "edit", target, text: command.text }));
      return undefined;
    case "react":
      push(await writeDeed(client, { kind: "reaction", target, emoji: command.emoji }));
      return undefined;
    case "pin":
      push(await writeDeed(client, { kind: "pin", target, pinned: command.pinned }));
      return undefined;
    case "vote":
      push(await writeDeed(client, { kind: "vote", target, choices: [...command.choices] }));
      return undefined;
    case "close":
      push(await writeDeed(client, { kind: "close", target }));
      return undefined;
    case "delete":
      if (command.forAll) push(await writeDeed(client, { kind: "delete", target }));
      else await hideMessage(client, target);
      return undefined;
    case "forward":
      await forwardMessage(client, target, command.to, asked);
      push(command.to);
      return undefined;
    case "quoted": {
      const found = await findTarget(client, client.vault, target).catch(() => undefined);
      if (found?.id !== command.conversationId) return undefined;
      return messageView(client.accountId, found.id, found.conversation, found.message);
    }
  }
}
