import type { Proposal } from "ts-mls";
import type { Suite } from "../../src/protocol/devices.ts";
import { type ConversationId, type MessageId, newId } from "../../src/protocol/ids.ts";
import type { RoleList } from "../../src/protocol/role-list.ts";
import {
  anotherDevice,
  expected,
  externalSender,
  hear,
  join,
  now,
  oneKeyPackageFor,
  type Person,
  say,
  somebody,
  textOf,
} from "../testing/people-with-keys.ts";
import { addProposals, type CommitMade, commitUpdate, encodeGroupInfo, makeCommit } from "./commit.ts";
import { createAlone } from "./found-group.ts";
import { type Group, listMembers } from "./group.ts";
import { joinExternally } from "./join-externally.ts";
import { receiveCommit } from "./receive-commit.ts";
import { decodeGroup, encodeRatchets, encodeTree } from "./store-group.ts";

/** Test support, for Bun and for a page: a group that lives through random changes, checked after each. */
export interface Survived {
  readonly seed: number;
  readonly epochs: number;
  readonly most: number;
  readonly ghosts: number;
  readonly counts: Readonly<Record<Change, number>>;
}

const CHANGES = ["add", "remove", "replace", "update", "rejoin"] as const;
type Change = (typeof CHANGES)[number];

interface World {
  readonly suite: Suite;
  readonly random: () => number;
  /** Who is in, each with the group as that device holds it. */
  readonly members: { person: Person; group: Group }[];
  /** States of devices that were removed: none of them may follow or read. */
  readonly ghosts: Group[];
  readonly counts: Record<Change, number>;
}

/**
 * Adds, removes (several at once), removes and adds in one commit so that slots are filled again, updates,
 * external joins and restarts from bytes, as the seed has it. Throws when members disagree on the epoch
 * authenticator or the members, when one cannot read, or when a removed one can.
 */
export async function simulateGroup(of: { seed: number; changes: number; suite: Suite }): Promise<Survived> {
  const world = await beginWorld(of);
  let most = 1;
  for (let round = 0; round < of.changes; round += 1) {
    await change(world);
    await demandAgreement(world);
    await demandReadable(world, `round ${round}`);
    restartSomebody(world);
    most = Math.max(most, world.members.length);
  }
  const epochs = world.members[0]?.group.epoch ?? 0;
  return { seed: of.seed, epochs, most, ghosts: world.ghosts.length, counts: world.counts };
}

async function beginWorld({ seed, suite }: { seed: number; suite: Suite }): Promise<World> {
  const person = await somebody();
  const roles: RoleList = {
    version: 1,
    kind: "group",
    circle: [],
    owner: person.identity.accountId,
    admins: [],
    moderators: [],
    rights: { addMembers: "members" },
    linkKeys: [],
  };
  const conversationId = newId<ConversationId>();
  const { device } = person;
  const alone = await createAlone({
    conversationId,
    generation: 1,
    device,
    roles,
    externalSender,
    now: now(),
    suite,
  });
  const counts = { add: 0, remove: 0, replace: 0, update: 0, rejoin: 0 };
  return { suite, random: randomFrom(seed), members: [{ person, group: alone }], ghosts: [], counts };
}

async function change(world: World): Promise<void> {
  const small = world.members.length < 3;
  const large = world.members.length > 14;
  const kind = small ? "add" : large ? "remove" : pick(world, CHANGES);
  world.counts[kind] += 1;
  if (kind === "add") return commitChange(world, 1 + below(world, 3), 0);
  if (kind === "remove") return commitChange(world, 0, 1 + below(world, 4));
  if (kind === "replace") return commitChange(world, 1 + below(world, 2), 1 + below(world, 3));
  if (kind === "update") return update(world);
  return rejoin(world);
}

