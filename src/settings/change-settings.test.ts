import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { verifyAudit } from "../audit/verify-audit.ts";
import { accounts, audit } from "../db/tables.ts";
import { describeServer, type Role, register } from "../protocol/accounts.ts";
import { changeSettings, type SettingChanges, showSettings } from "../protocol/settings.ts";
import { dialects } from "../testing/dialects.ts";
import { invitePerson, PASSWORD, type Person, setUpOwner, signInAgain } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

describe.each([...dialects])("on %s", (dialect) => {
  let server: TestApp;
  let owner: Person;
  let member: Person;
  const change = (wanted: unknown, who: { cookie?: string } = owner) =>
    server.call(changeSettings, wanted as SettingChanges, who);
  const recorded = () =>
    server.app.db.read
      .select()
      .from(audit)
      .where(eq(audit.action, "setting.changed"))
      .orderBy(audit.position);

  beforeAll(async () => {
    server = await openTestApp({ dialect });
    owner = await setUpOwner(server);
    member = await invitePerson(server, owner, "mira");
  });
  afterAll(() => server.close());

  async function ranked(role: Role): Promise<Person> {
    const { accountId } = member.me;
    await server.app.db.write((tx) => tx.update(accounts).set({ role }).where(eq(accounts.id, accountId)));
    return signInAgain(server, member);
  }

  test("who is not an owner or administrator neither sees nor changes anything", async () => {
    const nobodies = [{}, await ranked("member"), await ranked("moderator")];
    const said = [];
    for (const who of nobodies) {
      said.push((await server.call(showSettings, {}, who)).refused?.errorCode);
      said.push((await change({ registration: "open" }, who)).refused?.errorCode);
    }
    expect(said).toEqual([...Array(2).fill("session.missing"), ...Array(4).fill("session.not_allowed")]);
    expect((await server.call(showSettings, {}, owner)).output.registration).toBe("invite");
    expect(await recorded()).toEqual([]);
  });

  test.each([
    [{ registration: "everybody" }],
    [{ registration: null }],
    [{ serverName: " " }],
    [{ serverName: "a\nb" }],
    [{ serverName: "x".repeat(121) }],
    [{ attachmentLargest: -1 }],
    [{ attachmentQuota: 1.5 }],
    [{ attachmentQuota: 2 ** 51 }],
    [{ attachmentsAllowed: ["pdf"] }],
    [{ attachmentsAllowed: Array(201).fill(".pdf") }],
    [{ nothingLikeIt: true }],
    [{ registration: "open", attachmentLargest: "many" }],
  ])("%j is no setting, and nothing of it is kept", async (wanted) => {
    const before = (await server.call(showSettings, {}, owner)).output;
    expect((await change(wanted)).refused?.errorCode).toBe("request.malformed");
    expect((await server.call(showSettings, {}, owner)).output).toEqual(before);
  });

  test("an administrator opens registration, and the next who comes needs no invite", async () => {
    const admin = await ranked("admin");
    expect((await server.call(register, { username: "nora", password: PASSWORD })).status).toBe(403);
    const changed = await change({ registration: "open" }, admin);
    expect(changed.output.registration).toBe("open");
    expect((await server.call(describeServer, {})).output.registration).toBe("open");
    expect((await server.call(register, { username: "nora", password: PASSWORD })).status).toBe(200);
    expect((await change({ registration: "closed" })).status).toBe(200);
    const late = await server.call(register, { username: "nina", password: PASSWORD });
    expect(late.refused?.errorCode).toBe("registration.closed");
  });

  test("several change together, and only what became another is recorded, from what to what", async () => {
    const before = (await recorded()).length;
    const { output } = await change({
      registration: "closed",
      serverName: " Haven ",
      attachmentsAllowed: [".pdf", "image/*"],
    });
    expect(output).toMatchObject({ serverName: "Haven", attachmentsAllowed: [".pdf", "image/*"] });
    const said = (await recorded()).slice(before).map(({ actor, target, detail }) => [actor, target, detail]);
    expect(said).toEqual([
      [owner.me.accountId, "serverName", '"Elahe" → "Haven"'],
      [owner.me.accountId, "attachmentsAllowed", '[] → [".pdf","image/*"]'],
    ]);
    expect(await verifyAudit(server.app)).toBeUndefined();
  });

  test("what a change was from and to is part of the record's chain", async () => {
    const [first] = await recorded();
    await server.app.db.write((tx) =>
      tx
        .update(audit)
        .set({ detail: '"closed" → "open"' })
        .where(eq(audit.position, first?.position ?? 0)),
    );
    expect(await verifyAudit(server.app)).toBe(first?.position ?? 0);
  });
});
