import { Database as Handle } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { SQL } from "bun";
import { MIGRATIONS } from "../db/migrations.ts";
import { accounts, channels } from "../db/tables.ts";
import { register } from "../protocol/accounts.ts";
import { type AccountId, type ConversationId, newId } from "../protocol/ids.ts";
import { changeSettings } from "../settings/settings.ts";
import { dialects } from "../testing/dialects.ts";
import { PASSWORD, setUpOwner } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

const BY = { actor: null, at: 0, ip: null, requestId: null };

/** As they were kept before digits passed for letters: name, how it looked, and when it was made. */
const PEOPLE = [
  ["zoe5", "zoe5", 1],
  ["alone9", "alone9", 1],
  ["ro5e", "ro5e", 1],
  ["rose", "rose", 2],
  ["bob28", "bob28", 5],
  ["bob2b", "bob2b", 4],
  ["bobz8", "bobz8", 6],
  ["new5", "new5", 9],
  ["late2", "late2", 9],
] as const;
const CHANNELS = [
  ["news", "nevvs", 1],
  ["new5paper", "nevv5paper", 1],
  ["latez", "latez", 10],
  ["ze8ra", "ze8ra", 1],
  ["late-8", "late8", 3],
] as const;

describe.each([...dialects])("on %s", (dialect) => {
  let server: TestApp;
  beforeAll(async () => {
    server = await openTestApp({ dialect });
    const { me } = await setUpOwner(server);
    await server.app.db.write(async (tx) => {
      for (const [username, usernameSkeleton, createdAt] of PEOPLE)
        await tx.insert(accounts).values({
          id: newId<AccountId>(),
          username,
          usernameSkeleton,
          passwordHash: "",
          role: "member",
          createdAt,
        });
      for (const [handle, handleSkeleton, createdAt] of CHANNELS)
        await tx.insert(channels).values({
          id: newId<ConversationId>(),
          handle,
          handleSkeleton,
          ownerAccountId: me.accountId,
          head: 1,
          headHash: new Uint8Array(32),
          statementSequence: 1,
          comments: false,
          subscribers: 0,
          commentHead: 0,
          createdAt,
        });
    });
  });
  afterAll(() => server.close());

  test("of names that look alike since the oldest has the look, and the others keep name and look", async () => {
    await migrateAgain(server);
    const people = await server.app.db.read.select().from(accounts);
    expect(looks(people.map((one) => [one.username, one.usernameSkeleton]))).toEqual({
      olivia: "ollvla",
      zoe5: "zoes",
      alone9: "aloneg",
      ro5e: "ro5e",
      rose: "rose",
      bob28: "bob28",
      bob2b: "bobzb",
      bobz8: "bobz8",
      new5: "news",
      late2: "late2",
    });
    const places = await server.app.db.read.select().from(channels);
    expect(looks(places.map((one) => [one.handle, one.handleSkeleton]))).toEqual({
      news: "nevvs",
      new5paper: "nevvspaper",
      latez: "latez",
      ze8ra: "zebra",
      "late-8": "lateb",
    });
  });

  test("whoever comes now gets none of these looks, in no spelling", async () => {
    await changeSettings(server.app, { registration: "open" }, BY);
    const said = [];
    for (const username of ["r4se", "ro5e", "ro.se", "b0b28", "bobzb", "latez", "zebra", "zoes", "l4te2"]) {
      server.clock.advance(60 * 60_000);
      said.push((await server.call(register, { username, password: PASSWORD })).refused?.errorCode);
    }
    const taken = "username.taken";
    expect(said).toEqual([undefined, ...Array(7).fill(taken), undefined]);
  });
});

const looks = (all: readonly (readonly [string, string])[]) => Object.fromEntries(all);

/** What was kept before it came is changed by it; what it changed already stays. */
async function migrateAgain({ app }: TestApp): Promise<void> {
  const migration = MIGRATIONS.find(({ name }) => name === "confusable-names");
  if (migration === undefined) throw new Error("there is no such migration");
  const { databaseUrl, dataFolder } = app.config;
  if (databaseUrl === undefined) {
    const handle = new Handle(join(dataFolder, "elahe.db"));
    handle.run(migration.sqlite);
    return handle.close();
  }
  const sql = new SQL(databaseUrl, { max: 1 });
  await sql.unsafe(migration.postgres);
  await sql.close();
}
