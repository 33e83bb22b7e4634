import { showAccount } from "../../src/protocol/accounts.ts";
import type { AccountId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import { between } from "../storage/key.ts";
import type { Client } from "./client.ts";
import { locked } from "./client.ts";
import type { Command, Profile, Results } from "./commands.ts";
import { withWaiting } from "./deeds/apply-deed.ts";
import { findPerson, writeTo, writeToSelf } from "./groups/found-conversation.ts";
import { seeMessages } from "./outbox/see-messages.ts";
import { writeMessage } from "./outbox/write-message.ts";
import type { DraftPlace, MessageView, Patch } from "./patches.ts";
import { standingOf } from "./people/hear.ts";
import type { LiveSession } from "./session/live-session.ts";
import { messageView, outgoingView, waitingIn } from "./views.ts";

const PAGE = 60;
/** Messages on the way to a place far back. */
const FARTHEST = 50_000;

type Tell = (patch: Patch) => void;

/** One command of the person, on the client that leads. */
export async function runCommand(
  session: LiveSession,
  command: Command,
  messageId: MessageId,
  tellAsker: Tell,
): Promise<Results[Command["kind"]]> {
  const { client } = session;
  switch (command.kind) {
    case "find_person":
      return findPerson(client, command.username);
    case "meet_by_link":
      return (await import("./people/contact-link.ts")).meetByLink(
        client,
        command.username,
        command.fingerprint,
      );
    case "own_fingerprint":
      return (await import("./people/contact-link.ts")).ownFingerprint(client);
    case "write_to":
      return writeTo(client, command.username);
    case "write_to_self":
      return writeToSelf(client);
    case "found_group":
    case "add_members":
    case "remove_member":
    case "set_rank":
    case "set_about":
    case "set_rights":
    case "leave_group":
    case "end_group":
    case "heed_refusal":
    case "read_evidence":
    case "set_timer":
      return (await import("./groups/run-group-command.ts")).runGroupCommand(session, command, messageId);
    case "create_link":
    case "list_links":
    case "revoke_link":
    case "answer_request":
    case "look_at_link":
    case "join_by_link":
      return (await import("./links/run-link-command.ts")).runLinkCommand(session, command);
    case "found_community":
    case "list_place":
    case "found_in_community":
    case "unlist_place":
    case "join_listed":
    case "renew_asked":
    case "leave_community":
    case "remove_from_community":
      return (await import("./communities/run-community-command.ts")).runCommunityCommand(
        session,
        command,
        messageId,
      );
    case "edit":
    case "react":
    case "pin":
    case "vote":
    case "close":
    case "delete":
    case "forward":
    case "quoted":
      return (await import("./deeds/run-deed-command.ts")).runDeedCommand(session, command, messageId);
    case "reportable":
    case "report":
      return (await import("./reports/run-report-command.ts")).runReportCommand(client, command);
    case "emoji_used":
      return (await import("./deeds/emoji-used.ts")).emojiUsed(client, command);
    case "open":
      tellAsker(await readPage(session, command.conversationId, Number.MAX_SAFE_INTEGER));
      return undefined;
    case "more":
      tellAsker(await readPage(session, command.conversationId, command.before - 1, command.downTo));
      return undefined;
    case "read_history":
      return (await import("./read-history.ts")).readHistory(client, command.conversationId, command.after);
    case "search":
      return session.search(command);
    case "send":
      await writeMessage(client, command.conversationId, command.text, messageId, command);
      if (command.sendAt === undefined) session.push(command.conversationId);
      else session.schedule();
      return messageId;
    case "attach":
    case "pause_upload":
    case "resume_upload":
    case "drop_upload":
    case "cancel_upload":
    case "stop_fetch":
    case "fetch_file":
      return (await import("./attachments/run-attachment-command.ts")).runAttachmentCommand(session, command);
    case "retry": {
      const { retryMessage } = await import("./outbox/retry-message.ts");
      const conversationId = await retryMessage(client, command.messageId);
      session.uploads.push();
      if (conversationId) session.push(conversationId);
      return undefined;
    }
    case "discard":
      await (await import("./outbox/retry-message.ts")).discardMessage(client, command.messageId);
      return undefined;
    case "shelve": {
      const { kind: _, conversationId, ...chosen } = command;
      return (await import("./people/shelve.ts")).shelve(client, conversationId, chosen);
    }
    case "seen": {
      if (await client.vault.read("channels", command.conversationId))
        return (await import("./channels/see-posts.ts")).seePosts(client, command);
      const noted = await seeMessages(client, command.conversationId, command.upTo);
      session.markRead(command.conversationId);
      return noted;
    }
    case "look":
      session.look(command.conversationId);
      return undefined;
    case "typing":
      session.typing(command.conversationId);
      return undefined;
    case "draft":
      return keepDraft(client, command.conversationId, command.text);
    case "read_draft":
      return (await client.vault.read("drafts", command.conversationId))?.text ?? "";
    case "profile":
      return showProfile(client, command.accountId);
    case "stand_to":
    case "read_strangers":
    case "accept_identity":
    case "read_safety":
    case "verify":
    case "nickname":
    case "list_blocked":
    case "read_privacy":
    case "choose_privacy":
      return (await import("./people/run-person-command.ts")).runPersonCommand(session, command);
    case "list_devices":
    case "rename_device":
    case "revoke_device":
    case "look_at_code":
    case "link_another":
    case "read_recovery":
    case "show_words":
    case "confirm_words":
    case "prove_words":
      return (await import("./devices/run-device-command.ts")).runDeviceCommand(session, command);
    case "read_archive":
    case "keep_archive":
    case "drop_archive":
      return (await import("./archive/run-archive-command.ts")).runArchiveCommand(session, command);
    case "set_profile":
      return (await import("./profiles/set-profile.ts")).setProfile(client, command);
    case "link_here":
    case "cancel_link":
    case "recover":
    case "reconnect":
    case "sign_out":
      return undefined;
    // Of public channels: none of them is known to what is there from the first.
    default:
      return (await import("./channels/run-channel-command.ts")).runChannelCommand(
        session,
        command,
        messageId,
      );
  }
}

/** Costs what is shown, however much is stored. */
async function readPage(
  session: LiveSession,
  id: ConversationId,
  upTo: number,
  downTo?: number,
): Promise<Patch> {
  const { client } = session;
  const conversation = await client.vault.read("conversations", id);
  if (!conversation)
    return (await import("./channels/read-posts.ts")).readPosts(client, id, readDown, upTo, downTo);
  const here = await readDown(client, id, upTo, downTo);
  const { stored, reachedStart } =
    here.length < PAGE
      ? await (await import("./archive/read-on.ts")).readOn(session, id, here, {
          wanted: PAGE,
          fetches: upTo < Number.MAX_SAFE_INTEGER,
          readAgain: () => readDown(client, id, upTo, downTo),
        })
      : { stored: here, reachedStart: false };
  const waiting = await waitingIn(client.vault, id);
  const messages: MessageView[] = [
    ...stored
      .toReversed()
      .map(({ value }) => withWaiting(client.accountId, value, conversation, waiting))
      .flatMap((message) => messageView(client.accountId, id, conversation, message) ?? []),
    ...(upTo === Number.MAX_SAFE_INTEGER ? waiting : []).flatMap(
      (outgoing) => outgoingView(client.accountId, conversation, outgoing, waiting) ?? [],
    ),
  ];
  return { kind: "messages", conversationId: id, messages, reachedStart };
}

/** Never fewer than a page, so that fewer mean the start. */
async function readDown(client: Client, id: ConversationId, upTo: number, downTo = upTo) {
  const first = Math.max(0, downTo - PAGE);
  const asked = { ...between(id, first, upTo), limit: FARTHEST, newestFirst: true };
  const stored = upTo - first > PAGE ? await client.vault.list("messages", asked) : [];
  if (stored.length >= PAGE) return stored;
  return client.vault.list("messages", { ...between(id, 0, upTo), limit: PAGE, newestFirst: true });
}

function keepDraft(client: Client, id: DraftPlace, text: string): Promise<undefined> {
  return locked(client, async (change) => {
    if (text === "") change.remove("drafts", id);
    else change.put("drafts", id, { text });
    return undefined;
  });
}

async function showProfile(client: Client, accountId: AccountId): Promise<Profile> {
  const standing = await standingOf(client.vault, accountId);
  const pinned = await client.vault.read("pins", accountId);
  if (pinned) return { accountId, username: pinned.username, firstUse: pinned.firstUse, standing };
  const { username } = await client.call(showAccount, { accountId });
  return { accountId, username, firstUse: true, standing };
}
