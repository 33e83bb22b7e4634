import { expect, test } from "bun:test";
import { judgePassword } from "./judge-password.ts";

test.each(["correct horse battery", "گذرواژه‌ی بلند من", "Tr0ub4dor&3xyz", "zmqpalxkwo"])(
  "%p is accepted",
  async (password) => {
    await judgePassword(password, "sara");
  },
);

test.each([
  ["short", "password.too_short"],
  ["123456789", "password.too_short"],
  ["😀😀😀😀😀😀😀😀😀", "password.too_short"],
  ["x1".repeat(129), "password.too_long"],
  ["sara-sara1", "password.like_username"],
  ["my.sara.99", "password.like_username"],
  ["xxarasxx12", "password.like_username"],
  ["1234567890", "password.too_common"],
  ["qwertyuiop", "password.too_common"],
  ["Password2024!", "password.too_common"],
  ["!!Football99", "password.too_common"],
  ["dragondragon", "password.too_common"],
  ["aaaaaaaaaaaaaa", "password.too_common"],
  ["abababababab", "password.too_common"],
  ["abcdefghijklm", "password.too_common"],
  ["zyxwvutsrqp", "password.too_common"],
])("%p is refused with %s", async (password, code) => {
  await expect(judgePassword(password, "sara")).rejects.toThrow(code);
});

test("a password may contain a short name when enough else stands in it", async () => {
  await judgePassword("validation of nothing", "ali");
});
