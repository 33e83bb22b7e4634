import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { asc } from "drizzle-orm";
import { verifyAudit } from "../audit/verify-audit.ts";
import { accounts, audit, meta } from "../db/tables.ts";
import { describeServer, setUp, signIn, whoAmI } from "../protocol/accounts.ts";
import { dialects } from "../testing/dialects.ts";
import { PASSWORD } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { SETUP_KEY, setupLink, setupTokenHash } from "./setup-link.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    const tokenOf = async () => (await setupLink(server.app))?.split("/").at(-1) ?? "";
    const typed = { username: "Olivia", password: PASSWORD };

    beforeAll(async () => {
      server = await openTestApp({ dialect });
    });
    afterAll(() => server.close());

    test("before set-up a server says so and names itself", async () => {
      const { output } = await server.call(describeServer, {});
      expect(output).toMatchObject({ name: "Elahe", registration: "invite", setUp: false });
      expect(output.origin).toBe(server.app.config.publicOrigin);
      expect((await server.call(describeServer, {})).output.incarnation).toBe(output.incarnation);
    });

    test("the link stays the same until it is used; only its hash is in the database", async () => {
      const token = await tokenOf();
      expect(await tokenOf()).toBe(token);
      const file = join(server.app.config.dataFolder, "setup-token");
      expect(readFileSync(file, "utf8").trim()).toBe(token);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(JSON.stringify(await server.app.db.read.select().from(meta))).not.toContain(token);
    });

    test("a wrong link lets nobody in, and a malformed one is malformed", async () => {
      const wrong = await server.call(setUp, { ...typed, token: "A".repeat(43) });
      expect(wrong.refused?.errorCode).toBe("setup.link_invalid");
      const malformed = await server.call(setUp, { ...typed, token: "../../etc" });
      expect(malformed.refused?.errorCode).toBe("request.malformed");
    });

    test("a bad name or password does not use the link up", async () => {
      const token = await tokenOf();
      const weak = await server.call(setUp, { token, username: "olivia", password: "password123" });
      expect(weak.refused?.errorCode).toBe("password.too_common");
      const reserved = await server.call(setUp, { token, username: "admin", password: PASSWORD });
      expect(reserved.refused?.errorCode).toBe("username.reserved");
      expect(await tokenOf()).toBe(token);
    });

    test("of ten who use the link at once exactly one becomes the owner", async () => {
      const token = await tokenOf();
      const names = ["ada", "bela", "cora", "dina", "elsa", "fara", "gina", "hana", "ines", "jana"];
      const answers = await Promise.all(
        names.map((username) => server.call(setUp, { token, username, password: PASSWORD })),
      );
      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      const losers = answers.flatMap(({ refused }) => refused?.errorCode ?? []);
      expect(losers).toEqual(Array(9).fill("setup.link_invalid"));
      const rows = await server.app.db.read.select().from(accounts);
      expect(rows.map(({ role }) => role)).toEqual(["owner"]);
      const { output } = await server.call(whoAmI, {}, { cookie: winners[0]?.cookie });
      expect(output.me).toMatchObject({ role: "owner", deviceId: null, devices: 0 });
    });

    test("setting up over a session ends it", async () => {
      const [owner] = await server.app.db.read.select().from(accounts);
      const before = await server.call(signIn, { username: owner?.username ?? "", password: PASSWORD });
      const token = "B".repeat(43);
      await server.app.db.write(async (tx) => {
        await tx.insert(meta).values({ key: SETUP_KEY, value: setupTokenHash(token) });
      });
      const ended: string[] = [];
      const stop = server.app.facts.subscribe("session_ended", ({ sessionId }) => ended.push(sessionId));
      const after = await server.call(setUp, { token, username: "second", password: PASSWORD }, before);
      stop();
      expect(ended).toEqual([before.output.sessionId]);
      expect((await server.call(whoAmI, {}, before)).output.me).toBeNull();
      expect((await server.call(whoAmI, {}, after)).output.me).toEqual(after.output);
    });

    test("afterwards there is no link, the server says it is set up, and the record tells who it was", async () => {
      expect(await setupLink(server.app)).toBeUndefined();
      expect((await server.call(describeServer, {})).output.setUp).toBe(true);
      const rows = await server.app.db.read.select().from(audit).orderBy(asc(audit.position));
      expect(rows.map(({ action }) => action)).toEqual(["setup.completed", "setup.completed"]);
      expect(await verifyAudit(server.app)).toBeUndefined();
    });
  });
