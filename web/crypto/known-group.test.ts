import { beforeAll, expect, test } from "bun:test";
import { type ConversationId, type MessageId, newId } from "../../src/protocol/ids.ts";
import type { RoleList } from "../../src/protocol/role-list.ts";
import { externalSender, now, oneKeyPackage, type Person, somebody } from "../testing/people-with-keys.ts";
import { addDevices, changeRoles, commitUpdate, encodeGroupInfo } from "./commit.ts";
import { commitLawlessly } from "./commit-lawlessly.ts";
import { foundGroup } from "./found-group.ts";
import { factsOf, type Group, listMembers } from "./group.ts";
import { joinExternally, readShown } from "./join-externally.ts";
import { joinFromWelcome } from "./join-group.ts";
import { type KnownGroup, knownBy, objectionToShown } from "./known-group.ts";
import { receiveCommit } from "./receive-commit.ts";
import { traceCommits } from "./trace-commits.ts";

/** ada's group with ben and cleo, who are plain members. */
let ada: Person;
let ben: Person;
let cleo: Person;
let eve: Person;
let adas: Group;
let bens: Group;
let cleos: Group;

beforeAll(async () => {
  [ada, ben, cleo, eve] = (await Promise.all([1, 2, 3, 4].map(somebody))) as [Person, Person, Person, Person];
  const offers = await Promise.all([ben, cleo].map(oneKeyPackage));
  const founded = await foundGroup({
    conversationId: newId<ConversationId>(),
    generation: 0,
    kind: "group",
    device: ada.device,
    peer: null,
    peers: offers.map(({ publicBytes }) => publicBytes),
    externalSender,
    commitId: newId<MessageId>(),
    now: now(),
  });
  adas = founded.pending;
  const welcome = founded.first.welcome ?? new Uint8Array();
  const enter = (person: Person, index: number) =>
    joinFromWelcome({
      ...expected(),
      welcome,
      privateBytes: offers[index]?.privateBytes ?? new Uint8Array(),
      device: person.device,
    });
  [bens, cleos] = [await enter(ben, 0), await enter(cleo, 1)];
});

const expected = () => ({
  conversationId: adas.conversationId,
  generation: 0,
  externalSender,
  roles: "group" as const,
});
const idOf = ({ identity }: Person) => identity.accountId;
const commitId = () => newId<MessageId>();

async function after(group: Group, commit: Uint8Array): Promise<Group> {
  const received = await receiveCommit(group, commit);
  if (received.kind === "removed") throw new Error("removed");
  return received.group;
}

/** By the people whom cleo remembers, where the group itself is lost. */
function remembered(roles: Partial<KnownGroup["roles"]> = {}): KnownGroup {
  const known = { owner: idOf(ada), admins: [], moderators: [], rights: adas.roles.rights, ...roles };
  return { accounts: [ada, ben, cleo].map(idOf), past: [], roles: known };
}

async function objection(known: KnownGroup, groupInfo: Uint8Array): Promise<string | undefined> {
  const { facts, signer } = await readShown({ groupInfo, device: cleo.device, ...expected() });
  return objectionToShown(known, facts, signer);
}

async function invite(group: Group, who: Person) {
  const { publicBytes } = await oneKeyPackage(who);
  return addDevices(group, { commitId: commitId(), keyPackages: [publicBytes], now: now() });
}

test("a group that is shown as it was known is come back into, whoever signed it", async () => {
  const { bundle } = await commitUpdate(bens, commitId());
  for (const known of [knownBy(factsOf(cleos)), remembered()])
    expect(await objection(known, bundle.groupInfo)).toBeUndefined();
});

