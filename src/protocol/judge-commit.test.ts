import { expect, test } from "bun:test";
import fc from "fast-check";
import { ENGINE_VERSION } from "./group-id.ts";
import { type AccountId, type DeviceId, newId } from "./ids.ts";
import {
  type Author,
  type CommitFacts,
  type ContextFacts,
  type GroupFacts,
  type Holder,
  judgeCommit,
  type LeafFacts,
  type ProposalFacts,
} from "./judge-commit.ts";
import { closedCircle, type RoleList } from "./role-list.ts";

const bytes = (fill: number) => new Uint8Array(32).fill(fill);

function holder(accountId: AccountId, root: number, deviceId = newId<DeviceId>()): Holder {
  return {
    accountId,
    deviceId,
    rootPublicKey: bytes(root),
    signaturePublicKey: crypto.getRandomValues(bytes(0)),
    encryptionKey: crypto.getRandomValues(bytes(0)),
  };
}

function contextWith(roles: RoleList): ContextFacts {
  return { roles, externalSenders: bytes(9), engineVersion: ENGINE_VERSION, others: [] };
}

const [ada, ben, eve] = [newId<AccountId>(), newId<AccountId>(), newId<AccountId>()];
const adasPhone: LeafFacts = { ...holder(ada, 1), leafIndex: 0 };
const bensPhone: LeafFacts = { ...holder(ben, 2), leafIndex: 1 };
const adasTablet: LeafFacts = { ...holder(ada, 1), leafIndex: 2 };

const direct: GroupFacts = {
  groupId: bytes(7),
  epoch: 4,
  context: contextWith(closedCircle(ada, ben)),
  leaves: [adasPhone, bensPhone, adasTablet],
};

/** Owned by Ada, with Ben as admin and Eve as member. */
const evesPhone: LeafFacts = { ...holder(eve, 3), leafIndex: 3 };
const roles: RoleList = {
  version: 1,
  kind: "group",
  circle: [],
  owner: ada,
  admins: [ben],
  moderators: [],
  rights: { addMembers: "admins" },
  linkKeys: [],
};
const club: GroupFacts = { ...direct, context: contextWith(roles), leaves: [...direct.leaves, evesPhone] };

const by = ({ leafIndex }: LeafFacts): Extract<Author, { kind: "member" }> => ({ kind: "member", leafIndex });

function commitBy(leaf: LeafFacts, proposals: readonly ProposalFacts[]): CommitFacts {
  return {
    epoch: 4,
    sender: by(leaf),
    proposals,
    pathHolder: undefined,
    retired: undefined,
    linkKey: undefined,
    departed: undefined,
  };
}

const adding = (author: LeafFacts, added: Holder): ProposalFacts => ({
  kind: "add",
  by: by(author),
  holder: added,
});
const removing = (author: LeafFacts, { leafIndex }: LeafFacts): ProposalFacts => ({
  kind: "remove",
  by: by(author),
  leafIndex,
});
const changing = (author: LeafFacts, context: ContextFacts | undefined): ProposalFacts => ({
  kind: "context",
  by: by(author),
  context,
});
const verdictOn = (group: GroupFacts, commit: CommitFacts) => judgeCommit(group, commit).kind;

test("a member adds further devices of the two people of a direct conversation, own and other", () => {
  const added = holder(ben, 2);
  const verdict = judgeCommit(direct, commitBy(adasPhone, [adding(adasPhone, added)]));
  expect(verdict.kind === "allowed" && verdict.added).toEqual([{ ...added, leafIndex: 3 }]);
  expect(verdict.kind === "allowed" && verdict.after.epoch).toBe(5);
  expect(verdictOn(direct, commitBy(adasPhone, [adding(adasPhone, holder(ada, 1))]))).toBe("allowed");
});

