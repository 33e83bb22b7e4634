import type { Results } from "../commands.ts";
import type { LiveSession } from "../session/live-session.ts";
import type { LinkCommand } from "./commands.ts";
import { joinByLink, lookAtLink } from "./join-by-link.ts";
import { answerRequest, createLink, listLinks, revokeLink } from "./manage-links.ts";

/** Fetched with the first of these. */
export async function runLinkCommand(
  { client, push }: LiveSession,
  command: LinkCommand,
): Promise<Results[LinkCommand["kind"]]> {
  switch (command.kind) {
    case "create_link":
      return createLink(client, command);
    case "list_links":
      return listLinks(client, command.conversationId);
    case "revoke_link":
      return revokeLink(client, command.conversationId, command.linkId).then(() => undefined);
    case "answer_request":
      await answerRequest(client, command.conversationId, command.accountId, command.admit);
      push(command.conversationId);
      return undefined;
    case "look_at_link":
      return lookAtLink(client, command.linkId, command.secret);
    case "join_by_link": {
      const id = await joinByLink(client, command.linkId, command.secret);
      if (id) push(id);
      return id;
    }
  }
}
