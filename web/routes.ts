import { signal } from "@preact/signals";
import * as v from "valibot";
import { username as usernameShape } from "../src/protocol/accounts.ts";
import {
  type ConversationId,
  conversationId,
  type LinkId,
  linkId as linkIdShape,
} from "../src/protocol/ids.ts";
import { nextPath } from "./accounts/next-path.ts";
import { showChange } from "./show-change.ts";

export type ChatPane = "list" | "conversation" | "details" | "settings";

export type Page =
  | { readonly kind: "landing" }
  | { readonly kind: "sign_in"; readonly next: string }
  | { readonly kind: "register"; readonly next: string; readonly inviteCode: string | undefined }
  | { readonly kind: "set_up"; readonly token: string }
  | {
      readonly kind: "chat";
      readonly pane: ChatPane;
      readonly conversationId: ConversationId | undefined;
      readonly writeTo?: string;
      /** Of whoever made the link that led here. */
      readonly fingerprint?: string;
      /** A link into a group, and what stood behind its `#`. */
      readonly join?: { readonly linkId: LinkId; readonly secret: string };
      /** Of a browser that waits to be linked: what stood behind `#`. */
      readonly deviceCode?: string;
      /** The sheet to find somebody stands open. */
      readonly asksWhom?: true;
    }
  | { readonly kind: "not_found" };

export const page = signal<Page>({ kind: "landing" });
/** Steps taken inside the app, so that "back" never leaves it. */
let depth = 0;

export function readPage(path: string, query: string, fragment = ""): Page {
  const parts = path.split("/").filter((part) => part !== "");
  const asked = new URLSearchParams(query);
  const next = nextPath(asked.get("next"), fragment);
  const [first, second, third] = parts;
  if (first === undefined) return { kind: "landing" };
  if (first === "auth" && parts.length === 2) {
    if (second === "sign-in" || second === "login") return { kind: "sign_in", next };
    if (second === "register")
      return { kind: "register", next, inviteCode: asked.get("invite") ?? undefined };
  }
  if (first === "invite" && second !== undefined && parts.length === 2)
    return { kind: "register", next: readInviter(fragment) ?? next, inviteCode: second };
  if (first === "setup" && second !== undefined && parts.length === 2)
    return { kind: "set_up", token: second };
  if (first === "chat" && second === "new" && parts.length === 2) return readFirstMessage(asked.get("to"));
  if (first === "to" && second !== undefined && parts.length === 2)
    return readContactLink(second, fragment.slice(1));
  if (first === "join" && second !== undefined && parts.length === 2)
    return readJoinLink(second, fragment.slice(1));
  if (first === "chat" && second === "link" && parts.length === 2)
    return { kind: "chat", pane: "settings", conversationId: undefined, deviceCode: fragment.slice(1) };
  if (first === "chat") return readChatPage(second, third, parts.length);
  return { kind: "not_found" };
}

export function startRoutes(): void {
  page.value = readPage(location.pathname, location.search, location.hash);
  addEventListener("popstate", (event) => {
    depth = Math.max(0, depth - 1);
    // A browser that slides the page itself, as on a swipe, has shown the change already.
    show("back", event instanceof PopStateEvent && event.hasUAVisualTransition);
  });
  document.addEventListener("click", followOwnLinks);
}

export function navigate(path: string, how: { replace?: boolean } = {}): void {
  if (path === location.pathname + location.search + location.hash) return;
  if (how.replace) history.replaceState(null, "", path);
  else {
    history.pushState(null, "", path);
    depth += 1;
  }
  show(how.replace ? "back" : "forward", false);
}

function show(way: "forward" | "back", shown: boolean): void {
  const next = readPage(location.pathname, location.search, location.hash);
  const change = () => {
    page.value = next;
  };
  if (shown || !movesBetweenPanes(page.value, next)) change();
  else showChange(way, change);
}