async function commitChange(world: World, adds: number, removes: number): Promise<void> {
  const [owner] = world.members;
  if (!owner) throw new Error("nobody is in");
  const committer = removes > 0 ? owner : pick(world, world.members);
  const others = world.members.filter((member) => member !== owner);
  const leaving = shuffled(world, others).slice(0, Math.min(removes, others.length - 1));
  const joining = await Promise.all(Array.from({ length: adds }, () => newcomer(world)));
  const offers = await Promise.all(joining.map((person) => oneKeyPackageFor(person, world.suite)));
  const removals = leaving.map(
    ({ group }): Proposal => ({
      proposalType: "remove",
      remove: { removed: group.state.privatePath.leafIndex },
    }),
  );
  const proposals = [
    ...removals,
    ...addProposals(
      offers.map(({ publicBytes }) => publicBytes),
      now(),
    ),
  ];
  const made = await makeCommit(committer.group, newId<MessageId>(), proposals);
  await spread(world, committer, made);
  for (const [index, person] of joining.entries()) {
    const offer = offers[index];
    if (!offer) throw new Error("no offer");
    world.members.push({ person, group: await join(person, offer, made.bundle.welcome, made.pending) });
  }
}

/** Somebody new, or a further device of somebody who is in. */
async function newcomer(world: World): Promise<Person> {
  return world.random() < 0.3 ? anotherDevice(pick(world, world.members).person) : somebody();
}

async function update(world: World): Promise<void> {
  const committer = pick(world, world.members);
  await spread(world, committer, await commitUpdate(committer.group, newId<MessageId>()));
}

/** A device that lost its state comes back in its own place. */
async function rejoin(world: World): Promise<void> {
  const lost = pick(world, world.members);
  const witness = world.members.find((member) => member !== lost);
  if (!witness) return;
  const made = await joinExternally({
    groupInfo: await encodeGroupInfo(witness.group),
    device: lost.person.device,
    ...expected(witness.group),
    commitId: newId<MessageId>(),
    now: now(),
  });
  world.ghosts.push(lost.group);
  await spread(world, lost, made);
}

/** Everybody receives the commit; those it removes become ghosts, and ghosts do not get in by it. */
async function spread(world: World, committer: World["members"][number], made: CommitMade): Promise<void> {
  for (const ghost of world.ghosts) {
    const received = await receiveCommit(ghost, made.bundle.commit).catch(() => undefined);
    if (received?.kind === "advanced") throw new Error("a removed device followed the group");
  }
  for (const member of [...world.members]) {
    if (member === committer) {
      member.group = made.pending;
      continue;
    }
    const received = await receiveCommit(member.group, made.bundle.commit);
    if (received.kind === "advanced") member.group = received.group;
    else {
      world.ghosts.push(member.group);
      world.members.splice(world.members.indexOf(member), 1);
    }
  }
}

async function demandAgreement({ members }: World): Promise<void> {
  const views = members.map(({ group }) => {
    const authenticator = group.state.keySchedule.epochAuthenticator.toHex();
    return `${authenticator} ${listMembers(group).map(({ leafIndex, deviceId }) => `${leafIndex} ${deviceId}`)}`;
  });
  if (new Set(views).size !== 1) throw new Error("members disagree on the group");
  const listed = members[0] ? listMembers(members[0].group).length : 0;
  if (listed !== members.length) throw new Error("the tree has other members than there are");
}

async function demandReadable(world: World, text: string): Promise<void> {
  const speaker = pick(world, world.members);
  const said = await say(speaker.group, text);
  speaker.group = said.group;
  for (const member of world.members) {
    if (member === speaker) continue;
    const heard = await hear(member.group, said);
    if (textOf(heard) !== text || heard.sender.deviceId !== speaker.person.device.deviceId || heard.forked)
      throw new Error("a member read something else");
    member.group = heard.group;
  }
  for (const ghost of world.ghosts) {
    const heard = await hear(ghost, said).catch(() => undefined);
    if (heard) throw new Error("a removed device read a message");
  }
}

function restartSomebody(world: World): void {
  const member = pick(world, world.members);
  const { group, person } = member;
  const { device } = person;
  member.group = decodeGroup({ tree: encodeTree(group), ratchets: encodeRatchets(group), device });
}

/** mulberry32: small, and the same sequence everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function below({ random }: World, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<Item>(world: World, items: readonly Item[]): Item {
  const item = items[below(world, items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function shuffled<Item>(world: World, items: readonly Item[]): Item[] {
  const keyed = items.map((item) => ({ item, at: world.random() }));
  return keyed.sort((one, other) => one.at - other.at).map(({ item }) => item);
}
