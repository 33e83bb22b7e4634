import type { MessageId } from "../../../src/protocol/ids.ts";
import type { Results } from "../commands.ts";
import { setTimer } from "../expiry/set-timer.ts";
import type { LiveSession } from "../session/live-session.ts";
import { changeGroup } from "./change-group.ts";
import type { GroupCommand } from "./commands.ts";
import { endGroup } from "./end-group.ts";
import { foundGroupOf } from "./found-group.ts";
import { heedRefusal } from "./heed-refusal.ts";
import { leaveGroup } from "./leave-group.ts";
import { findPeople } from "./offers-of.ts";
import { setAbout } from "./set-about.ts";

/** Fetched with the first of these: changing a group is not part of opening a chat. What waits in it goes out. */
export async function runGroupCommand(
  { client, push }: LiveSession,
  command: GroupCommand,
  messageId: MessageId,
): Promise<Results[GroupCommand["kind"]]> {
  switch (command.kind) {
    case "found_group": {
      const id = await foundGroupOf(client, command, messageId);
      push(id);
      return id;
    }
    case "add_members":
      await changeGroup(client, command.conversationId, {
        kind: "add",
        people: await findPeople(client, command.usernames),
      });
      push(command.conversationId);
      return undefined;
    case "set_about":
      await setAbout(client, command.conversationId, command);
      push(command.conversationId);
      return undefined;
    case "set_timer":
      await setTimer(client, command.conversationId, command.seconds);
      push(command.conversationId);
      return undefined;
    case "remove_member":
      await changeGroup(client, command.conversationId, { kind: "remove", accountId: command.accountId });
      return undefined;
    case "set_rank":
      await changeGroup(client, command.conversationId, {
        kind: "rank",
        accountId: command.accountId,
        rank: command.rank,
      });
      return undefined;
    case "set_rights":
      await changeGroup(client, command.conversationId, { kind: "rights", chosen: command.chosen });
      return undefined;
    case "leave_group":
      await leaveGroup(client, command.conversationId);
      return undefined;
    case "end_group":
      await endGroup(client, command.conversationId);
      return undefined;
    case "heed_refusal":
      await heedRefusal(client, command.conversationId);
      return undefined;
    case "read_evidence":
      return (await client.vault.read("evidence", command.conversationId)) ?? null;
  }
}