/** From the list to what was chosen in it, or from there to the list. */
function movesBetweenPanes(before: Page, after: Page): boolean {
  if (before.kind !== "chat" || after.kind !== "chat") return false;
  return (before.pane === "list") !== (after.pane === "list");
}

/** One step back within the app, or to `otherwise` where the app was entered here. */
export function goBack(otherwise: string): void {
  if (depth > 0) history.back();
  else navigate(otherwise, { replace: true });
}

export const CHAT = "/chat";
export const SETTINGS = "/chat/settings";
/** Behind the settings' address: what leads to making an invite. */
export const INVITING = "?invite";
/** And to the words that bring an account back. */
export const RECOVERY = "?recovery";
export const chatPath = (id: ConversationId) => `/chat/${id}`;
export const firstMessagePath = (username: string) => `/chat/new?to=${encodeURIComponent(username)}`;
export const detailsPath = (id: ConversationId) => `/chat/${id}/details`;
/** What stands behind `#` stays there: it is for no server to see. */
export function withNext(path: string, next: string): string {
  if (next === CHAT) return path;
  const [asked = "", fragment] = next.split("#");
  return `${path}?next=${encodeURIComponent(asked)}${fragment === undefined ? "" : `#${fragment}`}`;
}

function readFirstMessage(username: string | null): Page {
  if (!username) return { kind: "chat", pane: "list", conversationId: undefined, asksWhom: true };
  return { kind: "chat", pane: "conversation", conversationId: undefined, writeTo: username };
}

/** Behind `#`, which no browser sends to a server: the fingerprint of whoever made the link. */
export const contactPath = (username: string, fingerprint: string) => `/to/${username}#${fingerprint}`;
export const invitePath = (code: string, username: string, fingerprint: string) =>
  `/invite/${code}#${username}.${fingerprint}`;

/** The secret is for no server to see. */
export const joinPath = (linkId: LinkId, secret: string) => `/join/${linkId}#${secret}`;

/** The code is for no server to see. */
export const linkDevicePath = (code: string) => `/chat/link#${code}`;

function readJoinLink(named: string, secret: string): Page {
  const id = v.safeParse(linkIdShape, named);
  if (!id.success) return { kind: "not_found" };
  const join = { linkId: id.output, secret };
  return { kind: "chat", pane: "conversation", conversationId: undefined, join };
}

const FINGERPRINT = "[A-Za-z0-9_-]{43}";

function readContactLink(username: string, fingerprint: string): Page {
  const name = username.toLowerCase();
  if (!v.is(usernameShape, name)) return { kind: "not_found" };
  const shown = new RegExp(`^${FINGERPRINT}$`).test(fingerprint) ? { fingerprint } : {};
  return { kind: "chat", pane: "conversation", conversationId: undefined, writeTo: name, ...shown };
}

/** Whom somebody who was invited can write to at once. */
function readInviter(fragment: string): string | undefined {
  const [, name = "", fingerprint = ""] = fragment.match(`^#(.+)\\.(${FINGERPRINT})$`) ?? [];
  return v.is(usernameShape, name) ? contactPath(name, fingerprint) : undefined;
}

function readChatPage(second: string | undefined, third: string | undefined, parts: number): Page {
  if (second === undefined) return { kind: "chat", pane: "list", conversationId: undefined };
  if (second === "settings" && parts === 2)
    return { kind: "chat", pane: "settings", conversationId: undefined };
  const id = v.safeParse(conversationId, second);
  if (!id.success) return { kind: "not_found" };
  if (parts === 2) return { kind: "chat", pane: "conversation", conversationId: id.output };
  if (third === "details" && parts === 3) return { kind: "chat", pane: "details", conversationId: id.output };
  return { kind: "not_found" };
}

function followOwnLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link?.target !== "" || link.origin !== location.origin || link.hasAttribute("download")) return;
  if (link.hash !== "" && link.pathname === location.pathname) return;
  event.preventDefault();
  navigate(link.pathname + link.search + link.hash);
}
