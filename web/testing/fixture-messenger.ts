import type { AccountId, DeviceId, MessageId } from "../../src/protocol/ids.ts";
import type { Command, EmojiUsed, Messenger, Results } from "../delivery/commands.ts";
import type { DraftPlace, Patch } from "../delivery/patches.ts";
import type { Evidence } from "../storage/records.ts";
import { openFixtureChannels } from "./fixture-channels.ts";
import { openFixtureDevices } from "./fixture-devices.ts";
import { openFixtureGroups } from "./fixture-groups.ts";
import { openFixtureLinks } from "./fixture-links.ts";
import { openFixtureMessages } from "./fixture-messages.ts";
import { FINGERPRINT, openFixturePeople } from "./fixture-people.ts";
import { openFixtureStore } from "./fixture-store.ts";
import { FixtureFailed, type Scene } from "./scene.ts";

export interface FixtureMessenger extends Messenger {
  /** What the page asked for, in order. */
  readonly asked: Command[];
  readonly push: (patch: Patch) => void;
  /** Commands that fail from now on, and with what. */
  readonly failing: Partial<Record<Command["kind"], string>>;
}

/** Of every conversation that is stopped. */
export const EVIDENCE: Evidence = {
  commitId: "A".repeat(22) as MessageId,
  sequence: 12,
  sentAt: 1_700_000_000_000,
  senderAccountId: "B".repeat(22) as AccountId,
  senderDeviceId: "C".repeat(22) as DeviceId,
  generation: 0,
  epoch: 3,
  commit: Uint8Array.of(0, 1, 0, 1, 251),
  why: "a member may not add",
  groupInfo: Uint8Array.of(0, 1, 0, 4, 255),
};

