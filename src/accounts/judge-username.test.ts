import { expect, test } from "bun:test";
import fc from "fast-check";
import { judgeUsername, readUsername } from "./judge-username.ts";

test("a name is kept in small letters, and full-width letters are the plain ones", () => {
  expect(judgeUsername("Sara.K-1_").username).toBe("sara.k-1_");
  expect(judgeUsername("ｓａｒａ").username).toBe("sara");
});

test.each([
  "ab",
  "1sara",
  "_sara",
  "sara!",
  "sa ra",
  "سارا",
  "аnna",
  "a".repeat(33),
  "sara@home",
  "",
  "sara\u0000x",
])("%p is not a username", (typed) => expect(() => judgeUsername(typed)).toThrow("username.invalid"));

test.each([
  "admin",
  "Adm1n",
  "r00t",
  "ELAHE",
  "sup.port",
  "e-l-a-h-e",
  "systern",
  "vvebrnaster",
  "aclmin",
  "mocierat0r",
  "All",
])("%p is reserved, however it is spelt", (typed) =>
  expect(() => judgeUsername(typed)).toThrow("username.reserved"),
);

test.each([
  ["mira", "rnira"],
  ["ali", "a1i"],
  ["sara", "s.a-r_a"],
  ["bob", "b0b"],
  ["willow", "vvill0vv"],
  ["daniel", "claniel"],
  ["adam", "acia.rn"],
  ["vwx", "vvvx"],
  ["wvx", "vvvx"],
  ["gooze", "g0o-ze"],
  ["rose", "ro5e"],
  ["lizzy", "li2zy"],
  ["bob", "bo8"],
  ["maggie", "ma9gie"],
])("%s and %s look alike", (one, other) => {
  expect(judgeUsername(one).skeleton).toBe(judgeUsername(other).skeleton);
});

test("names that merely resemble one another are two names", () => {
  const skeletons = ["sara", "zara", "carla", "dara", "ali3", "ali4", "ali6", "ali7"].map(
    (name) => judgeUsername(name).skeleton,
  );
  expect(new Set(skeletons).size).toBe(skeletons.length);
});

test("any text either is no username or reads the same a second time", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (typed) => {
      const read = readUsername(typed);
      if (read !== undefined) expect(readUsername(read.username)).toEqual(read);
    }),
  );
});
