import { afterAll, expect, test } from "bun:test";
import * as v from "valibot";
import * as accounts from "../../../src/protocol/accounts.ts";
import { findAccount, listInvites, signIn } from "../../../src/protocol/accounts.ts";
import { encodeBinary } from "../../../src/protocol/codec.ts";
import * as conversations from "../../../src/protocol/conversations.ts";
import * as delivery from "../../../src/protocol/delivery.ts";
import { syncConversation } from "../../../src/protocol/delivery.ts";
import * as devices from "../../../src/protocol/devices.ts";
import { type ConversationId, newId } from "../../../src/protocol/ids.ts";
import type { Route } from "../../../src/protocol/route.ts";
import { SIZE } from "../../../src/protocol/values.ts";
import { Refused, Unreachable } from "../failures.ts";
import { makeCall } from "./api.ts";

let answer: (request: Request) => Response | Promise<Response> = () => new Response();
const server = Bun.serve({ port: 0, hostname: "localhost", fetch: (request) => answer(request) });
afterAll(() => server.stop(true));
const call = makeCall(`http://localhost:${server.port}`, fetch);

test("path and query are filled from the input, and nothing else is sent", async () => {
  let asked = "";
  answer = (request) => {
    asked = request.url;
    return new Response(encodeBinary({ events: [], upTo: 0, head: 0, counter: 0 }));
  };
  const conversationId = newId<ConversationId>();
  await call(syncConversation, { conversationId, after: 7 });
  expect(new URL(asked).pathname).toBe(`/api/conversations/${conversationId}/events`);
  expect(new URL(asked).search).toBe("?after=7");
});

test("a username cannot reach another path", async () => {
  let asked = "";
  answer = (request) => {
    asked = new URL(request.url).pathname;
    return Response.json({ error: "", errorCode: "account.not_found", requestId: "r" }, { status: 404 });
  };
  await call(findAccount, { username: "../../invites" }).catch(() => undefined);
  expect(asked).toBe("/api/accounts/by-username/..%2F..%2Finvites");
});

test("a refusal carries its code and request id", async () => {
  const body = { error: "", errorCode: "session.wrong_credentials", requestId: "abc" };
  answer = () => Response.json(body, { status: 401 });
  const refused = await call(signIn, { username: "a", password: "b" }).catch((cause) => cause);
  expect(refused).toBeInstanceOf(Refused);
  expect(refused).toMatchObject({ code: "session.wrong_credentials", requestId: "abc" });
});

test("a busy or failing server is to be asked again, not before it says", async () => {
  answer = () => new Response(null, { status: 429, headers: { "retry-after": "60" } });
  const busy = await call(listInvites, {}).catch((cause) => cause);
  expect(busy).toBeInstanceOf(Unreachable);
  expect(busy.retryAt).toBeGreaterThan(Date.now() + 55_000);
});

test("a name that could be drawn as another, or turn a line, is no answer", async () => {
  const named = (username: string) => encodeBinary({ accountId: newId(), username, rootPublicKey: null });
  for (const name of ["\u202earas", "sаra", "Sara", "sa ra", "sa", "s".repeat(33), "سارا", "sara\u200d"]) {
    answer = () => new Response(named(name));
    expect(await call(findAccount, { username: "a" }).catch((cause) => cause)).toBeInstanceOf(Unreachable);
  }
  answer = () => new Response(named("sara.k-1"));
  expect((await call(findAccount, { username: "a" })).username).toBe("sara.k-1");
});

test("an answer without end is left, whether or not it says how large it is", async () => {
  let sent = 0;
  answer = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          sent += 65_536;
          controller.enqueue(new Uint8Array(65_536));
        },
      }),
    );
  expect(await call(listInvites, {}).catch((cause) => cause)).toBeInstanceOf(Unreachable);
  expect(sent).toBeLessThan(4 * SIZE.answer);
  answer = () => new Response(new Uint8Array(SIZE.answer + 1));
  expect(await call(listInvites, {}).catch((cause) => cause)).toBeInstanceOf(Unreachable);
});

test("every list in an answer has an end", () => {
  const endless = (schema: unknown, path: string): string[] => {
    if (typeof schema !== "object" || schema === null) return [];
    const { type, pipe, item, entries, wrapped, options } = schema as Record<string, unknown>;
    const bounded = Array.isArray(pipe) && pipe.some((action) => action.type === "max_length");
    const open = (type === "array" || type === "string") && !bounded && !hasForm(pipe);
    const inner = Object.entries((entries ?? {}) as object).flatMap(([name, one]) =>
      endless(one, `${path}.${name}`),
    );
    const others = [item, wrapped, ...(Array.isArray(options) ? options : [])].flatMap((one) =>
      typeof one === "object" ? endless(one, `${path}[]`) : [],
    );
    return [...(open ? [path] : []), ...inner, ...others];
  };
  const hasForm = (pipe: unknown) => Array.isArray(pipe) && pipe.some((action) => action.type === "regex");
  const declared: readonly unknown[] = Object.values({
    ...accounts,
    ...conversations,
    ...delivery,
    ...devices,
  });
  const routes = declared.filter(
    (one): one is Route => typeof one === "object" && one !== null && "output" in one,
  );
  expect(routes.length).toBeGreaterThan(20);
  expect(routes.flatMap((route) => endless(route.output, `${route.method} ${route.path}`))).toEqual([]);
  expect(endless(v.object({ a: v.array(v.object({ b: v.string() })) }), "x")).toEqual(["x.a", "x.a[].b"]);
});

test("an answer that is not what the route declares is no answer", async () => {
  for (const body of [
    new Uint8Array([0xc1]),
    encodeBinary({ accountId: "x", username: "a", rootPublicKey: null }),
    encodeBinary({ accountId: newId(), username: "a", rootPublicKey: new Uint8Array(31) }),
  ]) {
    answer = () => new Response(body);
    expect(await call(findAccount, { username: "a" }).catch((cause) => cause)).toBeInstanceOf(Unreachable);
  }
  answer = () => Response.json({ errorCode: "made.up" }, { status: 400 });
  expect(await call(findAccount, { username: "a" }).catch((cause) => cause)).toBeInstanceOf(Unreachable);
});
