import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type * as v from "valibot";
import { setupLink } from "../accounts/setup-link.ts";
import { LIMITS } from "../limits/take.ts";
import { setUp, signOut, whoAmI } from "../protocol/accounts.ts";
import { encodeBinary } from "../protocol/codec.ts";
import { newId } from "../protocol/ids.ts";
import { CONTENT_TYPE, type Route } from "../protocol/route.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { ROUTES } from "./server.ts";

const routes = ROUTES.map(({ route }) => route);
const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);

let appliance: TestApp;
/** Of the first administrator, who has no device yet. */
let owner: string | undefined;

beforeAll(async () => {
  appliance = await openTestApp();
  const token = (await setupLink(appliance.app))?.split("/").at(-1) ?? "";
  const made = await appliance.call(setUp, {
    token,
    username: "matilda",
    password: "a long password of hers",
  });
  expect(made.refused).toBeUndefined();
  owner = made.cookie;
});
afterAll(() => appliance.close());

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
    const answered = await sendRaw(route, filledPath(route), encode(route, {}), owner);
    expect(await codeOf(answered)).toBe("device.missing");
  });

  test("answers arbitrary bytes and members with a refusal, never a crash", async () => {
    // Signing out for real would end the session that the other routes are tried with.
    const cookie = route === signOut ? undefined : owner;
    await fc.assert(
      fc.asyncProperty(arbitraryBody(route), fc.webQueryParameters(), async (body, query) => {
        const path = route.method === "POST" ? filledPath(route) : `${filledPath(route)}?${query}`;
        const answered = await sendRaw(route, path, new Uint8Array(body), cookie);
        expect(answered.status).toBeLessThan(500);
      }),
      { numRuns: 25 },
    );
  });
});

function arbitraryBody(route: Route) {
  const members = fc.dictionary(fc.constantFrom(...memberNames(route)), fc.anything({ maxDepth: 2 }));
  return fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    members.map((value) => encodeOrNothing(route, value)),
  );
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
