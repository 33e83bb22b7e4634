import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { DEFAULT_LIMITS } from "../config/config.ts";
import { conversationMembers, conversations } from "../db/tables.ts";
import { dropArchive, listArchives, putArchive, readArchive } from "../protocol/archive.ts";
import { type ConversationId, newId } from "../protocol/ids.ts";
import { dialects } from "../testing/dialects.ts";
import { registerNewDevice } from "../testing/make-device.ts";
import { invitePerson, type Person, setUpOwner } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

const ROOM = 10_000;
const sealed = (size: number, byte = 1) => new Uint8Array(size).fill(byte);
const rows = (from: number, to: number, size = 10) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    sequence: from + index,
    version: from + index,
    sealed: sealed(size),
  }));

for (const dialect of dialects)
  describe(`the archive on ${dialect}`, () => {
    let server: TestApp;
    let owner: Person;
    let mira: Person;
    let count = 0;
    beforeAll(async () => {
      const limits = { ...DEFAULT_LIMITS, archiveBytes: ROOM };
      server = await openTestApp({ dialect, config: { limits } });
      owner = await setUpOwner(server);
      await registerNewDevice(server, owner);
    });
    afterAll(() => server.close());

    /** Somebody new in a conversation of their own; only who was in it matters here. */
    const begin = async () => {
      count += 1;
      mira = await invitePerson(server, owner, `reader${"abcdefghij"[count]}`);
      await registerNewDevice(server, mira);
      const conversationId = newId<ConversationId>();
      await server.app.db.write(async (tx) => {
        await tx.insert(conversations).values({
          id: conversationId,
          kind: "group",
          generation: 1,
          suite: "MLS_256_XWING_AES256GCM_SHA512_Ed25519",
          epoch: 1,
          head: 1,
          membershipVersion: 1,
          roles: new Uint8Array([1]),
          createdAt: server.clock.now(),
        });
        const { accountId } = mira.me;
        await tx.insert(conversationMembers).values({ conversationId, accountId, joinedSequence: 1 });
      });
      return conversationId;
    };
    const read = async (conversationId: ConversationId, before: number, person = mira) =>
      (await server.call(readArchive, { conversationId, before }, person)).output;
    const put = async (
      conversationId: ConversationId,
      of: ReturnType<typeof rows>,
      upTo: number,
      by = mira,
    ) => server.call(putArchive, { conversationId, rows: of, upTo }, by);

    test("the past comes back newest first, page by page, to its account alone", async () => {
      const id = await begin();
      await put(id, rows(1, 100), 100);
      await put(id, rows(101, 150), 160);
      const newest = await read(id, 1000);
      expect(newest.rows.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 100 }, (_, index) => 150 - index),
      );
      expect(newest.more).toBe(true);
      const rest = await read(id, 51);
      expect([rest.rows.length, rest.more]).toEqual([50, false]);
      const listed = (await server.call(listArchives, {}, mira)).output;
      expect(listed).toEqual({
        archives: [{ conversationId: id, upTo: 160, rows: 150 }],
        next: null,
        bytes: 1500,
      });
      expect((await read(id, 1000, owner)).rows).toEqual([]);
      expect((await put(id, rows(1, 1), 1, owner)).refused?.errorCode).toBe("conversation.not_found");
      expect((await server.call(listArchives, {}, owner)).output.archives).toEqual([]);
    });

    test("a later version takes the place of an earlier one, and never the other way", async () => {
      const id = await begin();
      await put(id, [{ sequence: 5, version: 5, sealed: sealed(10, 1) }], 5);
      await put(id, [{ sequence: 5, version: 9, sealed: sealed(20, 2) }], 3);
      await put(id, [{ sequence: 5, version: 7, sealed: sealed(30, 3) }], 4);
      expect((await read(id, 10)).rows).toEqual([{ sequence: 5, version: 9, sealed: sealed(20, 2) }]);
      const { output } = await server.call(listArchives, {}, mira);
      expect(output).toMatchObject({ archives: [{ upTo: 5, rows: 1 }], bytes: 20 });
    });

    test("what was erased leaves its place and nothing else, and does not come back", async () => {
      const id = await begin();
      await put(id, rows(1, 3), 3);
      const erased = { sequence: 2, version: 8, sealed: null };
      await server.call(putArchive, { conversationId: id, rows: [erased], upTo: 3 }, mira);
      await put(id, rows(2, 2), 3);
      expect((await read(id, 10)).rows.map((row) => row.sealed?.length ?? null)).toEqual([10, null, 10]);
    });

    test("a full archive takes nothing that makes it larger, and says so", async () => {
      const id = await begin();
      expect((await put(id, rows(1, 100, ROOM / 100), 100)).status).toBe(200);
      expect((await put(id, rows(101, 101), 101)).refused?.errorCode).toBe("archive.full");
      const erased = { sequence: 2, version: 200, sealed: null };
      const answer = await server.call(putArchive, { conversationId: id, rows: [erased], upTo: 100 }, mira);
      expect(answer.status).toBe(200);
      expect((await put(id, rows(101, 101), 101)).status).toBe(200);
    });

    test("it is dropped of one conversation or of all", async () => {
      const id = await begin();
      await put(id, rows(1, 3), 3);
      await server.call(dropArchive, { conversationId: newId<ConversationId>() }, mira);
      expect((await read(id, 10)).rows).toHaveLength(3);
      await server.call(dropArchive, { conversationId: id }, owner);
      expect((await read(id, 10)).rows).toHaveLength(3);
      await server.call(dropArchive, { conversationId: null }, mira);
      expect((await read(id, 10)).rows).toEqual([]);
      expect((await server.call(listArchives, {}, mira)).output).toEqual({
        archives: [],
        next: null,
        bytes: 0,
      });
    });
  });
