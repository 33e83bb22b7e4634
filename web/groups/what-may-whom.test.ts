import { expect, test } from "bun:test";
import { rightsOf } from "../../src/protocol/choose-rights.ts";
import { ENGINE_VERSION } from "../../src/protocol/group-id.ts";
import { type AccountId, type DeviceId, type MessageId, newId } from "../../src/protocol/ids.ts";
import {
  type ContextFacts,
  type GroupFacts,
  judgeCommit,
  type LeafFacts,
  type ProposalFacts,
} from "../../src/protocol/judge-commit.ts";
import { type Right, whoMayBy } from "../../src/protocol/rights.ts";
import {
  foundingRoles,
  may,
  pauseOf,
  RANKS,
  type Rank,
  type RoleList,
} from "../../src/protocol/role-list.ts";
import { mayDelete } from "../delivery/deeds/apply-deed.ts";
import { applyToPoll } from "../delivery/deeds/apply-to-poll.ts";
import { maySetTimer } from "../delivery/expiry/expiries.ts";
import { mayCallAll } from "../delivery/groups/calls.ts";
import type { ConversationRecord, MessageRecord } from "../storage/records.ts";
import { FIXED, type Fixed } from "./what-may-whom.ts";

type Cell = "yes" | "no" | "lower";

/** Two of each rank but the owner's, so that everybody has an equal. */
const WHO = RANKS.flatMap((rank) => (rank === "owner" ? [rank] : [rank, rank])).map((rank, leafIndex) => ({
  rank,
  leafIndex,
  accountId: newId<AccountId>(),
}));
type Who = (typeof WHO)[number];
const of = (rank: Rank) => WHO.filter((one) => one.rank === rank);
const first = (rank: Rank): Who => of(rank)[0] as Who;

const accounts = (rank: Rank) =>
  of(rank)
    .map(({ accountId }) => accountId)
    .sort();
const roles: RoleList = {
  ...foundingRoles(first("owner").accountId),
  admins: accounts("admin"),
  moderators: accounts("moderator"),
};
const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const holder = (accountId: AccountId, root: number) => ({
  accountId,
  deviceId: newId<DeviceId>(),
  rootPublicKey: bytes(root),
  signaturePublicKey: bytes(root + 20),
  encryptionKey: bytes(root + 40),
});
const leaves: LeafFacts[] = WHO.map(({ accountId, leafIndex }) => ({
  ...holder(accountId, leafIndex),
  leafIndex,
}));
const context: ContextFacts = { roles, externalSenders: bytes(9), engineVersion: ENGINE_VERSION, others: [] };
const group: GroupFacts = { groupId: bytes(7), epoch: 4, context, leaves };
const conversation = {
  kind: "group",
  people: WHO.map(({ accountId, rank }) => ({ accountId, rank })),
} as unknown as ConversationRecord;

function commits({ leafIndex }: Who, ...proposals: readonly object[]): boolean {
  const by = { kind: "member" as const, leafIndex };
  const verdict = judgeCommit(group, {
    epoch: 4,
    sender: by,
    proposals: proposals.map((one) => ({ ...one, by }) as ProposalFacts),
    pathHolder: undefined,
    retired: undefined,
    linkKey: undefined,
    departed: undefined,
  });
  return verdict.kind === "allowed";
}

const rules = (by: Who, next: Partial<RoleList>, ...more: readonly object[]) =>
  commits(by, { kind: "context", context: { ...context, roles: { ...roles, ...next } } }, ...more);
const without = (all: readonly AccountId[], { accountId }: Who) => all.filter((one) => one !== accountId);

function ranks(by: Who, whom: Who, to: "admin" | "moderator" | "member"): boolean {
  const given = (rank: Rank, all: readonly AccountId[]) =>
    (to === rank ? [...without(all, whom), whom.accountId] : without(all, whom)).sort();
  return rules(by, {
    admins: given("admin", roles.admins),
    moderators: given("moderator", roles.moderators),
  });
}

const right = (which: Right) => (by: Who) => may(roles, by.accountId, which);
const asked = { sender: newId<AccountId>(), messageId: newId<MessageId>() } as MessageRecord;
const slow = { ...roles, rights: rightsOf({ ...whoMayBy(roles.rights), slow: 60 }) };

