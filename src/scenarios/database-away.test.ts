import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { asc, eq } from "drizzle-orm";
import { events } from "../db/tables.ts";
import { type SendMessage, sendMessages } from "../protocol/delivery.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { type PostgresServer, startPostgres } from "../testing/postgres.ts";
import { fakeCiphertext, type Member, seedConversation, seedMembers } from "../testing/seed.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { until } from "./person.ts";

setDefaultTimeout(180_000);

const SENDERS = 16;
/** A silent database is given up after the 20 seconds of one transaction and the 10 of the wait for it. */
const LONGEST = 35_000;

const postgres = await startPostgres();
if (postgres === undefined && process.env["ELAHE_NEEDS_SERVICES"] === "1")
  throw new Error("PostgreSQL is not installed, and these tests need it");

if (postgres !== undefined) {
  describe("PostgreSQL goes away while messages fly", async () => {
    const server = await openTestApp({ config: { databaseUrl: postgres.url } });
    const members = await seedMembers(server.app.db, SENDERS);
    const id = await seedConversation(server.app.db, members);
    afterAll(async () => {
      await server.close();
      await postgres.stop();
    });

    const ways: [string, (postgres: PostgresServer) => Promise<void>][] = [
      [
        "killed",
        (database) =>
          database
            .kill()
            .then(() => Bun.sleep(1000))
            .then(database.start),
      ],
      [
        "restarted",
        (database) =>
          database
            .shutDown()
            .then(() => Bun.sleep(1000))
            .then(database.start),
      ],
    ];
    test("a server that starts before its database waits for it", async () => {
      await postgres.shutDown();
      const opening = openTestApp({ config: { databaseUrl: postgres.url } });
      await Bun.sleep(1_500);
      await postgres.start();
      const other = await opening;
      expect(await other.app.db.read.select().from(events).limit(1)).toEqual([]);
      await other.close();
    });

    let round = 0;
    test.each(ways)(
      "%s: 503 with a sentence meanwhile, then on by itself, nothing lost or doubled",
      async (_, go) => {
        const load = startLoad(server, members, id, round++);
        await until("messages are taken", () => load.taken.size > 50);
        await go(postgres);
        const before = load.taken.size;
        await until("messages are taken again", () => load.taken.size > before + 50, 20_000);
        await load.stop();
        expect([...load.refusals.keys()]).toEqual([
          "503 server.database_away The server cannot reach its database.",
        ]);
        await expectKept(server, id, load.taken);
      },
    );

    test("silent: nobody hangs, and it goes on when the database answers again", async () => {
      const load = startLoad(server, members, id, round++);
      await until("messages are taken", () => load.taken.size > 50);
      const speak = await postgres.silence();
      await until("somebody is refused", () => load.refusals.size > 0, LONGEST);
      speak();
      const before = load.taken.size;
      await until("messages are taken again", () => load.taken.size > before + 50, LONGEST);
      await load.stop();
      for (const said of load.refusals.keys()) expect(said).toMatch(/^503 server\.(busy|database_away) /);
      expect(load.longest()).toBeLessThan(LONGEST);
      await expectKept(server, id, load.taken);
    });

    test("while it is away the server is alive but not ready", async () => {
      const health = async (name: string) =>
        (await server.server.fetch(new Request(`${server.origin}/api/health/${name}`))).status;
      await postgres.shutDown();
      expect([await health("live"), await health("ready")]).toEqual([200, 503]);
      await postgres.start();
      expect([await health("live"), await health("ready")]).toEqual([200, 200]);
    });
  });
}

interface Load {
  /** The sequence that each message was acknowledged with. */
  readonly taken: Map<MessageId, number>;
  readonly refusals: Map<string, number>;
  /** Milliseconds until the slowest answer. */
  longest(): number;
  stop(): Promise<void>;
}

/** Each member sends the same message until it is acknowledged, then the next one, as the outbox does. */
function startLoad(server: TestApp, members: readonly Member[], id: ConversationId, round: number): Load {
  const taken = new Map<MessageId, number>();
  const refusals = new Map<string, number>();
  let longest = 0;
  let isOver = false;
  const run = async (member: Member) => {
    for (let counter = round * 100_000 + 1; !isOver; counter += 1) {
      const message = messageTo(id, counter);
      const { conversationId, ...envelope } = message;
      for (;;) {
        const startedAt = performance.now();
        const answer = await server.call(
          sendMessages,
          { conversationId, messages: [envelope] },
          { cookie: `elahe=${member.token}` },
        );
        longest = Math.max(longest, performance.now() - startedAt);
        if (answer.status === 200) {
          taken.set(message.messageId, answer.output.accepted[0]?.sequence ?? 0);
          break;
        }
        const said = `${answer.status} ${answer.refused?.errorCode} ${answer.refused?.error}`;
        refusals.set(said, (refusals.get(said) ?? 0) + 1);
        await Bun.sleep(50);
      }
    }
  };
  const running = members.map(run);
  return {
    taken,
    refusals,
    longest: () => longest,
    async stop() {
      isOver = true;
      await Promise.all(running);
    },
  };
}

function messageTo(conversationId: ConversationId, counter: number): SendMessage {
  const ciphertext = fakeCiphertext(conversationId, 400);
  return { conversationId, messageId: newId<MessageId>(), generation: 0, epoch: 1, counter, ciphertext };
}

/** Each acknowledged one once, at the sequence that was answered, and no hole between them. */
async function expectKept(server: TestApp, id: ConversationId, taken: ReadonlyMap<MessageId, number>) {
  const kept = await server.app.db.read
    .select({ sequence: events.sequence, messageId: events.messageId })
    .from(events)
    .where(eq(events.conversationId, id))
    .orderBy(asc(events.sequence));
  expect(kept.map(({ sequence }) => sequence)).toEqual(kept.map((_, index) => index + 2));
  const sequenceOf = new Map(kept.map(({ messageId, sequence }) => [messageId, sequence]));
  expect(sequenceOf.size).toBe(kept.length);
  expect([...taken].filter(([messageId, sequence]) => sequenceOf.get(messageId) !== sequence)).toEqual([]);
}
