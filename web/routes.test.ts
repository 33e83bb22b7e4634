import { expect, test } from "bun:test";
import { readPage, withNext } from "./routes.ts";

const ID = "AAAAAAAAAAAAAAAAAAAAAA";

test("every address of the app has its page", () => {
  expect(readPage("/", "")).toEqual({ kind: "landing" });
  expect(readPage("/auth/sign-in", "?next=/chat/x")).toEqual({ kind: "sign_in", next: "/chat/x" });
  expect(readPage("/auth/login", "")).toEqual({ kind: "sign_in", next: "/chat" });
  expect(readPage("/auth/register", "?invite=abc")).toEqual({
    kind: "register",
    next: "/chat",
    inviteCode: "abc",
  });
  expect(readPage("/invite/abc", "")).toEqual({ kind: "register", next: "/chat", inviteCode: "abc" });
  expect(readPage("/setup/abc", "")).toEqual({ kind: "set_up", token: "abc" });
  expect(readPage("/chat", "?source=pwa").kind).toBe("chat");
  expect(readPage("/chat/new", "?to=samira")).toMatchObject({ pane: "conversation", writeTo: "samira" });
  expect(readPage("/chat/new", "")).toMatchObject({ pane: "list", asksWhom: true });
  expect(readPage("/chat/settings", "")).toMatchObject({ kind: "chat", pane: "settings" });
  expect(readPage(`/chat/${ID}`, "")).toMatchObject({ pane: "conversation", conversationId: ID });
  expect(readPage(`/chat/${ID}/details`, "")).toMatchObject({ pane: "details", conversationId: ID });
});

test("a link that somebody gave leads to them, with the fingerprint behind its #", () => {
  const fingerprint = "F".repeat(43);
  const pane = { kind: "chat", pane: "conversation", conversationId: undefined, writeTo: "samira" } as const;
  expect(readPage("/to/samira", "", `#${fingerprint}`)).toEqual({ ...pane, fingerprint });
  expect(readPage("/to/Samira", "", "#short")).toEqual(pane);
  expect(readPage("/to/two%20words", "", "")).toEqual({ kind: "not_found" });
  const invited = readPage("/invite/abc", "", `#samira.${fingerprint}`);
  const next = `/to/samira#${fingerprint}`;
  expect(invited).toEqual({ kind: "register", next, inviteCode: "abc" });
  expect(withNext("/auth/sign-in", next)).toBe(`/auth/sign-in?next=%2Fto%2Fsamira#${fingerprint}`);
  expect(readPage("/auth/sign-in", "?next=%2Fto%2Fsamira", `#${fingerprint}`)).toEqual({
    kind: "sign_in",
    next,
  });
  expect(readPage("/invite/abc", "", "#//evil.example")).toMatchObject({ next: "/chat" });
});

test("a link into a group keeps its secret behind the #, through signing in and registering", () => {
  const secret = "S".repeat(43);
  const join = { linkId: ID, secret };
  expect(readPage(`/join/${ID}`, "", `#${secret}`)).toMatchObject({ kind: "chat", join });
  expect(readPage("/join/short", "", `#${secret}`)).toEqual({ kind: "not_found" });
  const next = `/join/${ID}#${secret}`;
  for (const path of ["/auth/sign-in", "/auth/register"]) {
    expect(withNext(path, next)).toBe(`${path}?next=%2Fjoin%2F${ID}#${secret}`);
    expect(readPage(path, `?next=%2Fjoin%2F${ID}`, `#${secret}`)).toMatchObject({ next });
  }
});

test("the code of a browser to be linked keeps behind the #, through signing in", () => {
  const code = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV";
  const next = `/chat/link#${code}`;
  expect(readPage("/chat/link", "", `#${code}`)).toMatchObject({ pane: "settings", deviceCode: code });
  expect(readPage("/chat/link", "")).toMatchObject({ pane: "settings", deviceCode: "" });
  expect(withNext("/auth/sign-in", next)).toBe(`/auth/sign-in?next=%2Fchat%2Flink#${code}`);
  expect(readPage("/auth/sign-in", "?next=%2Fchat%2Flink", `#${code}`)).toMatchObject({ next });
});

test("an address that means nothing is said to mean nothing", () => {
  for (const path of ["/nothing", "/auth/nothing", "/chat/short", `/chat/${ID}/nothing`, "/setup"])
    expect(readPage(path, "")).toEqual({ kind: "not_found" });
});