test("nobody else gets into a direct conversation, nor a device under another root or twice", () => {
  const attempts = [holder(eve, 3), holder(ben, 4), bensPhone].map((added) => [adding(adasPhone, added)]);
  const twice = holder(ben, 2);
  attempts.push([adding(adasPhone, twice), adding(adasPhone, twice)]);
  for (const proposals of attempts) expect(verdictOn(direct, commitBy(adasPhone, proposals))).toBe("refused");
});

test("a person removes own devices, never the one they commit with, never the other person", () => {
  expect(verdictOn(direct, commitBy(adasPhone, [removing(adasPhone, adasTablet)]))).toBe("allowed");
  expect(verdictOn(direct, commitBy(adasPhone, [removing(adasPhone, adasPhone)]))).toBe("refused");
  expect(verdictOn(direct, commitBy(adasPhone, [removing(adasPhone, bensPhone)]))).toBe("refused");
});

test("the freed slot goes to the first device added by the same commit", () => {
  const commit = commitBy(adasPhone, [removing(adasPhone, adasTablet), adding(adasPhone, holder(ada, 1))]);
  const verdict = judgeCommit(direct, commit);
  expect(verdict.kind === "allowed" && verdict.added.map(({ leafIndex }) => leafIndex)).toEqual([2]);
});

test("the server may propose removals and nothing else", () => {
  const server: Author = { kind: "server" };
  const remove: ProposalFacts = { kind: "remove", by: server, leafIndex: 1 };
  const add: ProposalFacts = { kind: "add", by: server, holder: holder(ben, 2) };
  const context: ProposalFacts = { kind: "context", by: server, context: club.context };
  expect(verdictOn(direct, commitBy(adasPhone, [remove]))).toBe("allowed");
  expect(verdictOn(direct, commitBy(adasPhone, [add]))).toBe("refused");
  expect(verdictOn(club, commitBy(adasPhone, [context]))).toBe("refused");
});

test("in a group who may add people is said by its rights, and by rank who may remove whom", () => {
  const stranger = holder(newId<AccountId>(), 5);
  const cases: [LeafFacts, ProposalFacts, string][] = [
    [adasPhone, adding(adasPhone, stranger), "allowed"],
    [bensPhone, adding(bensPhone, stranger), "allowed"],
    [evesPhone, adding(evesPhone, stranger), "refused"],
    [evesPhone, adding(evesPhone, holder(eve, 3)), "allowed"],
    [bensPhone, removing(bensPhone, evesPhone), "allowed"],
    [bensPhone, removing(bensPhone, adasPhone), "refused"],
    [evesPhone, removing(evesPhone, bensPhone), "refused"],
    [adasPhone, removing(adasPhone, bensPhone), "allowed"],
  ];
  for (const [author, proposal, outcome] of cases)
    expect(verdictOn(club, commitBy(author, [proposal]))).toBe(outcome as "allowed");
});

test("rights of moderators to add people are theirs alone, and let them make links but change nothing else", () => {
  const open: RoleList = {
    ...roles,
    moderators: [eve],
    rights: { addMembers: "moderators", write: "admins" },
  };
  const group = { ...club, context: contextWith(open) };
  const added = adding(evesPhone, holder(newId<AccountId>(), 5));
  const slower = contextWith({ ...open, rights: { ...open.rights, slow: 60 } });
  expect(verdictOn(group, commitBy(evesPhone, [added]))).toBe("allowed");
  expect(verdictOn(group, commitBy(evesPhone, [changing(evesPhone, slower)]))).toBe("refused");
  const plain = { ...club, context: contextWith({ ...open, moderators: [] }) };
  expect(verdictOn(plain, commitBy(evesPhone, [added]))).toBe("refused");
});

