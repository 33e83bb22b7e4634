import type { DeviceState, Patch } from "../delivery/patches.ts";
import { withChannel } from "./channel-scene.ts";
import { withCommunity } from "./community-scene.ts";
import { everyday, type Line, message } from "./everyday-scene.ts";
import { withFiles } from "./file-scene.ts";
import { asMember, expelled, stopped, withGroup } from "./group-scene.ts";
import { withMedia } from "./media-scene.ts";
import { withPolls } from "./poll-scene.ts";
import type { Scene } from "./scene.ts";
import { CONVERSATION, GROUP, ME } from "./test-ids.ts";

export const SCENES = {
  everyday: (now: number) => everyday(now, "en"),
  persian: (now: number) => everyday(now, "fa"),
  empty: (now: number) => ({ ...everyday(now, "en"), conversations: [] }),
  loading: (now: number) => ({ ...everyday(now, "en"), conversations: [], complete: false }),
  offline: (now: number) =>
    plus(everyday(now, "en"), { kind: "connection", connection: { kind: "offline", retryAt: now + 12_000 } }),
  catchingUp: (now: number) =>
    plus(everyday(now, "en"), { kind: "connection", connection: { kind: "catching_up" } }),
  elsewhere: (now: number) => onDevice(now, { kind: "elsewhere" }),
  starting: (now: number) => onDevice(now, { kind: "starting" }),
  insecure: (now: number) => onDevice(now, { kind: "unusable", reason: "insecure_context" }),
  full: (now: number) => onDevice(now, { kind: "unusable", reason: "storage_full" }),
  signedOut: (now: number) => plus(everyday(now, "en"), { kind: "signed_out" }),
  failing: (now: number) => ({
    ...everyday(now, "en"),
    failing: { open: "storage", profile: "unreachable" } as const,
  }),
  impostor: (now: number) => impostor(now, "en"),
  impostorPersian: (now: number) => impostor(now, "fa"),
  group: (now: number) => withGroup(everyday(now, "en"), now),
  groupPersian: (now: number) => withGroup(everyday(now, "fa"), now),
  groupSilent: (now: number) =>
    asMember(withGroup(everyday(now, "en"), now), {
      rights: { addMembers: "admins", write: "admins" },
      silent: true,
    }),
  groupSlow: (now: number) =>
    asMember(withGroup(everyday(now, "en"), now), {
      rights: { addMembers: "admins", slow: 60 },
      pausedUntil: now + 42_000,
    }),
  media: (now: number) => withMedia(everyday(now, "en"), CONVERSATION.darius),
  mediaPersian: (now: number) => withMedia(everyday(now, "fa"), CONVERSATION.darius),
  polls: (now: number) => withPolls(withGroup(everyday(now, "en"), now), ME, "en"),
  pollsPersian: (now: number) => withPolls(withGroup(everyday(now, "fa"), now), ME, "fa"),
  groupFull: (now: number) => groupFailing(now, { add_members: "group.full", found_group: "group.full" }),
  groupWaiting: (now: number) =>
    groupFailing(now, { add_members: "change_waits", found_group: "change_waits" }),
  outOfGroup: (now: number) => stopped(withGroup(everyday(now, "en"), now), "removed"),
  changeRefused: (now: number) => stopped(withGroup(everyday(now, "en"), now), "refused"),
  changeRefusedPersian: (now: number) => stopped(withGroup(everyday(now, "fa"), now), "refused"),
  expelled: (now: number) => expelled(withGroup(everyday(now, "en"), now), GROUP, now),
  expelledPersian: (now: number) => expelled(withGroup(everyday(now, "fa"), now), GROUP, now),
  alone: (now: number) => expelled(everyday(now, "en"), CONVERSATION.darius, now),
  alonePersian: (now: number) => expelled(everyday(now, "fa"), CONVERSATION.darius, now),
  channelReader: (now: number) => withChannel(everyday(now, "en"), now, "en", false),
  channelReaderPersian: (now: number) => withChannel(everyday(now, "fa"), now, "fa", false),
  channelAuthor: (now: number) => withChannel(everyday(now, "en"), now, "en", true),
  channelAuthorPersian: (now: number) => withChannel(everyday(now, "fa"), now, "fa", true),
  community: (now: number) => withCommunity(withGroup(everyday(now, "en"), now), now, "en", "owner"),
  communityPersian: (now: number) => withCommunity(withGroup(everyday(now, "fa"), now), now, "fa", "owner"),
  communityMember: (now: number) => withCommunity(withGroup(everyday(now, "en"), now), now, "en", "member"),
  communityMemberPersian: (now: number) =>
    withCommunity(withGroup(everyday(now, "fa"), now), now, "fa", "member"),
  files: (now: number) => withFiles(everyday(now, "en"), now, "en"),
  filesPersian: (now: number) => withFiles(everyday(now, "fa"), now, "fa"),
  asking: (now: number) => withStanding(everyday(now, "en"), "asking"),
  blocked: (now: number) => withStanding(everyday(now, "en"), "blocked"),
  reporting: (now: number) => ({ ...everyday(now, "en"), failing: { report: "unreachable" } as const }),
  unkept: (now: number) => ({ ...everyday(now, "en"), failing: { send: "storage" } as const }),
  many: (now: number) => many(now, 0),
  manyUnread: (now: number) => many(now, 170),
} satisfies Record<string, (now: number) => Scene>;
export type SceneName = keyof typeof SCENES;

