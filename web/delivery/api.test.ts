import { afterAll, expect, test } from "bun:test";
import { findAccount, listInvites, signIn } from "../../src/protocol/accounts.ts";
import { encodeBinary } from "../../src/protocol/codec.ts";
import { syncConversation } from "../../src/protocol/delivery.ts";
import { type ConversationId, newId } from "../../src/protocol/ids.ts";
import { makeCall } from "./api.ts";
import { Refused, Unreachable } from "./failures.ts";

let answer: (request: Request) => Response | Promise<Response> = () => new Response();
const server = Bun.serve({ port: 0, hostname: "localhost", fetch: (request) => answer(request) });
afterAll(() => server.stop(true));
const call = makeCall(`http://localhost:${server.port}`, fetch);

test("path and query are filled from the input, and nothing else is sent", async () => {
  let asked = "";
  answer = (request) => {
    asked = request.url;
    return new Response(encodeBinary({ events: [], upTo: 0, head: 0 }));
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