test("roles change only by who has the right by the list before", () => {
  const promoted = contextWith({ ...roles, admins: [ben, eve] });
  const moderated = contextWith({ ...roles, moderators: [eve] });
  const handedOver = contextWith({ ...roles, owner: ben, admins: [] });
  const cases: [LeafFacts, ContextFacts | undefined, string][] = [
    [adasPhone, promoted, "allowed"],
    [adasPhone, handedOver, "allowed"],
    [bensPhone, moderated, "allowed"],
    [bensPhone, contextWith({ ...roles, rights: { addMembers: "members", write: "admins" } }), "allowed"],
    [evesPhone, contextWith({ ...roles, rights: { addMembers: "members" } }), "refused"],
    [bensPhone, promoted, "refused"],
    [bensPhone, handedOver, "refused"],
    [evesPhone, moderated, "refused"],
    [adasPhone, undefined, "refused"],
    [adasPhone, { ...club.context, externalSenders: bytes(8) }, "refused"],
    [adasPhone, { ...club.context, engineVersion: ENGINE_VERSION + 1 }, "refused"],
    [adasPhone, { ...club.context, others: [4] }, "refused"],
    [adasPhone, contextWith({ ...roles, owner: newId<AccountId>() }), "refused"],
  ];
  for (const [author, context, outcome] of cases)
    expect(verdictOn(club, commitBy(author, [changing(author, context)]))).toBe(outcome as "allowed");
  expect(verdictOn(direct, commitBy(adasPhone, [changing(adasPhone, direct.context)]))).toBe("refused");
});

test("a channel stays one and a group a group, also by the word of its owner", () => {
  const rights = { addMembers: "admins", write: "admins" } as const;
  const channel = contextWith({ ...roles, rights: { ...rights, channel: true } });
  const slower = contextWith({ ...roles, rights: { ...rights, channel: true, slow: 60 } });
  const channelClub = { ...club, context: channel };
  const owner = (next: ContextFacts) => commitBy(adasPhone, [changing(adasPhone, next)]);
  expect(verdictOn(channelClub, owner(slower))).toBe("allowed");
  expect(verdictOn(channelClub, owner(contextWith({ ...roles, rights })))).toBe("refused");
  expect(verdictOn(club, owner(channel))).toBe("refused");
});

test("a group is ended by its owner alone, and only with everybody else taken out", () => {
  const ended = contextWith({ ...roles, admins: [], moderators: [], linkKeys: [], ended: true });
  const ending = (author: LeafFacts, ...gone: LeafFacts[]) =>
    verdictOn(
      club,
      commitBy(author, [...gone.map((leaf) => removing(author, leaf)), changing(author, ended)]),
    );
  const others = club.leaves.filter(({ accountId }) => accountId !== ada);
  expect(ending(adasPhone, ...others)).toBe("allowed");
  expect(ending(adasPhone, ...others.slice(1))).toBe("refused");
  expect(ending(adasPhone)).toBe("refused");
  const byAdmin = contextWith({ ...roles, ended: true });
  expect(verdictOn(club, commitBy(bensPhone, [changing(bensPhone, byAdmin)]))).toBe("refused");
  const over = { ...club, context: ended, leaves: club.leaves.filter(({ accountId }) => accountId === ada) };
  expect(verdictOn(over, commitBy(adasPhone, [adding(adasPhone, holder(ben, 7))]))).toBe("refused");
});

test("the owner leaves only after handing over, unless the server takes them out", () => {
  const alone = { ...club, leaves: [adasPhone, bensPhone] };
  const byServer: ProposalFacts = { kind: "remove", by: { kind: "server" }, leafIndex: 0 };
  expect(verdictOn(alone, commitBy(bensPhone, [byServer]))).toBe("allowed");
  expect(verdictOn(alone, commitBy(bensPhone, [removing(adasPhone, adasPhone)]))).toBe("refused");
});

test("a group whose owner the server took out goes on, and cannot be handed to somebody who is not there", () => {
  const without = { ...club, leaves: club.leaves.filter(({ accountId }) => accountId !== ada) };
  expect(verdictOn(without, commitBy(bensPhone, []))).toBe("allowed");
  expect(verdictOn(without, commitBy(bensPhone, [removing(bensPhone, evesPhone)]))).toBe("allowed");
  const moderated = changing(bensPhone, contextWith({ ...roles, moderators: [eve] }));
  expect(verdictOn(without, commitBy(bensPhone, [moderated]))).toBe("allowed");
  const taken = changing(bensPhone, contextWith({ ...roles, owner: ben, admins: [] }));
  expect(verdictOn(without, commitBy(bensPhone, [taken]))).toBe("refused");
});

