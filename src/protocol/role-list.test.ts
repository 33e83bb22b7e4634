import { expect, test } from "bun:test";
import fc from "fast-check";
import { rightsOf } from "./choose-rights.ts";
import { encodeBinary } from "./codec.ts";
import { conversationOf, groupIdOf } from "./group-id.ts";
import { type AccountId, type ConversationId, newId } from "./ids.ts";
import { LEVELS, SLOW_MODES, whoMayBy } from "./rights.ts";
import {
  closedCircle,
  decodeRoleList,
  encodeRoleList,
  foundingChannel,
  foundingRoles,
  may,
  pauseOf,
  type RoleList,
} from "./role-list.ts";

const [ada, ben] = [newId<AccountId>(), newId<AccountId>()];

test("both people of a direct conversation write the same role list", () => {
  expect(encodeRoleList(closedCircle(ada, ben))).toEqual(encodeRoleList(closedCircle(ben, ada)));
  expect(decodeRoleList(encodeRoleList(closedCircle(ada, ben)))).toEqual(closedCircle(ada, ben));
  expect(decodeRoleList(encodeRoleList(closedCircle(ada, ada)))?.kind).toBe("saved");
});

test("a list whose kind, circle and owner do not belong together is none", () => {
  const direct = closedCircle(ada, ben);
  const wrong: RoleList[] = [
    { ...direct, owner: ada },
    { ...direct, circle: [ada] },
    { ...direct, circle: [...direct.circle].reverse() },
    { ...direct, admins: [ada] },
    { ...direct, kind: "group" },
    { ...direct, kind: "saved" },
    { ...direct, rights: { addMembers: "members", write: "admins" } },
  ];
  for (const roles of wrong) expect(decodeRoleList(encodeRoleList(roles))).toBeUndefined();
});

test("a channel is a group that only those in charge write and let people into", () => {
  const channel = foundingChannel(ada);
  const { rights } = channel;
  expect(decodeRoleList(encodeRoleList(channel))).toEqual(channel);
  const wrong: RoleList[] = [
    { ...channel, rights: { addMembers: "admins", channel: true } },
    { ...channel, rights: { ...rights, write: "moderators" } },
    { ...channel, rights: { ...rights, addMembers: "members" } },
    { ...closedCircle(ada, ben), rights },
  ];
  for (const roles of wrong) expect(decodeRoleList(encodeRoleList(roles))).toBeUndefined();
});

const level = fc.constantFrom(...LEVELS);
const anyRights = fc.record({
  addMembers: level,
  write: level,
  pin: level,
  about: level,
  slow: fc.constantFrom(0 as const, ...SLOW_MODES),
});

test("every choice of rights comes back as it was made", () => {
  fc.assert(
    fc.property(anyRights, (chosen) => {
      const roles = { ...foundingRoles(ada), rights: rightsOf(chosen) };
      expect(whoMayBy(decodeRoleList(encodeRoleList(roles))?.rights ?? roles.rights)).toEqual(chosen);
      expect(decodeRoleList(encodeRoleList(roles))).toEqual(roles);
    }),
  );
});

test("a list of before there was a choice means what it meant, and spells it as it did", () => {
  const { kind, circle, owner, admins, moderators, linkKeys } = foundingRoles(ada);
  const rights = { addMembers: "admins" };
  const old = encodeBinary({ version: 1, kind, circle, owner, admins, moderators, rights, linkKeys });
  const roles = decodeRoleList(old) ?? closedCircle(ada, ben);
  expect(whoMayBy(roles.rights)).toEqual({
    addMembers: "admins",
    write: "members",
    pin: "moderators",
    about: "admins",
    slow: 0,
  });
  expect(encodeRoleList(roles)).toEqual(old);
});

test("a right that is said has one spelling: what is the default stands in no list", () => {
  for (const said of [
    { write: "members" },
    { pin: "moderators" },
    { about: "admins" },
    { slow: 0 },
    { slow: 7 },
  ]) {
    const rights = { addMembers: "admins", ...said };
    expect(decodeRoleList(encodeBinary({ ...foundingRoles(ada), rights }))).toBeUndefined();
  }
});

test("each right reaches down to its rank, and slow mode is for plain members alone", () => {
  const cleo = newId<AccountId>();
  const roles: RoleList = {
    ...foundingRoles(ada),
    moderators: [ben],
    rights: { addMembers: "moderators", write: "moderators", about: "members", slow: 60 },
  };
  const rightsFor = (account: AccountId) =>
    (["addMembers", "write", "pin", "about"] as const).map((right) => may(roles, account, right));
  expect(rightsFor(ada)).toEqual([true, true, true, true]);
  expect(rightsFor(ben)).toEqual([true, true, true, true]);
  expect(rightsFor(cleo)).toEqual([false, false, false, true]);
  expect([ada, ben, cleo].map((account) => pauseOf(roles, account))).toEqual([0, 0, 60]);
});

test("arbitrary bytes are no role list", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => decodeRoleList(bytes) === undefined));
});

test("a group id names its conversation and generation", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), (generation) => {
      const conversationId = newId<ConversationId>();
      expect(conversationOf(groupIdOf(conversationId, generation))).toEqual({ conversationId, generation });
    }),
  );
  expect(conversationOf(new Uint8Array(19))).toBeUndefined();
});