/** A Messenger over scripted people: the whole contract, kept in memory, without encryption or network. */
export function openFixtureMessenger(scene: Scene, me: AccountId): FixtureMessenger {
  const asked: Command[] = [];
  const failing = { ...scene.failing };
  const listeners = new Set<(patch: Patch) => void>();
  const drafts = new Map<DraftPlace, string>(scene.drafts);
  let emojiUsed: EmojiUsed = { recent: [], tone: 0 };
  const push = (patch: Patch) => {
    for (const listener of listeners) listener(patch);
  };
  const store = openFixtureStore(scene, push);
  const { conversations, messages, messagesOf, found, change, discard } = store;
  const said = openFixtureMessages(store, me, push);
  const people = openFixturePeople(scene, store, push);
  const groups = openFixtureGroups(store, me);
  const runChannel = openFixtureChannels(scene, store, me, push, people.isBlocked);
  const answerDeviceCommand = openFixtureDevices(push);
  const runLink = openFixtureLinks(me, scene.link);

  function run(command: Command): Results[Command["kind"]] {
    switch (command.kind) {
      case "open":
        return void said.open(command.conversationId);
      case "more":
        return void said.page(command.conversationId, command.before, command.downTo);
      case "read_history":
        return {
          messages: messagesOf(command.conversationId).filter(({ sequence }) => sequence !== undefined),
          upTo: undefined,
        };
      case "search":
        return said.search(command);
      case "find_person":
        return people.findPerson(command.username);
      case "meet_by_link":
        if (command.fingerprint !== FINGERPRINT) throw new FixtureFailed("link_differs");
        return people.findPerson(command.username);
      case "own_fingerprint":
        return FINGERPRINT;
      case "write_to":
        return people.writeTo(command.username);
      case "write_to_self":
        return people.writeToSelf();
      case "send":
        return said.send(command);
      case "draft":
        return void drafts.set(command.conversationId, command.text);
      case "read_draft":
        return drafts.get(command.conversationId) ?? "";
      case "seen":
        return said.seen(command.conversationId, command.upTo);
      case "profile":
        return people.profile(command.accountId);
      case "shelve": {
        const { kind: _, conversationId, ...chosen } = command;
        const view = conversations.get(conversationId);
        if (view) found({ ...view, shelf: { ...view.shelf, ...chosen } });
        return undefined;
      }
      case "read_archive":
        return { bytes: 3_400_000, isFull: false };
      case "keep_archive":
      case "drop_archive":
        return undefined;
      case "edit":
        return said.edit(command.messageId, command.text);
      case "set_timer": {
        const view = conversations.get(command.conversationId);
        if (!view) return undefined;
        const { timer: _, ...rest } = view;
        found(command.seconds === null ? rest : { ...rest, timer: command.seconds });
        return undefined;
      }
      case "pin":
        return said.pin(command.messageId, command.pinned);
      case "vote":
        return said.vote(command.messageId, command.choices);
      case "close":
        return change(command.messageId, (message) => ({ ...message, closed: { by: me, late: [] } }));
      case "react":
        return said.react(command.messageId, command.emoji);
      case "delete":
        if (!command.forAll) return void discard(command.messageId);
        return change(command.messageId, (message) => ({ ...message, body: { kind: "deleted" } }));
      case "forward":
        return undefined;
      case "quoted":
        return [...messages.values()].flat().find(({ id }) => id === command.messageId);
      case "reportable":
        return said.reportable(command.conversationId, command.accountId);
      case "report":
        return command.block ? people.stand(command.accountId, "blocked") : undefined;
      case "discard":
        return void discard(command.messageId);
      case "retry":
        return void said.retry(command.messageId);
      case "sign_out":
        return void push({ kind: "signed_out" });
      case "reconnect":
        return void push({ kind: "connection", connection: { kind: "online" } });
      case "stand_to":
        return people.stand(command.accountId, command.standing);
      case "read_strangers":
        return people.strangersIn(command.conversationId);
      case "accept_identity":
        return people.acceptIdentity(command.conversationId, command.fingerprints);
      case "read_safety":
        return people.readSafety(command.accountId);
      case "verify":
        return people.verify(command.accountId, command.digits);
      case "nickname":
        return people.call(command.accountId, command.nickname);
      case "set_profile":
        push({ kind: "profiles", profiles: [{ accountId: me, picture: null, ...command }] });
        return undefined;
      case "emoji_used": {
        const { emoji, tone = emojiUsed.tone } = command;
        const recent = emoji ? [emoji, ...emojiUsed.recent.filter((one) => one !== emoji)] : emojiUsed.recent;
        emojiUsed = { recent, tone };
        return emojiUsed;
      }
      case "list_blocked":
        return people.listBlocked();
      case "read_privacy":
        return people.readPrivacy();
      case "choose_privacy": {
        const { kind: _, ...chosen } = command;
        return people.choosePrivacy(chosen);
      }
      case "found_group":
        return groups.foundGroup(command.name, command.usernames);
      case "create_link":
      case "list_links":
      case "revoke_link":
      case "answer_request":
      case "look_at_link":
      case "join_by_link":
        return runLink(command);
      case "look":
      case "typing":
      case "attach":
      case "pause_upload":
      case "resume_upload":
      case "drop_upload":
      case "cancel_upload":
      case "stop_fetch":
      case "heed_refusal":
      case "add_members":
      case "remove_member":
      case "set_rank":
      case "set_about":
      case "leave_group":
      case "end_group":
        return undefined;
      case "list_place":
      case "unlist_place":
      case "join_listed":
      case "renew_asked":
        return undefined;
      case "found_community":
      case "found_in_community":
        return groups.foundGroup(command.name, []);
      case "leave_community":
      case "remove_from_community":
        return [];
      case "set_rights":
        return groups.setRights(command);
      case "read_evidence":
        return EVIDENCE;
      case "fetch_file": {
        const file = scene.files?.get(command.attachmentId);
        if (!file) throw new FixtureFailed("attachment.gone");
        return file;
      }
      case "link_here":
      case "cancel_link":
      case "recover":
      case "rename_device":
      case "revoke_device":
      case "link_another":
      case "confirm_words":
      case "prove_words":
      case "list_devices":
      case "look_at_code":
      case "read_recovery":
      case "show_words":
        return answerDeviceCommand(command);
      case "find_channel":
      case "create_channel":
      case "join_channel":
      case "leave_channel":
      case "delete_channel":
      case "change_channel":
      case "set_channel_admin":
      case "post":
      case "change_post":
      case "count_comments":
      case "read_comments":
      case "comment":
      case "delete_comment":
        return runChannel(command);
    }
  }

  return {
    asked,
    push,
    failing,
    async do<C extends Command>(command: C): Promise<Results[C["kind"]]> {
      asked.push(command);
      await Promise.resolve();
      const failure = failing[command.kind];
      if (failure !== undefined) throw new FixtureFailed(failure);
      if (command.kind === "fetch_file" && scene.fetchFile)
        return scene.fetchFile(command.attachmentId) as Promise<Results[C["kind"]]>;
      return run(command) as Results[C["kind"]];
    },
    listen(listener) {
      listeners.add(listener);
      for (const patch of scene.patches) listener(patch);
      listener({
        kind: "conversations",
        conversations: [...conversations.values()],
        complete: scene.complete,
      });
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
}