test("whoever left is taken out by anybody, from a group only, and nobody else with them", () => {
  const taken = (group: GroupFacts, target: LeafFacts, departed: AccountId | undefined) =>
    verdictOn(group, {
      ...commitBy(group === club ? evesPhone : adasPhone, [
        removing(group === club ? evesPhone : adasPhone, target),
      ]),
      departed,
    });
  expect(taken(club, bensPhone, ben)).toBe("allowed");
  expect(taken(club, bensPhone, undefined)).toBe("refused");
  expect(taken(club, bensPhone, eve)).toBe("refused");
  expect(taken(club, adasPhone, ben)).toBe("refused");
  expect(taken(direct, bensPhone, ben)).toBe("refused");
});

test("whoever goes with a commit comes back in it only by those who may add people", () => {
  const server: Author = { kind: "server" };
  const again = (author: LeafFacts, gone: ProposalFacts, added = holder(eve, 3), departed?: AccountId) =>
    verdictOn(club, { ...commitBy(author, [gone, adding(author, added)]), departed });
  const expelled: ProposalFacts = { kind: "remove", by: server, leafIndex: evesPhone.leafIndex };
  const bensExpelled: ProposalFacts = { kind: "remove", by: server, leafIndex: bensPhone.leafIndex };
  expect(again(evesPhone, bensExpelled, holder(ben, 2))).toBe("refused");
  expect(again(evesPhone, bensExpelled, bensPhone)).toBe("refused");
  expect(again(evesPhone, removing(evesPhone, bensPhone), bensPhone, ben)).toBe("refused");
  for (const author of [adasPhone, bensPhone]) {
    expect(again(author, expelled)).toBe("allowed");
    expect(again(author, expelled, evesPhone)).toBe("allowed");
    expect(again(author, removing(author, evesPhone), evesPhone, eve)).toBe("allowed");
  }
  const other = holder(ada, 1);
  const tabletGone: ProposalFacts = { kind: "remove", by: server, leafIndex: adasTablet.leafIndex };
  expect(again(evesPhone, tabletGone, other)).toBe("allowed");
  expect(again(evesPhone, removing(evesPhone, adasTablet), other, ada)).toBe("refused");
  expect(again(evesPhone, tabletGone, holder(ada, 5))).toBe("refused");
  expect(verdictOn(direct, commitBy(adasPhone, [bensExpelled, adding(adasPhone, bensPhone)]))).toBe(
    "allowed",
  );
});

test("a path names the device that commits", () => {
  const commit = commitBy(adasPhone, []);
  expect(verdictOn(direct, { ...commit, pathHolder: adasPhone })).toBe("allowed");
  expect(verdictOn(direct, { ...commit, pathHolder: bensPhone })).toBe("refused");
});

function comingBack(joiner: Holder, leaf: LeafFacts, retired?: CommitFacts["retired"]): CommitFacts {
  const newcomer: Author = { kind: "newcomer" };
  return {
    epoch: 4,
    sender: newcomer,
    pathHolder: joiner,
    retired,
    linkKey: undefined,
    departed: undefined,
    proposals: [
      { kind: "remove", by: newcomer, leafIndex: leaf.leafIndex },
      { kind: "external_init", by: newcomer },
    ],
  };
}

