import { expect, test } from "bun:test";
import { readPage } from "./routes.ts";

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

test("an address that means nothing is said to mean nothing", () => {
  for (const path of ["/nothing", "/auth/nothing", "/chat/short", `/chat/${ID}/nothing`, "/setup"])
    expect(readPage(path, "")).toEqual({ kind: "not_found" });
});
