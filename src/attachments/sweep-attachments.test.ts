import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { signDeparture } from "../../web/testing/people-with-keys.ts";
import { attachments } from "../db/tables.ts";
import * as wire from "../protocol/attachments.ts";
import { CHUNK } from "../protocol/attachments.ts";
import { leaveConversation } from "../protocol/conversations.ts";
import { type AttachmentId, type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { found, foundClub, openCast, type Player, send, type Talk, write } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { lockNameable, mayName, noteNamed } from "./name-attachments.ts";
import { sweepAttachments } from "./sweep-attachments.ts";

const DAY = 24 * 60 * 60_000;

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let talk: Talk;

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      [ada, ben] = (await openCast(server, "ada", "ben")) as [Player, Player];
      talk = await found(server, ada, ben);
    });
    afterEach(() => server.close());

    const begin = (by: Player, size: number, attachmentId: AttachmentId, to = talk.conversationId) =>
      server.call(wire.beginAttachment, { attachmentId, conversationId: to, size }, by);
    const put = (by: Player, attachmentId: AttachmentId, bytes: Uint8Array<ArrayBuffer>, offset: number) =>
      server.call(
        wire.putAttachmentChunk,
        { attachmentId, offset, bytes: bytes.slice(offset, offset + CHUNK) },
        by,
      );
    const upload = async (by: Player, size: number, to?: ConversationId): Promise<AttachmentId> => {
      const attachmentId = newId<AttachmentId>();
      await begin(by, size, attachmentId, to);
      await put(by, attachmentId, new Uint8Array(size), 0);
      expect((await server.call(wire.completeAttachment, { attachmentId }, by)).status).toBe(200);
      return attachmentId;
    };
    const opened = async (by: Player, attachmentId: AttachmentId) =>
      (await server.call(wire.openAttachment, { attachmentId }, by)).refused?.errorCode ?? "opened";
    const filesLeft = () => {
      const folder = join(server.app.config.dataFolder, "files");
      if (!existsSync(folder)) return [];
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name);
    };
    /** Until this has ended, or waits for another write to end; on SQLite it always waits. */
    const untilOverOrWaiting = async (other: Promise<unknown>) => {
      if (dialect === "sqlite") return;
      let isOver = false;
      void other.finally(() => (isOver = true));
      const isWaiting = async () => {
        const [row] = await server.app.db.read
          .select({ waiting: sql`COUNT(*)`.mapWith(Number) })
          .from(sql`pg_stat_activity`)
          .where(sql`datname = current_database() AND wait_event_type = 'Lock'`);
        return (row?.waiting ?? 0) > 0;
      };
      while (!isOver && !(await isWaiting())) await Bun.sleep(5);
    };

    test("what was uploaded for a group that is no more counts until it goes, and stays where it was passed on", async () => {
      const club = await foundClub(server, ada);
      const to = club.conversationId;
      const [passedOn, left] = [await upload(ada, 50, to), await upload(ada, 60, to)];
      const unfinished = newId<AttachmentId>();
      const bytes = new Uint8Array(CHUNK + 1);
      await begin(ada, bytes.byteLength, unfinished, to);
      await put(ada, unfinished, bytes, 0);
      const { conversationId } = talk;
      await server.call(wire.grantAttachment, { attachmentId: passedOn, conversationId }, ada);
      await send(server, ada, await write(talk.group, "look", { attachmentIds: [passedOn] }));
      const statement = await signDeparture(club.group);
      expect((await server.call(leaveConversation, { conversationId: to, statement }, ada)).status).toBe(200);

      const used = async () => (await server.call(wire.showAttachmentRules, {}, ada)).output.used;
      expect(await used()).toBe(110 + bytes.byteLength);
      expect((await put(ada, unfinished, bytes, CHUNK)).refused?.errorCode).toBe("conversation.not_found");
      expect(await used()).toBe(110);
      server.clock.advance(DAY);
      expect(await sweepAttachments(server.app)).toBe(1);
      expect(await used()).toBe(50);
      expect(await opened(ada, left)).toBe("attachment.not_found");
      expect(await opened(ben, passedOn)).toBe("opened");
      expect(filesLeft()).toEqual([passedOn]);
    });

    test("what a newer message of the same kind takes the place of names its files no more", async () => {
      const [first, second] = [await upload(ada, 50), await upload(ada, 60)];
      const naming = async (id: AttachmentId, counter: number) =>
        send(
          server,
          ada,
          await write(talk.group, "look", { counter, collapseKey: "status", attachmentIds: [id] }),
        );
      await naming(first, 1);
      await naming(second, 2);
      await sweepAttachments(server.app);
      server.clock.advance(DAY);
      expect(await sweepAttachments(server.app)).toBe(1);
      expect(filesLeft()).toEqual([second]);
    });

    test("a file that is named while it is let go stays", async () => {
      const id = await upload(ada, 50);
      const first = await write(talk.group, "look", { attachmentIds: [id] });
      await send(server, ada, first);
      await send(server, ada, await write(talk.group, "no", { counter: 2, deletes: first.messageId }));
      const again = { ...first, messageId: newId<MessageId>(), counter: 3 };
      const named = Promise.withResolvers<void>();
      const { promise: swept, resolve: sweepIsOver } = Promise.withResolvers<void>();
      const naming = server.app.db.write(async (tx) => {
        expect(mayName(await lockNameable(tx, [again]), again)).toBe(true);
        const event = { ...again, senderAccountId: ada.me.accountId, sentAt: server.clock.now() };
        await noteNamed(tx, talk.conversationId, [id], event);
        named.resolve();
        await untilOverOrWaiting(swept);
      }, "read_committed");
      await named.promise;
      await sweepAttachments(server.app).finally(sweepIsOver);
      await naming;
      server.clock.advance(DAY + 1);
      expect(await sweepAttachments(server.app)).toBe(0);
      expect(await opened(ben, id)).toBe("opened");
    });

    test("a file that is dropped while a message names it fails nobody's message", async () => {
      const id = await upload(ada, 50);
      const message = await write(talk.group, "look", { attachmentIds: [id] });
      const named = Promise.withResolvers<void>();
      const writing = server.app.db.write(async (tx) => {
        expect(mayName(await lockNameable(tx, [message]), message)).toBe(true);
        named.resolve();
        const dropping = server.call(wire.dropAttachment, { attachmentId: id }, ada);
        await untilOverOrWaiting(dropping);
        const event = { ...message, senderAccountId: ada.me.accountId, sentAt: server.clock.now() };
        await noteNamed(tx, talk.conversationId, [id], event);
        return { dropping };
      }, "read_committed");
      const { dropping } = await writing;
      expect((await dropping).status).toBe(200);
      expect(await opened(ben, id)).toBe("attachment.not_found");
      expect(await send(server, ada, message)).toEqual({ refused: "attachment.not_found" });
    });

    test("what a killed server was gathering goes, however much of it there is", async () => {
      const folder = join(server.app.config.dataFolder, "files/gathering");
      mkdirSync(folder, { recursive: true });
      const known = Array.from({ length: 501 }, () => newId<AttachmentId>());
      await server.app.db.write(async (tx) => {
        for (const id of known)
          await tx
            .insert(attachments)
            .values({ id, accountId: ada.me.accountId, size: 1, createdAt: server.clock.now() });
      });
      for (const id of known) await Bun.write(join(folder, id), "x");
      for (let index = 0; index < 501; index += 1) await Bun.write(join(folder, newId()), "x");
      await sweepAttachments(server.app);
      expect(filesLeft()).toHaveLength(501);
    });

    test("whoever passes on or drops faster than anybody can is told to wait", async () => {
      const attachmentId = newId<AttachmentId>();
      const { conversationId } = talk;
      const drops = Array.from({ length: 201 }, () =>
        server.call(wire.dropAttachment, { attachmentId }, ada),
      );
      const grants = Array.from({ length: 201 }, () =>
        server.call(wire.grantAttachment, { attachmentId, conversationId }, ben),
      );
      for (const answers of [await Promise.all(drops), await Promise.all(grants)])
        expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    });
  });
