import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import type { GroupCommand } from "../patches.ts";
import type { LiveSession } from "../session/live-session.ts";
import { addMembers, removeMember, setRank } from "./change-group.ts";
import { foundGroupOf } from "./found-group.ts";
import { leaveGroup } from "./leave-group.ts";
import { setAbout } from "./say-about.ts";

/** Fetched with the first of these: changing a group is not part of opening a chat. What waits in it goes out. */
export async function runGroupCommand(
  { client, push }: LiveSession,
  command: GroupCommand,
  messageId: MessageId,
): Promise<ConversationId | undefined> {
  switch (command.kind) {
    case "found_group": {
      const id = await foundGroupOf(client, command, messageId);
      push(id);
      return id;
    }
    case "add_members":
      await addMembers(client, command.conversationId, command.usernames);
      push(command.conversationId);
      return undefined;
    case "set_about":
      await setAbout(client, command.conversationId, command);
      push(command.conversationId);
      return undefined;
    case "remove_member":
      await removeMember(client, command.conversationId, command.accountId);
      return undefined;
    case "set_rank":
      await setRank(client, command.conversationId, command.accountId, command.rank);
      return undefined;
    case "leave_group":
      await leaveGroup(client, command.conversationId);
      return undefined;
  }
}
