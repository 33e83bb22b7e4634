import * as v from "valibot";
import { username } from "./accounts.ts";
import { DEPARTURE_SIZE } from "./departure.ts";
import { accountId, conversationId, messageId } from "./ids.ts";
import { RANKS } from "./role-list.ts";
import { route } from "./route.ts";
import { bytes, count, epoch, SIZE, sequence, time } from "./values.ts";

/** direct: two accounts; saved: one account with itself; group: an owner and whoever was added. */
export const conversationKind = v.picklist(["direct", "saved", "group"]);
export type ConversationKind = v.InferOutput<typeof conversationKind>;

/** More than this many devices are in no group. */
export const MOST_GROUP_DEVICES = 250;
/** Of a private channel. */
export const MOST_CHANNEL_DEVICES = 1_000;

/**
 * A commit with all that must become true with it, or not at all. `commit` is an MLSMessage with a
 * PublicMessage; `welcome` an MLSMessage with a Welcome, null when nobody is added; `groupInfo` an
 * MLSMessage with the GroupInfo of the new epoch, with external_pub and ratchet_tree.
 */
export const commitBundle = v.object({
  /** Made by the client: a retry with the same id is answered as before. */
  commitId: messageId,
  generation: count,
  /** The epoch that the commit ends. */
  epoch,
  commit: bytes(SIZE.commit, 1),
  welcome: v.nullable(bytes(SIZE.welcome, 1)),
  groupInfo: bytes(SIZE.groupInfo, 1),
});
export type CommitBundle = v.InferOutput<typeof commitBundle>;

export const committed = v.object({ sequence, epoch });

/**
 * Founds a conversation: the GroupInfo of epoch 0 (its creator alone) and the commit that adds everybody.
 * `direct` names the other account, `saved` one's own, `group` nobody: those in its first commit are in it, and
 * its founder owns it. A second one for the same pair is refused with
 * `conversation.exists`: then join the winner's by its Welcome. One that is there already is continued by a
 * device that is in it with a later generation, whose sequences begin at `firstOf(generation)`.
 */
export const foundConversation = route({
  method: "POST",
  path: "/api/conversations",
  who: "device",
  codec: "binary",
  input: v.object({
    conversationId,
    kind: conversationKind,
    peer: v.nullable(accountId),
    groupInfo: bytes(SIZE.groupInfo, 1),
    first: commitBundle,
  }),
  output: committed,
});

/**
 * Out of a group at once, with all devices of the account. `statement`: see `departure.ts`; one that does not fit the
 * epoch is refused with `commit.epoch_passed`. The owner hands over first.
 */
export const leaveConversation = route({
  method: "POST",
  path: "/api/conversations/:conversationId/leave",
  who: "device",
  codec: "binary",
  input: v.object({ conversationId, statement: bytes(DEPARTURE_SIZE, 1) }),
  output: v.object({}),
});

export const findDirectConversation = route({
  method: "GET",
  path: "/api/conversations/with/:accountId",
  who: "device",
  codec: "binary",
  input: v.object({ accountId }),
  output: v.object({ conversationId: v.nullable(conversationId) }),
});

export const conversationMember = v.object({
  accountId,
  username,
  rank: v.picklist(RANKS),
  /** Everything up to here is on each of the account's devices. */
  delivered: sequence,
});

export const conversationCard = v.object({
  conversationId,
  kind: conversationKind,
  generation: count,
  epoch,
  /** The last sequence given out. */
  head: sequence,
  members: v.pipe(v.array(conversationMember), v.maxLength(1000)),
});
export type ConversationCard = v.InferOutput<typeof conversationCard>;

export const showConversation = route({
  method: "GET",
  path: "/api/conversations/:conversationId",
  who: "device",
  codec: "binary",
  input: v.object({ conversationId }),
  output: conversationCard,
});

/** Conversations that the account is in and this device is not: it waits to be added, or takes the place of a lost one. */
export const listUnseated = route({
  method: "GET",
  path: "/api/conversations/unseated",
  who: "device",
  codec: "binary",
  input: v.object({ from: v.optional(conversationId) }),
  output: v.object({
    conversations: v.pipe(
      v.array(v.object({ conversationId, kind: conversationKind, lastAt: time })),
      v.maxLength(100),
    ),
    next: v.nullable(conversationId),
  }),
});

/** The latest GroupInfo, an MLSMessage, for an external commit. */
export const showGroupInfo = route({
  method: "GET",
  path: "/api/conversations/:conversationId/group-info",
  who: "device",
  codec: "binary",
  input: v.object({ conversationId }),
  output: v.object({ generation: count, epoch, groupInfo: bytes(SIZE.groupInfo, 1) }),
});

/** Compare-and-set on (conversation, generation, epoch); the loser is refused with `commit.epoch_passed`. */
export const commitToConversation = route({
  method: "POST",
  path: "/api/conversations/:conversationId/commits",
  who: "device",
  codec: "binary",
  input: v.object({ conversationId, ...commitBundle.entries }),
  output: committed,
});