test("an external commit replaces the joiner's own leaf, or one that a device-log entry names", () => {
  const fresh = holder(ada, 1);
  const named = { accountId: ada, deviceId: adasTablet.deviceId };
  expect(verdictOn(direct, comingBack(adasTablet, adasTablet))).toBe("allowed");
  expect(verdictOn(direct, comingBack(fresh, adasTablet, named))).toBe("allowed");
  expect(verdictOn(direct, comingBack(fresh, adasTablet))).toBe("refused");
  expect(verdictOn(direct, comingBack(fresh, adasPhone, named))).toBe("refused");
  expect(verdictOn(direct, comingBack(fresh, bensPhone, { ...named, deviceId: bensPhone.deviceId }))).toBe(
    "refused",
  );
  expect(verdictOn(direct, comingBack(holder(ada, 6, adasTablet.deviceId), adasTablet))).toBe("refused");
  expect(verdictOn(direct, comingBack(holder(eve, 3), adasTablet, named))).toBe("refused");
});

test("an external commit without a removal, with two, or with anything else is refused", () => {
  const commit = comingBack(adasTablet, adasTablet);
  const [remove, init] = commit.proposals;
  if (!remove || !init) throw new Error("no proposals");
  const newcomer: Author = { kind: "newcomer" };
  const also: ProposalFacts[][] = [
    [init],
    [remove],
    [init, init],
    [remove, init, { kind: "remove", by: newcomer, leafIndex: 0 }],
    [remove, init, { kind: "add", by: newcomer, holder: holder(ada, 1) }],
    [remove, init, { kind: "other", by: newcomer }],
    [{ kind: "remove", by: { kind: "server" }, leafIndex: 2 }, init],
  ];
  for (const proposals of also) expect(verdictOn(direct, { ...commit, proposals })).toBe("refused");
  expect(verdictOn(direct, { ...commit, pathHolder: undefined })).toBe("refused");
});

test("whatever is proposed, a direct conversation keeps its two people, roles, roots and server", () => {
  const accounts = fc.constantFrom(ada, ben, eve);
  const author = fc.oneof(
    fc.nat(4).map((leafIndex): Author => ({ kind: "member", leafIndex })),
    fc.constantFrom<Author>({ kind: "server" }, { kind: "newcomer" }),
  );
  const someHolder = fc.oneof(
    fc.tuple(accounts, fc.integer({ min: 1, max: 4 })).map(([account, root]) => holder(account, root)),
    fc.constantFrom<Holder>(adasPhone, bensPhone, adasTablet),
  );
  const proposal = fc.oneof(
    fc.record({ kind: fc.constant("add" as const), by: author, holder: someHolder }),
    fc.record({ kind: fc.constant("update" as const), by: author, holder: someHolder }),
    fc.record({ kind: fc.constant("remove" as const), by: author, leafIndex: fc.nat(4) }),
    fc.record({
      kind: fc.constant("context" as const),
      by: author,
      context: fc.constantFrom(undefined, club.context, direct.context),
    }),
    fc.record({ kind: fc.constantFrom("other" as const, "external_init" as const), by: author }),
  );
  const commit = fc.record({
    epoch: fc.constantFrom(3, 4, 4, 4, 5),
    sender: author.filter((one) => one.kind !== "server"),
    proposals: fc.array(proposal, { maxLength: 4 }),
    pathHolder: fc.option(someHolder, { nil: undefined }),
    retired: fc.option(fc.constant({ accountId: ada, deviceId: adasTablet.deviceId }), { nil: undefined }),
    linkKey: fc.option(fc.constant(bytes(8)), { nil: undefined }),
    departed: fc.option(accounts, { nil: undefined }),
  });
  fc.assert(
    fc.property(commit, (facts) => {
      const verdict = judgeCommit(direct, facts as CommitFacts);
      if (verdict.kind === "refused") return;
      expect(facts.epoch).toBe(4);
      expect(verdict.after.context).toBe(direct.context);
      for (const leaf of verdict.after.leaves)
        expect(leaf.rootPublicKey).toEqual(bytes(leaf.accountId === ada ? 1 : 2));
      const indexes = verdict.after.leaves.map(({ leafIndex }) => leafIndex);
      expect(new Set(indexes).size).toBe(indexes.length);
      const devices = verdict.after.leaves.map(({ deviceId }) => deviceId);
      expect(new Set(devices).size).toBe(devices.length);
    }),
    { numRuns: 3000 },
  );
});
