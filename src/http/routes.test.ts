import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { setupLink } from "../accounts/setup-link.ts";
import { LIMITS } from "../limits/take.ts";
import { createInvite, setUp, signOut, whoAmI } from "../protocol/accounts.ts";
import { encodeBinary } from "../protocol/codec.ts";
import { attachDevice } from "../protocol/devices.ts";
import { newId } from "../protocol/ids.ts";
import { refusalBody } from "../protocol/refusal-body.ts";
import { REFUSALS, type RefusalCode } from "../protocol/refusals.ts";
import { CONTENT_TYPE, type Route } from "../protocol/route.ts";
import { arbitraryInput, type Pool } from "../testing/arbitrary-input.ts";
import { found, foundClub, openCast, type Player, send, write } from "../testing/cast.ts";
import { type Person, signInAgain } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { ROUTES } from "./server.ts";

const routes = ROUTES.map(({ route }) => route);
const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);
const MINUTE = 60_000;

let appliance: TestApp;
/** The first administrator, at a device and in conversations. */
let owner: Player;
/** The same person without a device. */
let undevised: Person;
let pool: Pool;

beforeAll(async () => {
  appliance = await openTestApp();
  const [first, other] = (await openCast(appliance, "matilda", "ben")) as [Player, Player];
  owner = first;
  undevised = await signInAgain(appliance, owner);
  pool = await fillPool(owner, other);
});
afterAll(() => appliance.close());

/** What is really there to be asked for and sent. */
async function fillPool(one: Player, other: Player): Promise<Pool> {
  const talk = await found(appliance, one, other);
  const club = await foundClub(appliance, one, other);
  const message = await write(talk.group, "hello");
  await send(appliance, one, message);
  const { output } = await appliance.call(createInvite, {}, one);
  const made = [talk.founding, club.founding, message, one.registration, one.offered];
  return {
    ids: {
      AccountId: [one.me.accountId, other.me.accountId],
      ConversationId: [talk.conversationId, club.conversationId],
      MessageId: [message.messageId],
      DeviceId: [one.device.deviceId, other.device.deviceId],
      SessionId: [one.me.sessionId],
      InviteId: [output.invite.inviteId],
    },
    bytes: bytesIn(made),
  };
}

