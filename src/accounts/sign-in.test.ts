import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asc, eq } from "drizzle-orm";
import { accounts, audit, sessions } from "../db/tables.ts";
import type { Fact } from "../facts.ts";
import {
  createInvite,
  findAccount,
  register,
  showAccount,
  signIn,
  signOut,
  whoAmI,
} from "../protocol/accounts.ts";
import { CLOSE } from "../protocol/delivery.ts";
import { type AccountId, newId } from "../protocol/ids.ts";
import { dialects } from "../testing/dialects.ts";
import { listen } from "../testing/listen.ts";
import { registerNewDevice } from "../testing/make-device.ts";
import { invitePerson, PASSWORD, type Person, setUpOwner, signInAgain } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { hashingOf } from "./hash-password.ts";
import { sweepSessions } from "./sweep-sessions.ts";
import { whoIsThis } from "./who-is-this.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let owner: Person;
    let mira: Person;
    const attempt = (username: string, password: string) => server.call(signIn, { username, password });

    beforeAll(async () => {
      server = await openTestApp({ dialect });
      owner = await setUpOwner(server);
      mira = await invitePerson(server, owner, "mira");
    });
    afterAll(() => server.close());

    test("a person signs in by name in any case and is known from then on", async () => {
      const answer = await attempt(" MIRA", PASSWORD);
      expect(answer.output).toMatchObject({ accountId: mira.me.accountId, username: "mira", role: "member" });
      expect(answer.headers.get("set-cookie")).toMatch(
        /^elahe=[\w-]{43}; Path=\/; .*HttpOnly; SameSite=Strict$/,
      );
      const { output } = await server.call(whoAmI, {}, answer);
      expect(output.me).toEqual(answer.output);
      expect(answer.output.deviceChallenge).not.toBe(mira.me.deviceChallenge);
    });

    test("a stranger is told that nobody is signed in", async () => {
      expect((await server.call(whoAmI, {})).output).toEqual({ me: null });
      expect((await server.call(whoAmI, {}, { cookie: `elahe=${"A".repeat(43)}` })).output).toEqual({
        me: null,
      });
      expect((await server.call(signOut, {})).refused?.errorCode).toBe("session.missing");
    });

    test("the session's token is nowhere in the database", async () => {
      const rows = await server.app.db.read.select().from(sessions);
      const stored = rows.map(({ tokenHash }) => tokenHash.toBase64({ alphabet: "base64url" }));
      expect(JSON.stringify([rows, stored])).not.toContain(mira.cookie.split("=")[1] ?? "");
    });

    test("an unknown name and a wrong password get one answer after one verification each", async () => {
      const hashing = hashingOf(server.app);
      const seen = [];
      for (const name of ["mira", "nobody-here", "سارا"]) {
        const before = hashing.verified();
        const { status, refused } = await attempt(name, "wrong horse battery");
        seen.push({
          status,
          code: refused?.errorCode,
          error: refused?.error,
          done: hashing.verified() - before,
        });
      }
      expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
      expect(seen[0]).toMatchObject({ status: 401, code: "session.wrong_credentials", done: 1 });
    });

    test("failures are recorded by account, never by what was typed", async () => {
      await attempt("my-secret-typed-here", "wrong horse battery");
      const rows = await server.app.db.read.select().from(audit).where(eq(audit.action, "session.refused"));
      expect(rows.some(({ target }) => target === mira.me.accountId)).toBe(true);
      expect(JSON.stringify(rows)).not.toContain("my-secret-typed-here");
      expect(server.logged.join("\n")).not.toContain("my-secret-typed-here");
      expect(server.logged.join("\n")).not.toContain("wrong horse battery");
    });

    test("guessing one name is slowed down, for a known name as for an unknown one", async () => {
      for (const name of ["olivia", "nobody-else"]) {
        const codes = [];
        for (let index = 0; index < 6; index += 1)
          codes.push((await attempt(name, "wrong horse battery")).refused?.errorCode);
        expect(codes).toEqual([...Array(5).fill("session.wrong_credentials"), "request.too_many"]);
      }
      const slowed = await attempt("olivia", PASSWORD);
      expect(slowed.headers.get("retry-after")).toBe("1");
      server.clock.advance(MINUTE);
      expect((await attempt("olivia", PASSWORD)).status).toBe(200);
    });

    test("a whole office signs in from one address", async () => {
      for (let index = 0; index < 60; index += 1) await signInAgain(server, mira);
    }, 30_000);

    test("signing out ends that session, its cookie and nothing else, and is told to the others", async () => {
      const [one, other] = [await signInAgain(server, mira), await signInAgain(server, mira)];
      const told: Fact[] = [];
      const stop = server.app.facts.subscribe("session_ended", (fact) => told.push(fact));
      const answer = await server.call(signOut, {}, one);
      stop();
      expect(answer.headers.get("set-cookie")).toContain("Max-Age=0");
      expect((await server.call(whoAmI, {}, one)).output.me).toBeNull();
      expect((await server.call(whoAmI, {}, other)).output.me).toEqual(other.me);
      const { sessionId, accountId } = one.me;
      expect(told).toEqual([{ kind: "session_ended", sessionId, accountId }]);
    });

    test("whoever asks while a session ends remembers nobody", async () => {
      for (let index = 0; index < 5; index += 1) {
        const leaving = await signInAgain(server, mira);
        const asking = Array.from({ length: 5 }, () => whoIsThis(server.app, leaving.cookie));
        await Promise.all([server.call(signOut, {}, leaving), ...asking]);
        expect(await whoIsThis(server.app, leaving.cookie)).toBeUndefined();
      }
    });

    test("an address that is only claimed in a header changes nothing", async () => {
      const statuses = [];
      for (let index = 0; index < 6; index += 1) {
        const headers = {
          origin: server.origin,
          "content-type": "application/json",
          "x-forwarded-for": `198.51.100.${index}`,
          forwarded: `for=198.51.100.${index}`,
        };
        const body = JSON.stringify({ username: "somebody-far", password: "wrong horse battery" });
        const answer = await fetch(`${server.origin}/api/sessions`, { method: "POST", headers, body });
        statuses.push(answer.status);
      }
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    });

    test("behind a trusted proxy everybody has the address that it names", async () => {
      const proxied = await openTestApp({ dialect, config: { trustedProxies: ["127.0.0.1", "::1"] } });
      await setUpOwner(proxied);
      const guess = async (forwardedFor: string) => {
        const headers = {
          origin: proxied.origin,
          "content-type": "application/json",
          "x-forwarded-for": forwardedFor,
        };
        const body = JSON.stringify({ username: "olivia", password: "wrong horse battery" });
        return (await fetch(`${proxied.origin}/api/sessions`, { method: "POST", headers, body })).status;
      };
      const statuses = [];
      for (let index = 0; index < 6; index += 1) statuses.push(await guess(`192.0.2.${index}, 198.51.100.1`));
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
      expect(await guess("198.51.100.2")).toBe(401);
      const rows = await proxied.app.db.read
        .select({ ip: audit.ip })
        .from(audit)
        .orderBy(asc(audit.position));
      expect(rows.slice(-2).map(({ ip }) => ip)).toEqual(["198.51.100.1", "198.51.100.2"]);
      await proxied.close();
    });

    test("a stranger's guesses from elsewhere do not lock a person out", async () => {
      const proxied = await openTestApp({ dialect, config: { trustedProxies: ["127.0.0.1", "::1"] } });
      await setUpOwner(proxied);
      const from = async (address: string, password: string) => {
        const headers = {
          origin: proxied.origin,
          "content-type": "application/json",
          "x-forwarded-for": address,
        };
        const body = JSON.stringify({ username: "olivia", password });
        return (await fetch(`${proxied.origin}/api/sessions`, { method: "POST", headers, body })).status;
      };
      for (let index = 0; index < 20; index += 1) await from("198.51.100.66", "wrong horse battery");
      expect(await from("198.51.100.66", PASSWORD)).toBe(429);
      for (let index = 0; index < 20; index += 1) expect(await from("203.0.113.5", PASSWORD)).toBe(200);
      await proxied.close();
    });

    test("sessions that are over are swept away, and their sockets are told", async () => {
      const over = await signInAgain(server, mira);
      server.clock.advance(91 * DAY);
      const current = await signInAgain(server, mira);
      const told: string[] = [];
      const stop = server.app.facts.subscribe("session_ended", ({ sessionId }) => told.push(sessionId));
      await sweepSessions(server.app);
      stop();
      expect(told).toContain(over.me.sessionId);
      const left = await server.app.db.read.select({ id: sessions.id }).from(sessions);
      expect(left).toEqual([{ id: current.me.sessionId }]);
    });

    test("signing in over a session ends it", async () => {
      const before = await signInAgain(server, mira);
      const after = await server.call(signIn, { username: "mira", password: PASSWORD }, before);
      expect((await server.call(whoAmI, {}, before)).output.me).toBeNull();
      expect((await server.call(whoAmI, {}, after)).output.me).toEqual(after.output);
    });

    test("registering over a session ends it, and its socket", async () => {
      const before = await signInAgain(server, mira);
      await registerNewDevice(server, before, { keyPackages: 1 });
      const socket = await listen(server, before);
      const { output } = await server.call(createInvite, {}, await signInAgain(server, owner));
      const typed = { username: "nadia", password: PASSWORD, inviteCode: output.code };
      const after = await server.call(register, typed, before);
      expect((await socket.closed).code).toBe(CLOSE.signedOut);
      expect((await server.call(whoAmI, {}, before)).output.me).toBeNull();
      expect((await server.call(whoAmI, {}, after)).output.me).toEqual(after.output);
    });

    test("a session lives ninety days from its last use", async () => {
      const used = await signInAgain(server, mira);
      const unused = await signInAgain(server, mira);
      for (let index = 0; index < 3; index += 1) {
        server.clock.advance(60 * DAY);
        expect((await server.call(whoAmI, {}, used)).output.me).not.toBeNull();
      }
      expect((await server.call(whoAmI, {}, unused)).output.me).toBeNull();
      server.clock.advance(91 * DAY);
      expect((await server.call(whoAmI, {}, used)).output.me).toBeNull();
    });

    test("who somebody is costs the database one look a minute", async () => {
      const { cookie } = await signInAgain(server, mira);
      const first = await whoIsThis(server.app, cookie);
      expect(await whoIsThis(server.app, cookie)).toBe(first as NonNullable<typeof first>);
      server.clock.advance(MINUTE);
      expect(await whoIsThis(server.app, cookie)).not.toBe(first as NonNullable<typeof first>);
    });

    test("a disabled account cannot come in, is known no longer and found by nobody", async () => {
      const [nina, asking] = [
        await invitePerson(server, await signInAgain(server, owner), "nina"),
        await signInAgain(server, mira),
      ];
      expect((await server.call(findAccount, { username: "nina" }, asking)).status).toBe(200);
      await server.app.db.write(async (tx) => {
        await tx.update(accounts).set({ disabledAt: 1 }).where(eq(accounts.id, nina.me.accountId));
      });
      server.clock.advance(MINUTE);
      expect((await server.call(whoAmI, {}, nina)).output.me).toBeNull();
      expect((await attempt("nina", PASSWORD)).refused?.errorCode).toBe("session.wrong_credentials");
      for (const answer of [
        await server.call(findAccount, { username: "nina" }, asking),
        await server.call(showAccount, { accountId: nina.me.accountId }, asking),
      ])
        expect(answer.refused?.errorCode).toBe("account.not_found");
    });

    test("people are found by their exact name or id, by those signed in, and not without end", async () => {
      const asking = await signInAgain(server, mira);
      const card = { accountId: owner.me.accountId, username: "olivia", rootPublicKey: null };
      expect((await server.call(findAccount, { username: "OLIVIA" }, asking)).output).toEqual(card);
      expect((await server.call(showAccount, { accountId: card.accountId }, asking)).output).toEqual(card);
      for (const username of ["oliv", "olivi%", "0livia", "o.livia", "*"])
        expect((await server.call(findAccount, { username }, asking)).refused?.errorCode).toBe(
          "account.not_found",
        );
      const nobody = newId<AccountId>();
      expect((await server.call(showAccount, { accountId: nobody }, asking)).status).toBe(404);
      expect((await server.call(findAccount, { username: "olivia" })).refused?.errorCode).toBe(
        "session.missing",
      );
      const malformed = await server.call(showAccount, { accountId: "1" as AccountId }, asking);
      expect(malformed.refused?.errorCode).toBe("request.malformed");
      const flood = await Promise.all(
        Array.from({ length: 61 }, () => server.call(findAccount, { username: "olivia" }, asking)),
      );
      expect(flood.at(-1)?.refused?.errorCode).toBe("request.too_many");
    });
  });

test("behind https the cookie is guarded by its name, and the plain name is not believed", async () => {
  const config = { publicOrigin: "https://chat.example", secureCookies: true };
  const server = await openTestApp({ config });
  const { cookie, me } = await setUpOwner(server);
  expect(cookie).toStartWith("__Host-elahe=");
  expect(await whoIsThis(server.app, cookie)).toMatchObject({ sessionId: me.sessionId });
  expect(await whoIsThis(server.app, cookie.replace("__Host-", ""))).toBeUndefined();
  await server.close();
});