/** In the words of the table; a deed about somebody is asked about everybody else. */
const ALONE: Record<string, (by: Who) => boolean> = {
  "write *": right("write"),
  "add people *": (by) => commits(by, { kind: "add", holder: holder(newId<AccountId>(), 99) }),
  "pin *": right("pin"),
  "name, describe and picture the group *": right("about"),
  "make and revoke links (whoever may add)": (by) =>
    rules(by, {
      linkKeys: [{ publicKey: bytes(8), by: by.accountId, expiresAt: 1, uses: 1, approval: false }],
    }),
  "write without the pause of slow mode": ({ accountId }) => pauseOf(slow, accountId) === 0,
  "call everybody with @all": ({ accountId }) => mayCallAll(conversation, accountId),
  "close polls of others": ({ accountId }) =>
    applyToPoll(
      asked,
      { options: ["a", "b"], several: false },
      { deed: { kind: "close", target: asked.messageId }, sender: accountId, at: 1 },
      conversation,
    ) !== undefined,
  "set how long messages last": ({ accountId }) => maySetTimer(conversation, accountId),
  "change these rights": (by) =>
    rules(by, { rights: rightsOf({ ...whoMayBy(roles.rights), pin: "admins" }) }),
  "make admins, and take it back": (by) =>
    ranks(by, first("member"), "admin") && ranks(by, of("admin")[1] as Who, "member"),
  "hand the group over": (by) =>
    rules(by, { owner: first("admin").accountId, admins: without(roles.admins, first("admin")) }),
  "end the group": (by) =>
    rules(
      by,
      { ended: true },
      ...WHO.filter((one) => one !== by).map(({ leafIndex }) => ({ kind: "remove", leafIndex })),
    ),
};
const ABOUT: Record<string, (by: Who, whom: Who) => boolean> = {
  "delete messages of others for everybody": (by, whom) =>
    mayDelete(conversation, by.accountId, whom.accountId),
  "remove somebody": (by, { leafIndex }) => commits(by, { kind: "remove", leafIndex }),
  "make moderators and plain members": (by, whom) =>
    ranks(by, whom, whom.rank === "moderator" ? "member" : "moderator"),
};

function cellOf(deed: string, rank: Rank): Cell {
  const by = first(rank);
  const alone = ALONE[deed];
  if (alone) return alone(by) ? "yes" : "no";
  // The owner has no other rank to be given: see "hand the group over".
  const others = WHO.filter((one) => one !== by && (one.rank !== "owner" || !deed.startsWith("make")));
  const reached = others.filter((whom) => ABOUT[deed]?.(by, whom));
  if (reached.length === 0) return "no";
  const lower = others.filter((whom) => RANKS.indexOf(whom.rank) > RANKS.indexOf(rank));
  expect([deed, rank, reached]).toEqual([deed, rank, lower]);
  return "lower";
}

async function readTable(): Promise<Map<string, readonly string[]>> {
  const readme = await Bun.file(`${import.meta.dir}/../../src/conversations/README.md`).text();
  const rows = [...readme.matchAll(/^ *\| (.+) \|$/gm)].map(([, row = ""]) => row.split(" | "));
  const [[, ...head] = [], ...body] = rows;
  expect(head).toEqual([...RANKS]);
  return new Map(body.map(([deed = "", ...cells]) => [deed, cells]));
}

test("the table of who may do what says of each rank and deed what is so", async () => {
  const table = await readTable();
  expect([...table.keys()].sort()).toEqual([...Object.keys(ALONE), ...Object.keys(ABOUT)].sort());
  for (const [deed, cells] of table)
    expect([deed, cells]).toEqual([deed, RANKS.map((rank) => cellOf(deed, rank))]);
});

const SAID: Record<Fixed, string> = {
  links: "make and revoke links (whoever may add)",
  no_pause: "write without the pause of slow mode",
  call_all: "call everybody with @all",
  close_polls: "close polls of others",
  delete_others: "delete messages of others for everybody",
  timers: "set how long messages last",
  remove: "remove somebody",
  ranks: "make moderators and plain members",
  rules: "change these rights",
  admins: "make admins, and take it back",
  hand_over: "hand the group over",
  end: "end the group",
};

test("what people are told about it is the same", () => {
  const lowest = { owner: 0, admins: 1, moderators: 2, members: 3 };
  for (const [deed, who] of Object.entries(FIXED) as [Fixed, (typeof FIXED)[Fixed]][]) {
    const from = "as" in who ? whoMayBy(roles.rights)[who.as] : who.from;
    const yes = "ofLower" in who ? "lower" : "yes";
    const told = RANKS.map((_, height) => (height <= lowest[from] ? yes : "no"));
    expect([deed, told]).toEqual([deed, RANKS.map((rank) => cellOf(SAID[deed], rank))]);
  }
});

test("what the rights leave to choose goes by what was chosen, link making by adding", () => {
  for (const level of ["members", "moderators", "admins"] as const) {
    const open = {
      ...roles,
      rights: rightsOf({ ...whoMayBy(roles.rights), write: level, pin: level, about: level }),
    };
    for (const which of ["write", "pin", "about"] as const) {
      const allowed = WHO.filter(({ accountId }) => may(open, accountId, which)).map(({ rank }) => rank);
      const lowest = { members: 3, moderators: 2, admins: 1 }[level];
      expect([level, which, allowed]).toEqual([
        level,
        which,
        WHO.map(({ rank }) => rank).filter((rank) => RANKS.indexOf(rank) <= lowest),
      ]);
    }
  }
});
