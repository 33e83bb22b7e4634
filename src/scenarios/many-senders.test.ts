import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { asc, eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { conversations, events } from "../db/tables.ts";
import { acceptMessages } from "../delivery/accept-messages.ts";
import { acknowledge } from "../delivery/acknowledge.ts";
import type { SendMessage } from "../protocol/delivery.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { dialects, makeTestDatabase } from "../testing/dialects.ts";
import { fakeCiphertext, type Member, seedConversation, seedMembers } from "../testing/seed.ts";
import { openTestApp } from "../testing/test-app.ts";

setDefaultTimeout(120_000);

const SENDERS = 64;
const CONVERSATIONS = 50;
const EACH = 40;
const FIRST_SEQUENCE = 1;

interface Taken {
  readonly message: SendMessage;
  readonly sequence: number;
}

for (const dialect of dialects) {
  describe(`sixty-four people write into fifty conversations at once, on ${dialect}`, async () => {
    const database = await makeTestDatabase(dialect);
    const server = await openTestApp({
      dialect,
      config: { databaseUrl: database.url, dataFolder: database.folder },
    });
    const other = dialect === "postgres" ? await database.open() : server.app.db;
    /** Two server processes on PostgreSQL; SQLite has one. */
    const nodes: App[] = [server.app, { ...server.app, db: other }];
    const members = await seedMembers(server.app.db, SENDERS);
    const ids: ConversationId[] = [];
    for (let index = 0; index < CONVERSATIONS; index += 1)
      ids.push(await seedConversation(server.app.db, members));
    afterAll(async () => {
      if (dialect === "postgres") await other.close();
      await server.close();
      await database.remove();
    });

    test("none is refused, and each conversation's sequences are exact", async () => {
      const taken = (await Promise.all(members.map((member) => writeMany(nodes, ids, member)))).flat();
      expect(taken).toHaveLength(SENDERS * EACH);
      expect(server.logged.filter((line) => line.includes("acknowledgements_lost"))).toEqual([]);
      for (const id of ids) {
        const { db } = server.app;
        const kept = await db.read
          .select({ sequence: events.sequence, messageId: events.messageId })
          .from(events)
          .where(eq(events.conversationId, id))
          .orderBy(asc(events.sequence));
        const mine = taken.filter(({ message }) => message.conversationId === id);
        const told = mine.map(({ message, sequence }) => ({ sequence, messageId: message.messageId }));
        expect(kept).toEqual(told.sort((one, two) => one.sequence - two.sequence));
        expect(kept.map(({ sequence }) => sequence)).toEqual(
          kept.map((_, index) => FIRST_SEQUENCE + 1 + index),
        );
        const [row] = await db.read
          .select({ head: conversations.head })
          .from(conversations)
          .where(eq(conversations.id, id));
        expect(row?.head).toBe(FIRST_SEQUENCE + kept.length);
      }
    });

    test("and a change of the group gets its turn among them", async () => {
      const [id] = ids;
      if (id === undefined) throw new Error("no conversation");
      let writing = true;
      const written = members.slice(0, 16).map(async (member) => {
        for (let counter = 1000; writing; counter += 1) await sendAs(nodes, member, id, counter);
      });
      const raised: number[] = [];
      for (let index = 0; index < 20; index += 1) raised.push(await raiseVersion(nodes, id, index));
      writing = false;
      await Promise.all(written);
      expect(raised).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
    });
  });
}

/** As a commit begins, with nothing of this process that keeps it apart from the messages. */
async function raiseVersion(nodes: readonly App[], id: ConversationId, index: number): Promise<number> {
  const { db } = nodeAt(nodes, index);
  const [row] = await db.write(
    (tx) =>
      tx
        .update(conversations)
        .set({ membershipVersion: sql`${conversations.membershipVersion} + 1` })
        .where(eq(conversations.id, id))
        .returning({ version: conversations.membershipVersion }),
    "read_committed",
  );
  return row?.version ?? 0;
}

async function writeMany(nodes: readonly App[], ids: readonly ConversationId[], member: Member) {
  const counters = new Map<ConversationId, number>();
  const taken: Taken[] = [];
  for (let index = 0; index < EACH; index += 1) {
    const id = ids[Math.floor(Math.random() * ids.length)];
    if (id === undefined) throw new Error("no conversation");
    const counter = (counters.get(id) ?? 0) + 1;
    counters.set(id, counter);
    const one = await sendAs(nodes, member, id, counter);
    taken.push(one);
    acknowledge(nodeAt(nodes, index), {
      accountId: member.accountId,
      deviceId: member.deviceId,
      conversations: [{ conversationId: id, sequence: one.sequence }],
      account: undefined,
    });
  }
  return taken;
}

/** To either node; now and then to both at once, as a client does that heard no answer. */
async function sendAs(
  nodes: readonly App[],
  { accountId, deviceId }: Member,
  conversationId: ConversationId,
  counter: number,
): Promise<Taken> {
  const message: SendMessage = {
    conversationId,
    messageId: newId<MessageId>(),
    generation: 0,
    epoch: 1,
    counter,
    ciphertext: fakeCiphertext(conversationId, 400),
  };
  const times = Math.random() < 0.1 ? nodes : [nodeAt(nodes, Math.floor(Math.random() * nodes.length))];
  const answers = await Promise.all(
    times.map((app) => acceptMessages(app, [{ message, accountId, deviceId }])),
  );
  const sequences = new Set(answers.map(([accepted]) => accepted?.sequence));
  expect(sequences.size).toBe(1);
  return { message, sequence: answers[0]?.[0]?.sequence ?? 0 };
}

function nodeAt(nodes: readonly App[], index: number): App {
  const node = nodes[index % nodes.length];
  if (node === undefined) throw new Error("there is no node");
  return node;
}
