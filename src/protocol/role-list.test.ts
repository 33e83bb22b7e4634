import { expect, test } from "bun:test";
import fc from "fast-check";
import { conversationOf, groupIdOf } from "./group-id.ts";
import { type AccountId, type ConversationId, newId } from "./ids.ts";
import { closedCircle, decodeRoleList, encodeRoleList, type RoleList } from "./role-list.ts";

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
  ];
  for (const roles of wrong) expect(decodeRoleList(encodeRoleList(roles))).toBeUndefined();
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