test("a member without the right puts nobody in charge and brings nobody in by what they sign", async () => {
  const { publicBytes } = await oneKeyPackage(eve);
  const roles = bens.roles;
  const link = { publicKey: new Uint8Array(32), by: idOf(ada), expiresAt: 0, uses: 0, approval: false };
  const lies: [string, RoleList | undefined, boolean][] = [
    ["owner", { ...roles, owner: idOf(ben) }, false],
    ["admin", { ...roles, admins: [idOf(ben)] }, false],
    ["rights", { ...roles, rights: { addMembers: "members" } }, false],
    ["a link", { ...roles, linkKeys: [link] }, false],
    ["eve", undefined, true],
  ];
  for (const [lie, list, hasEve] of lies) {
    const add = hasEve ? [publicBytes] : [];
    const { groupInfo } = await commitLawlessly(bens, { add, ...(list ? { roles: list } : {}) });
    for (const known of [knownBy(factsOf(cleos)), remembered()])
      expect([lie, await objection(known, groupInfo)]).not.toEqual([lie, undefined]);
  }
});

test("what whoever may do it has signed is believed, though nothing else is left of it", async () => {
  const grown = await invite(adas, eve);
  const promoted = await changeRoles(adas, {
    commitId: commitId(),
    roles: { ...adas.roles, admins: [idOf(ben)] },
  });
  for (const { bundle } of [grown, promoted])
    for (const known of [knownBy(factsOf(cleos)), remembered()])
      expect(await objection(known, bundle.groupInfo)).toBeUndefined();
});

test("somebody known with another root key than before is not believed to be them", async () => {
  const known = knownBy(factsOf(cleos));
  const leaves = known.state?.leaves.map((leaf) => ({ ...leaf, rootPublicKey: new Uint8Array(32) })) ?? [];
  const others: KnownGroup = { ...known, state: { ...factsOf(cleos), leaves } };
  expect(await objection(others, await encodeGroupInfo(bens))).toContain("root key");
});

test("whom nobody knows vouches for nothing", async () => {
  const accounts = [ada, cleo].map(idOf);
  expect(await objection({ ...remembered(), accounts }, await encodeGroupInfo(bens))).toContain("vouches");
});

test("commits are traced from where a device stands behind its later self, and show who may be in", async () => {
  const later = await commitUpdate(cleos, commitId());
  const [adasNext, bensNext] = [
    await after(adas, later.bundle.commit),
    await after(bens, later.bundle.commit),
  ];
  const grown = await invite(adasNext, eve);
  const back = await joinExternally({
    groupInfo: grown.bundle.groupInfo,
    device: ben.device,
    ...expected(),
    commitId: commitId(),
    now: now(),
  });
  const bensLast = await commitUpdate(back.pending, commitId());
  expect(bensNext.epoch).toBe(adasNext.epoch);
  const handshakes = [later, grown, back, bensLast].map(({ bundle }) => bundle.commit);
  const traced = await traceCommits(cleos, handshakes);
  const last = factsOf(bensLast.pending);
  expect(traced.epoch).toBe(cleos.epoch + 4);
  expect(traced.leaves).toEqual([...listMembers(bensLast.pending)]);
  expect(await objection(knownBy(traced), bensLast.bundle.groupInfo)).toBeUndefined();
  expect(last.leaves.map(({ accountId }) => accountId)).toContain(idOf(eve));
  const without = await traceCommits(cleos, handshakes.slice(0, 1));
  expect(await objection(knownBy(without), bensLast.bundle.groupInfo)).toContain("may not add");
});

test("a trace ends at a commit that may not be, is changed, or is missing", async () => {
  const first = await commitUpdate(cleos, commitId());
  const bensNext = await after(bens, first.bundle.commit);
  const lawless = await commitLawlessly(bensNext, { roles: { ...bens.roles, owner: idOf(ben) } });
  const changed = (await commitUpdate(bensNext, commitId())).bundle.commit.slice();
  changed[changed.length - 200] = (changed[changed.length - 200] ?? 0) ^ 1;
  const missing = (await commitUpdate((await commitUpdate(bensNext, commitId())).pending, commitId())).bundle;
  for (const next of [lawless.commit, changed, missing.commit]) {
    const traced = await traceCommits(cleos, [first.bundle.commit, next]);
    expect([traced.epoch, traced.context.roles.owner]).toEqual([cleos.epoch + 1, idOf(ada)]);
  }
});
