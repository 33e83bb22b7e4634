import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { register, signIn, whoAmI } from "../protocol/accounts.ts";
import { SOCKET_PATH } from "../protocol/delivery.ts";
import { refusalBody } from "../protocol/refusal-body.ts";
import { REFUSALS, type RefusalCode } from "../protocol/refusals.ts";
import { CONTENT_TYPE } from "../protocol/route.ts";
import { SIZE } from "../protocol/values.ts";
import { openCast, type Player } from "../testing/cast.ts";
import { answerOfUpgrade } from "../testing/listen.ts";
import { setUpOwner } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { openWebAssets } from "./web-assets.ts";

const folder = mkdtempSync(join(tmpdir(), "elahe-shell-"));
writeFileSync(join(folder, "index.html"), "<!doctype html><title>Elahe</title>");
let appliance: TestApp;

beforeAll(async () => {
  appliance = await openTestApp({ assets: openWebAssets(folder) });
});
afterAll(async () => {
  await appliance.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Over the network. */
const send = (path: string, init: RequestInit = {}) =>
  fetch(`${appliance.origin}${path}`, { redirect: "manual", ...init });

const post = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  send(path, {
    method: "POST",
    body,
    headers: { origin: appliance.origin, "content-type": CONTENT_TYPE.json, ...headers },
  });

const refusal = async (response: Response) => {
  const { errorCode } = (await response.json()) as { errorCode: string };
  return [response.status, errorCode];
};

const ann = JSON.stringify({ username: "ann", password: "some long password" });

describe("a changing request", () => {
  test("of another site is refused", async () => {
    const answered = await post(signIn.path, ann, { origin: "https://evil.example" });
    expect(await refusal(answered)).toEqual([403, "request.foreign_origin"]);
  });

  test("of an opaque origin is refused", async () => {
    const answered = await post(signIn.path, ann, { origin: "null" });
    expect(await refusal(answered)).toEqual([403, "request.foreign_origin"]);
  });

  test("without an origin is refused, unless the browser says it is this site's own", async () => {
    const headers = { "content-type": CONTENT_TYPE.json };
    const without = await send(signIn.path, { method: "POST", body: ann, headers });
    expect(await refusal(without)).toEqual([403, "request.foreign_origin"]);
    const own = { ...headers, "sec-fetch-site": "same-origin" };
    const with_ = await send(signIn.path, { method: "POST", body: ann, headers: own });
    expect(await refusal(with_)).toEqual([401, "session.wrong_credentials"]);
  });

  test.each([
    ["no JSON", "{", CONTENT_TYPE.json],
    ["a list", "[]", CONTENT_TYPE.json],
    ["null", "null", CONTENT_TYPE.json],
    ["another type", ann, "text/plain"],
    ["a form", "username=ann", "application/x-www-form-urlencoded"],
    ["a member missing", '{"username":"ann"}', CONTENT_TYPE.json],
    ["a member of another kind", '{"username":"ann","password":7}', CONTENT_TYPE.json],
  ])("with %s for a body is malformed", async (_, body, type) => {
    const answered = await post(signIn.path, body, { "content-type": type });
    expect(await refusal(answered)).toEqual([400, "request.malformed"]);
  });

  test("larger than allowed is refused", async () => {
    const answered = await post(signIn.path, "x".repeat(SIZE.requestJson + 1));
    expect(await refusal(answered)).toEqual([413, "request.too_large"]);
  });
});

test("a host that is no host is refused in the API's form", async () => {
  const request = Object.defineProperty(new Request(appliance.origin), "url", { value: "http://[::bad/" });
  expect(await refusal(await appliance.server.fetch(request))).toEqual([400, "request.malformed"]);
});

test.each(["http://a/", "http://ab:3000/", "http://box/"])(
  "a host as short as %s is no other",
  async (host) => {
    const ask = (path: string, init: RequestInit = {}) =>
      appliance.server.fetch(new Request(`${host}${path}`, init));
    const page = await ask("");
    expect([page.status, await page.text()]).toEqual([200, "<!doctype html><title>Elahe</title>"]);
    expect(await (await ask("api/health/live")).json()).toEqual({ status: "live" });
    expect(await (await ask("api/sessions/current?x=1")).json()).toEqual({ me: null });
    expect(await refusal(await ask("api/nowhere"))).toEqual([404, "request.not_found"]);
    expect((await ask("chat")).headers.get("location")).toBe("/auth/sign-in?next=%2Fchat");
    const headers = { origin: appliance.origin, "content-type": CONTENT_TYPE.json };
    const posted = await ask("api/sessions", { method: "POST", body: ann, headers });
    expect(await refusal(posted)).toEqual([401, "session.wrong_credentials"]);
  },
);

test("a short host over the network is the same", async () => {
  const { port } = new URL(appliance.origin);
  const answered = await fetch(`http://localhost:${port}/api/health/live`, { headers: { host: "a" } });
  expect(await answered.json()).toEqual({ status: "live" });
});

test("a refused password is repeated neither in the answer nor in the log", async () => {
  const password = "hunter2-".repeat(200);
  const refused = await post(register.path, JSON.stringify({ username: "ann", password }));
  expect(refused.status).toBe(400);
  const wrong = await post(signIn.path, JSON.stringify({ username: "ann", password: "hunter2-wrong" }));
  const said = [await refused.text(), await wrong.text(), ...appliance.logged].join("\n");
  expect(said).not.toContain("hunter2");
});

test("an unknown address of the API is refused in the API's form, in every method", async () => {
  for (const method of ["GET", "POST", "DELETE", "PUT", "OPTIONS"]) {
    const answered = await send("/api/nowhere", { method, headers: { origin: appliance.origin } });
    expect(await refusal(answered)).toEqual([404, "request.not_found"]);
  }
});

test("every answer forbids what no page of ours needs", async () => {
  for (const path of ["/", "/nowhere", "/chat", whoAmI.path, "/api/nowhere", "/api/health/live"]) {
    const { headers } = await send(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  }
});

test("camera and microphone stay with our own pages", async () => {
  const policy = (await send("/")).headers.get("permissions-policy") ?? "";
  expect(policy).toContain("camera=(self)");
  expect(policy).toContain("microphone=(self)");
});

test("the API's answers are kept by nobody", async () => {
  for (const path of [whoAmI.path, "/api/nowhere", "/api/health"]) {
    expect((await send(path)).headers.get("cache-control")).toBe("no-store");
  }
});

test.each(["/", "/auth/sign-in", "/auth/login", "/auth/register", "/setup/abcdefgh", "/invite/abcdefgh"])(
  "the page %s is served",
  async (path) => {
    const answered = await send(path);
    expect([answered.status, answered.headers.get("content-type")]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
  },
);

test("a page that does not exist says so, with the app's own page", async () => {
  const answered = await send("/nowhere");
  expect(answered.status).toBe(404);
  expect(await answered.text()).toContain("<title>Elahe</title>");
});

test("the chat sends strangers to sign in and remembers where they were going", async () => {
  const answered = await send("/chat?source=pwa");
  expect(answered.status).toBe(302);
  expect(answered.headers.get("location")).toBe("/auth/sign-in?next=%2Fchat%3Fsource%3Dpwa");
  const details = await send("/chat/AAAAAAAAAAAAAAAAAAAAAA/details");
  expect(details.headers.get("location")).toContain("details");
  const contact = await send("/to/samira");
  expect(contact.headers.get("location")).toBe("/auth/sign-in?next=%2Fto%2Fsamira");
  const group = await send("/join/AAAAAAAAAAAAAAAAAAAAAA");
  expect(group.headers.get("location")).toBe("/auth/sign-in?next=%2Fjoin%2FAAAAAAAAAAAAAAAAAAAAAA");
});

test("a page is not changed by posting to it", async () => {
  const answered = await post("/auth/sign-in", "username=ann");
  expect(answered.headers.get("allow")).toBe("GET, HEAD");
  expect(await refusal(answered)).toEqual([405, "request.wrong_method"]);
});

test("a page that does not exist is shown also to who has the app's page already", async () => {
  const tag = (await send("/")).headers.get("etag") ?? "";
  const headers = { "if-none-match": tag };
  expect((await send("/", { headers })).status).toBe(304);
  const answered = await send("/nowhere", { headers });
  expect([answered.status, await answered.text()]).toEqual([
    404,
    expect.stringContaining("<title>Elahe</title>"),
  ]);
});

test("every refusal has the one form and the headers of all answers, that of a socket too", async () => {
  const { origin } = appliance;
  const { cookie = "" } = await setUpOwner(appliance);
  const answers = [
    await answerOfUpgrade(appliance, { origin }),
    await answerOfUpgrade(appliance, { origin, cookie }),
    await answerOfUpgrade(appliance, { origin: "https://evil.example" }),
    await post("/nowhere", ""),
    await send("/api/nowhere"),
    await post(signIn.path, "x".repeat(SIZE.requestJson + 1)),
    await post(signIn.path, "x".repeat(SIZE.request + 1)),
  ];
  for (const answered of answers) {
    expect(answered.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(answered.headers.get("cache-control")).toBe("no-store");
    const said = v.parse(refusalBody, await answered.json());
    expect(answered.headers.get("x-request-id")).toBe(said.requestId);
    expect(REFUSALS[said.errorCode as RefusalCode].status).toBe(answered.status as 400);
  }
  expect(answers.map(({ status }) => status)).toEqual([401, 403, 403, 405, 404, 413, 413]);
});

test("what is no socket's beginning is told what the address takes, and too many sockets when to come again", async () => {
  const small = await openTestApp({
    config: { limits: { ...appliance.app.config.limits, socketsPerAccount: 0 } },
  });
  const [full] = (await openCast(small, "ada")) as [Player];
  const refused = await answerOfUpgrade(small, { origin: small.origin, cookie: full.cookie });
  expect(refused.headers.get("retry-after")).toBe("30");
  expect(await refusal(refused)).toEqual([429, "request.too_many"]);
  await small.close();
  const other = await openTestApp();
  const [bea] = (await openCast(other, "bea")) as [Player];
  const headers = { origin: other.origin, cookie: bea.cookie, upgrade: "h2c", connection: "Upgrade" };
  const answered = await fetch(`${other.origin}${SOCKET_PATH}`, { headers });
  expect(answered.headers.get("upgrade")).toBe("websocket");
  expect(await refusal(answered)).toEqual([426, "request.not_a_socket"]);
  await other.close();
});

test("what was refused stands in the log at its ordinary level, by what was asked and never with what was sent", async () => {
  const answered = await post("/api/invites/check", JSON.stringify({ code: "hunter2hunter2hunter2!" }));
  const { requestId } = v.parse(refusalBody, await answered.json());
  const lines = appliance.logged.map((line) => JSON.parse(line));
  expect(lines.find((line) => line.event === "request_refused" && line.requestId === requestId)).toEqual({
    time: expect.any(String),
    level: "info",
    event: "request_refused",
    requestId,
    method: "POST",
    route: "/api/invites/check",
    status: 400,
    errorCode: "request.malformed",
  });
  await send("/api/secret-hunter2");
  expect(appliance.logged.join("")).toContain('"route":"/api/*"');
  expect(appliance.logged.join("")).not.toContain("hunter2");
});

test("while it stops, a server says that it lives and is not ready, and takes nothing more", async () => {
  const other = await openTestApp();
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const writer = body.writable.getWriter();
  const slow = other.server.fetch(
    new Request(`${other.origin}${signIn.path}`, {
      method: "POST",
      headers: { origin: other.origin, "content-type": CONTENT_TYPE.json },
      body: body.readable,
    }),
  );
  const stopped = other.server.stop();
  const live = await fetch(`${other.origin}/api/health/live`);
  expect([live.status, await live.json()]).toEqual([200, { status: "live" }]);
  const ready = await fetch(`${other.origin}/api/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: "not ready" }]);
  expect(await refusal(await fetch(`${other.origin}${whoAmI.path}`))).toEqual([503, "server.stopping"]);
  await writer.write(new TextEncoder().encode(ann));
  await writer.close();
  expect(await refusal(await slow)).toEqual([401, "session.wrong_credentials"]);
  await stopped;
  await other.app.close();
});

test("the server says whether it lives and is ready", async () => {
  expect(await (await send("/api/health/live")).json()).toEqual({ status: "live" });
  expect(await (await send("/api/health/ready")).json()).toEqual({ status: "ready" });
  expect((await send("/api/health")).status).toBe(200);
});

test("a server without its database lives but is not ready", async () => {
  const other = await openTestApp();
  await other.app.db.close();
  const ready = await fetch(`${other.origin}/api/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: "not ready" }]);
  expect((await fetch(`${other.origin}/api/health/live`)).status).toBe(200);
  const crashed = await other.call(signIn, { username: "ann", password: "some long password" });
  expect(crashed.refused?.errorCode).toBe("server.crashed");
  await other.server.stop();
});

test("a stopped server leaves its port to the next", async () => {
  const first = await openTestApp();
  const { port } = first.server;
  await first.close();
  const second = await openTestApp({ config: { port } });
  expect((await fetch(`http://localhost:${port}/api/health`)).status).toBe(200);
  await second.close();
});