/** Leyla's identity has changed before her last two messages, Darius' history does not agree, nor do Tomas' devices. */
function impostor(now: number, tongue: "en" | "fa"): Scene {
  const base = everyday(now, tongue);
  const marked = base.messages
    .get(CONVERSATION.leyla)
    ?.map((one, index) => (index > 0 ? { ...one, impostor: true as const } : one));
  const conversations = base.conversations.map((view) => {
    if (view.id === CONVERSATION.leyla) return { ...view, identityChanged: true as const };
    if (view.id === CONVERSATION.tomas && view.peer) {
      const deviceDoubts = [{ accountId: view.peer.accountId, why: "differs" as const, mine: false }];
      return { ...view, deviceDoubts };
    }
    return view.id === CONVERSATION.darius ? { ...view, doubt: "history_differs" as const } : view;
  });
  return { ...base, conversations, messages: new Map(base.messages).set(CONVERSATION.leyla, marked ?? []) };
}

/** A conversation of years. */
function many(now: number, unread: number): Scene {
  const base = everyday(now, "en");
  const list = Array.from({ length: 100_000 }, (_, index) => {
    const line: Line = [
      index % 3 === 0 ? "me" : "them",
      (100_000 - index) * 7,
      `Message number ${index + 1}`,
      "read",
    ];
    return message(CONVERSATION.darius, index, line, now);
  });
  const conversations = base.conversations.map((view) =>
    view.id === CONVERSATION.darius
      ? { ...view, last: list.at(-1), unread, readUpTo: list.length - unread }
      : view,
  );
  return { ...base, conversations, messages: new Map(base.messages).set(CONVERSATION.darius, list) };
}

function withStanding(scene: Scene, standing: "asking" | "blocked"): Scene {
  const conversations = scene.conversations.map((view) =>
    view.id === CONVERSATION.leyla ? { ...view, standing } : view,
  );
  return { ...scene, conversations };
}

function groupFailing(now: number, failing: Scene["failing"]): Scene {
  return { ...withGroup(everyday(now, "en"), now), failing };
}

function plus(scene: Scene, patch: Patch): Scene {
  return { ...scene, patches: [...scene.patches, patch] };
}

function onDevice(now: number, device: DeviceState): Scene {
  return plus(everyday(now, "en"), { kind: "device", device });
}