function bytesIn(value: unknown): Uint8Array<ArrayBuffer>[] {
  if (value instanceof Uint8Array) return [Uint8Array.from(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(bytesIn) : [];
}

test("no two routes share an address, and each is its own", () => {
  const shapes = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ":")}`);
  expect(new Set(shapes).size).toBe(shapes.length);
});

test("who asks without end is told to wait, and others are not", async () => {
  const server = await openTestApp();
  const token = (await setupLink(server.app))?.split("/").at(-1) ?? "";
  const { cookie } = await server.call(setUp, {
    token,
    username: "olga",
    password: "a long password of hers",
  });
  const asked = await Promise.all(
    Array.from({ length: LIMITS.read.burst + 50 }, () =>
      server.call(whoAmI, {}, cookie === undefined ? {} : { cookie }),
    ),
  );
  expect(asked.some(({ refused }) => refused?.errorCode === "request.too_many")).toBe(true);
  expect((await server.call(whoAmI, {})).refused).toBeUndefined();
  await server.close();
});

describe.each(named)("%s", (_, route) => {
  test("asks who it is before anything else", async () => {
    if (route.who === "anyone") return;
    const answered = await sendRaw(route, filledPath(route), encode(route, {}));
    expect(await codeOf(answered)).toBe("session.missing");
  });

  test("asks for a device where one is needed", async () => {
    if (route.who !== "device") return;
    const answered = await sendRaw(route, filledPath(route), encode(route, {}), undevised.cookie);
    expect(await codeOf(answered)).toBe("device.missing");
  });

  test("is tried below with inputs of which many fit its schema", () => {
    const inputs = fc.sample(arbitraryInput(route.input, pool), { numRuns: 400, seed: 1 });
    expect(inputs.filter((input) => v.is(route.input, input)).length).toBeGreaterThan(160);
  });

  test("answers arbitrary bytes and members with a refusal, never a crash", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryBody(route), fc.webQueryParameters(), async (body, query) => {
        const path = route.method === "POST" ? filledPath(route) : `${filledPath(route)}?${query}`;
        await expectProperAnswer(route, await sendRaw(route, path, new Uint8Array(body), cookieFor(route)));
      }),
      { numRuns: 15 },
    );
  });

  test("answers what fits its schema, or nearly does, with a refusal or what was asked for", async () => {
    const inputs = fc.oneof(arbitraryInput(route.input, pool), arbitraryInput(route.input, pool, true));
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        appliance.clock.advance(MINUTE);
        const { path, body } = asRequest(route, input);
        await expectProperAnswer(route, await sendRaw(route, path, body, cookieFor(route)));
      }),
      { numRuns: 30 },
    );
  });
});

/** Signing out, or to another device, would end what the other routes are tried with. */
function cookieFor(route: Route): string | undefined {
  if (route === signOut) return undefined;
  return route === attachDevice ? undevised.cookie : owner.cookie;
}

async function expectProperAnswer(route: Route, answered: Response): Promise<void> {
  expect(answered.status).toBeLessThan(500);
  if (answered.ok) return void (await answered.arrayBuffer());
  const said = v.parse(refusalBody, await answered.json());
  expect(REFUSALS[said.errorCode as RefusalCode]?.status).toBe(answered.status as 400);
  expect(said.requestId).not.toBe("");
  if (route !== signOut) expect(["session.missing", "device.missing"]).not.toContain(said.errorCode);
}

function arbitraryBody(route: Route) {
  const members = fc.dictionary(fc.constantFrom(...memberNames(route)), fc.anything({ maxDepth: 2 }));
  return fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    members.map((value) => encodeOrNothing(route, value)),
  );
}

/** Members that stand in the path, and the others in the query or the body. */
function asRequest(route: Route, input: unknown): { path: string; body: Uint8Array<ArrayBuffer> } {
  const members = new Map(typeof input === "object" && input !== null ? Object.entries(input) : []);
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = asText(members.get(name));
    members.delete(name);
    return encodeURIComponent(value);
  });
  if (route.method === "POST")
    return { path, body: encodeOrNothing(route, members.size === 0 ? input : Object.fromEntries(members)) };
  const query = new URLSearchParams([...members].map(([name, value]) => [name, asText(value)]));
  return { path: `${path}?${query}`, body: new Uint8Array() };
}

/** An object may be without a way to be a text. */
function asText(value: unknown): string {
  return (typeof value === "object" ? (JSON.stringify(value) ?? "") : String(value))
    .toWellFormed()
    .slice(0, 2_000);
}

function filledPath(route: Route): string {
  return route.path.replace(/:\w+/g, () => newId<string>());
}

function memberNames(route: Route): [string, ...string[]] {
  const { entries } = route.input as Partial<v.ObjectSchema<v.ObjectEntries, undefined>>;
  return ["__proto__", ...Object.keys(entries ?? {})];
}

function encode(route: Route, members: unknown): Uint8Array<ArrayBuffer> {
  return route.codec === "binary" ? encodeBinary(members) : new TextEncoder().encode(JSON.stringify(members));
}

function encodeOrNothing(route: Route, members: unknown): Uint8Array<ArrayBuffer> {
  try {
    return encode(route, members);
  } catch {
    return new Uint8Array();
  }
}

function sendRaw(route: Route, path: string, body: Uint8Array<ArrayBuffer>, cookie?: string) {
  const headers = new Headers({ origin: appliance.origin, "content-type": CONTENT_TYPE[route.codec] });
  if (cookie !== undefined) headers.set("cookie", cookie);
  const sent = route.method === "POST" ? { body } : {};
  return appliance.server.fetch(
    new Request(`${appliance.origin}${path}`, { method: route.method, headers, ...sent }),
  );
}

async function codeOf(answered: Response): Promise<string> {
  return ((await answered.json()) as { errorCode: string }).errorCode;
}
