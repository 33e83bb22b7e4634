import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { accounts, invites } from "../db/tables.ts";
import {
  checkInvite,
  createInvite,
  listInvites,
  register,
  revokeInvite,
  whoAmI,
} from "../protocol/accounts.ts";
import { type InviteId, newId } from "../protocol/ids.ts";
import { changeSettings } from "../settings/settings.ts";
import { dialects } from "../testing/dialects.ts";
import { invitePerson, PASSWORD, type Person, setUpOwner } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

const HOUR = 60 * 60_000;

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let owner: Person;
    let member: Person;
    const by = () => ({ at: server.clock.now(), actor: owner.me.accountId, ip: null, requestId: null });
    const invite = async (wishes: { uses?: number; hours?: number } = {}) =>
      (await server.call(createInvite, wishes, owner)).output;
    const attempt = async (username: string, inviteCode?: string, password = PASSWORD) => {
      server.clock.advance(HOUR / 60);
      const input = inviteCode === undefined ? { username, password } : { username, password, inviteCode };
      return server.call(register, input);
    };
    const refusal = async (...tried: Parameters<typeof attempt>) =>
      (await attempt(...tried)).refused?.errorCode;

    beforeAll(async () => {
      server = await openTestApp({ dialect });
      owner = await setUpOwner(server);
      member = await invitePerson(server, owner, "mira");
    });
    afterAll(() => server.close());

    test("with an invite one comes in as a member, signed in at once", async () => {
      expect(member.me).toMatchObject({ username: "mira", role: "member", devices: 0 });
      expect((await server.call(whoAmI, {}, member)).output.me).toEqual(member.me);
    });

    test("without an invite, with a wrong one and with a used one nobody comes in", async () => {
      expect(await refusal("nina")).toBe("registration.invite_needed");
      expect(await refusal("nina", "A".repeat(43))).toBe("registration.invite_invalid");
      const { code } = await invite();
      expect((await attempt("nina", code)).status).toBe(200);
      expect(await refusal("nora", code)).toBe("registration.invite_invalid");
    });

    test("an invite ends after its hours, and when it is taken back", async () => {
      const short = await invite({ hours: 1 });
      const taken = await invite();
      expect((await server.call(checkInvite, { code: short.code })).output.valid).toBe(true);
      await server.call(revokeInvite, { inviteId: taken.invite.inviteId }, owner);
      server.clock.advance(2 * HOUR);
      for (const { code } of [short, taken]) {
        expect((await server.call(checkInvite, { code })).output.valid).toBe(false);
        expect(await refusal("nora", code)).toBe("registration.invite_invalid");
      }
    });

    test("of ten who use an invite for three at once exactly three come in", async () => {
      const { code, invite: card } = await invite({ uses: 3 });
      const names = ["pa", "pe", "pi", "po", "pu", "ra", "re", "ro", "ru", "ta"].map((name) => `${name}lo`);
      const answers = await Promise.all(names.map((name) => attempt(name, code)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
      const { output } = await server.call(listInvites, {}, owner);
      const after = output.invites.find(({ inviteId }) => inviteId === card.inviteId);
      expect(after).toMatchObject({ uses: 3, usesLeft: 0, revoked: false });
    });

    test("a refused name costs no use of the invite", async () => {
      const { code } = await invite();
      expect(await refusal("MIRA", code)).toBe("username.taken");
      expect(await refusal("rn.ira", code)).toBe("username.taken");
      expect(await refusal("no", code)).toBe("username.invalid");
      expect(await refusal("support", code)).toBe("username.reserved");
      expect(await refusal("quinn", code, "quinnquinn")).toBe("password.like_username");
      expect((await attempt("quinn", code)).status).toBe(200);
    });

    test("of two who want one name at once one gets it", async () => {
      const { code } = await invite({ uses: 2 });
      const answers = await Promise.all([attempt("vera", code), attempt("Vera", code)]);
      const said = answers.map(({ status, refused }) => refused?.errorCode ?? status);
      expect(said.map(String).sort()).toEqual(["200", "username.taken"]);
    });

    test("a refused password stands neither in the answer nor in the log", async () => {
      const password = "qwertyuiop";
      const { code } = await invite();
      const answers = [
        await attempt("walter", code, password),
        await server.call(register, { username: "walter", password, inviteCode: "?" }),
        await server.call(register, { username: ["walter"] as unknown as string, password }),
      ];
      expect(answers.map(({ refused }) => refused?.errorCode)).toEqual([
        "password.too_common",
        "request.malformed",
        "request.malformed",
      ]);
      expect(JSON.stringify(answers)).not.toContain(password);
      expect(server.logged.join("\n")).not.toContain(password);
      expect(server.logged.join("\n")).not.toContain(PASSWORD);
    });

    test("the database holds neither passwords nor codes", async () => {
      const { code } = await invite();
      const rows = [
        await server.app.db.read.select().from(accounts),
        await server.app.db.read.select({ id: invites.id }).from(invites),
      ];
      expect(JSON.stringify(rows)).not.toContain(PASSWORD);
      expect(JSON.stringify(rows)).not.toContain(code);
    });

    test("only administrators make, see and take back invites", async () => {
      const { invite: card } = await invite();
      for (const [how, code] of [
        [{}, "session.missing"],
        [member, "session.not_allowed"],
      ] as const) {
        expect((await server.call(createInvite, {}, how)).refused?.errorCode).toBe(code);
        expect((await server.call(listInvites, {}, how)).refused?.errorCode).toBe(code);
        const revoked = await server.call(revokeInvite, { inviteId: card.inviteId }, how);
        expect(revoked.refused?.errorCode).toBe(code);
      }
      const unknown = await server.call(revokeInvite, { inviteId: newId<InviteId>() }, owner);
      expect(unknown.refused?.errorCode).toBe("invite.not_found");
      const endless = await server.call(createInvite, { uses: 1001 }, owner);
      expect(endless.refused?.errorCode).toBe("request.malformed");
    });

    test("another site's page cannot register anybody", async () => {
      const { code } = await invite();
      const input = { username: "xenia", password: PASSWORD, inviteCode: code };
      const foreign = await server.call(register, input, { origin: "https://evil.example" });
      expect(foreign.refused?.errorCode).toBe("request.foreign_origin");
    });

    test("the setting opens the door to everybody or to nobody", async () => {
      await changeSettings(server.app, { registration: "open" }, by());
      expect((await attempt("yara")).status).toBe(200);
      const { code } = await invite();
      await changeSettings(server.app, { registration: "closed" }, by());
      expect(await refusal("zoe", code)).toBe("registration.closed");
    });

    test("one address cannot register without end", async () => {
      await changeSettings(server.app, { registration: "open" }, by());
      const codes = new Set<string | undefined>();
      for (let index = 0; index < 31; index += 1) {
        const { refused, headers } = await server.call(register, { username: "no", password: PASSWORD });
        codes.add(refused?.errorCode);
        if (refused?.errorCode === "request.too_many")
          expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      }
      expect(codes).toContain("request.too_many");
    });
  });
