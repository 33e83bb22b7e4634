import { afterEach, expect, test } from "bun:test";
import { type AccountId, newId } from "../../src/protocol/ids.ts";
import { forgetFaces, takeNicknames, takeProfiles } from "../people/faces.ts";
import { findMembers } from "./find-members.ts";

afterEach(forgetFaces);

const [leyla, tomas, zoe] = ["leyla.moradi", "tomas", "zoe99"].map((username) => ({
  accountId: newId<AccountId>(),
  username,
}));
const all = [leyla, tomas, zoe].flatMap((one) => one ?? []);
const found = (typed: string) => findMembers(all, typed).map(({ username }) => username);

test("members are found by username, by the name they chose and by what one calls them, in any script", () => {
  const [first, second, third] = all;
  if (!first || !second || !third) throw new Error("nobody");
  takeProfiles([
    { accountId: first.accountId, name: "لیلا مرادی", bio: "", picture: null },
    { accountId: third.accountId, name: "Zoë Ångström", bio: "", picture: null },
  ]);
  takeNicknames([{ ...second, nickname: "Uncle Tom" }]);
  expect(found("")).toEqual(["leyla.moradi", "tomas", "zoe99"]);
  expect(found("mora")).toEqual(["leyla.moradi"]);
  expect(found("ليلا")).toEqual(["leyla.moradi"]);
  expect(found("UNCLE")).toEqual(["tomas"]);
  expect(found("angstrom zoe")).toEqual(["zoe99"]);
  expect(found("zoe99")).toEqual(["zoe99"]);
  expect(found("nobody")).toEqual([]);
});
