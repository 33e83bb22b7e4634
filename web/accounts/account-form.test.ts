import { expect, test } from "bun:test";
import type { Me } from "../../src/protocol/accounts.ts";
import { AccountForm, type AccountInput, readInvite } from "./account-form.ts";

class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const nobody = {} as Me;

function filled(submit: (input: AccountInput) => Promise<Me>, inviteNeeded = false) {
  const done: Me[] = [];
  const form = new AccountForm({
    submit,
    done: (me) => done.push(me),
    invite: { needed: inviteNeeded, code: undefined },
  });
  form.username.value = "  amina ";
  form.password.value = " a long password ";
  return { form, done };
}

test("the name loses stray spaces and the password keeps them", async () => {
  const inputs: AccountInput[] = [];
  const { form, done } = filled(async (input) => {
    inputs.push(input);
    return nobody;
  });
  await form.submit();
  expect(inputs).toEqual([{ username: "amina", password: " a long password ", invite: "" }]);
  expect(done).toHaveLength(1);
});

test("a refusal stands at the field it is about and what was typed stays", async () => {
  const { form, done } = filled(() => Promise.reject(new Refused("username.taken")));
  await form.submit();
  expect(form.failure.value).toEqual({ code: "username.taken", field: "username" });
  expect(form.password.value).toBe(" a long password ");
  expect(form.busy.value).toBe(false);
  expect(done).toHaveLength(0);
});

test("wrong credentials are said about the whole form, never about one field", async () => {
  const { form } = filled(() => Promise.reject(new Refused("session.wrong_credentials")));
  await form.submit();
  expect(form.failure.value).toEqual({ code: "session.wrong_credentials", field: undefined });
});

test("pressing twice sends once", async () => {
  let sent = 0;
  let finish = (_: Me) => {};
  const { form } = filled(() => {
    sent += 1;
    return new Promise<Me>((resolve) => {
      finish = resolve;
    });
  });
  const first = form.submit();
  await form.submit();
  finish(nobody);
  await first;
  expect(sent).toBe(1);
});

test("a needed invite is asked for before anything is sent", async () => {
  const { form } = filled(() => Promise.reject(new Error("must not be called")), true);
  await form.submit();
  expect(form.failure.value).toEqual({ code: "missing", field: "invite" });
});

test("all that is missing is said at once", async () => {
  const { form } = filled(() => Promise.reject(new Error("must not be called")), true);
  form.password.value = "";
  await form.submit();
  expect(form.missing.value).toEqual(["invite", "password"]);
});

test("an error that is neither a refusal nor a lost connection is not swallowed", async () => {
  const { form } = filled(() => Promise.reject(new TypeError("bug")));
  await expect(form.submit()).rejects.toThrow("bug");
});

test("an invite is understood as a code or as a whole link", () => {
  expect(readInvite(" abc_DEF-1 ")).toBe("abc_DEF-1");
  expect(readInvite("https://chat.example.org/invite/abc_DEF-1")).toBe("abc_DEF-1");
  expect(readInvite("https://chat.example.org/invite/abc/?x=1")).toBe("abc");
});
