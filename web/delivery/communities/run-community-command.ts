import type { MessageId } from "../../../src/protocol/ids.ts";
import { foundGroupOf } from "../groups/found-group.ts";
import type { LiveSession } from "../session/live-session.ts";
import type { CommunityCommand, CommunityResults } from "./commands.ts";
import { joinListed, renewAsked } from "./join-listed.ts";
import { leaveCommunity, removeFromCommunity } from "./leave-community.ts";
import { foundInCommunity, listPlace, unlistPlace } from "./list-place.ts";

/** Fetched with the first of these. What waits in the community goes out. */
export async function runCommunityCommand(
  { client, push }: LiveSession,
  command: CommunityCommand,
  messageId: MessageId,
): Promise<CommunityResults[CommunityCommand["kind"]]> {
  switch (command.kind) {
    case "found_community": {
      const of = { name: command.name, usernames: [], community: true } as const;
      const id = await foundGroupOf(client, of, messageId);
      push(id);
      return id;
    }
    case "list_place":
      await listPlace(client, command.conversationId, command.placeId, command.approval);
      break;
    case "found_in_community": {
      const id = await foundInCommunity(client, command.conversationId, command, messageId);
      push(id);
      push(command.conversationId);
      return id;
    }
    case "unlist_place":
      await unlistPlace(client, command.conversationId, command.placeId);
      break;
    case "join_listed": {
      const id = await joinListed(client, command.conversationId, command.placeId);
      if (id) push(id);
      return id;
    }
    case "renew_asked":
      await renewAsked(client, command.conversationId);
      break;
    case "leave_community":
      return leaveCommunity(client, command.conversationId, command.withGroups);
    case "remove_from_community":
      return removeFromCommunity(client, command.conversationId, command.accountId, command.withGroups);
  }
  push(command.conversationId);
  return undefined;
}
