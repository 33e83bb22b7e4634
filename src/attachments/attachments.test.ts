import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { and, eq } from "drizzle-orm";
import { conversationDevices, conversationMembers, events } from "../db/tables.ts";
import * as wire from "../protocol/attachments.ts";
import { CHUNK } from "../protocol/attachments.ts";
import { syncConversation } from "../protocol/delivery.ts";
import { type AttachmentId, type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { changeSettings } from "../settings/settings.ts";
import { found, openCast, type Player, send, type Talk, write } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { sweepAttachments } from "./sweep-attachments.ts";

const BY = { actor: null, at: 0, ip: null, requestId: null };
const DAY = 24 * 60 * 60_000;

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    let talk: Talk;
    const opened: TestApp[] = [];

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
      talk = await found(server, ada, ben);
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const sealed = (size: number) => {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      return bytes;
    };
    const begin = (
      by: Player,
      size: number,
      id = newId<AttachmentId>(),
      to: ConversationId = talk.conversationId,
    ) => server.call(wire.beginAttachment, { attachmentId: id, conversationId: to, size }, by);
    const put = (by: Player, id: AttachmentId, bytes: Uint8Array<ArrayBuffer>, offset: number) =>
      server.call(
        wire.putAttachmentChunk,
        { attachmentId: id, offset, bytes: bytes.slice(offset, offset + CHUNK) },
        by,
      );
    const complete = (by: Player, attachmentId: AttachmentId) =>
      server.call(wire.completeAttachment, { attachmentId }, by);
    const upload = async (by: Player, bytes: Uint8Array<ArrayBuffer>): Promise<AttachmentId> => {
      const id = newId<AttachmentId>();
      await begin(by, bytes.byteLength, id);
      for (let offset = 0; offset < bytes.byteLength; offset += CHUNK) await put(by, id, bytes, offset);
      expect((await complete(by, id)).output).toEqual({ received: bytes.byteLength, completed: true });
      return id;
    };
    const ticketFor = (by: Player, attachmentId: AttachmentId) =>
      server.call(wire.openAttachment, { attachmentId }, by);
    const fetchWith = (by: Player, id: AttachmentId, ticket: string, headers: Record<string, string> = {}) =>
      fetch(`${server.origin}/api/attachments/${id}/content?ticket=${ticket}`, {
        headers: { cookie: by.cookie, ...headers },
      });
    const download = async (by: Player, id: AttachmentId, headers: Record<string, string> = {}) => {
      const { output, refused } = await ticketFor(by, id);
      return refused ? refused.errorCode : fetchWith(by, id, output.ticket, headers);
    };
    const read = async (answer: Response | string) =>
      typeof answer === "string" ? answer : new Uint8Array(await answer.arrayBuffer());
    const filesLeft = () => {
      const folder = join(server.app.config.dataFolder, "files");
      if (!existsSync(folder)) return [];
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    };
    /** As a commit that removes them leaves it. */
    const remove = (player: Player) =>
      server.app.db.write(async (tx) => {
        await tx
          .update(conversationMembers)
          .set({ leftSequence: 2 })
          .where(eq(conversationMembers.accountId, player.me.accountId));
        await tx
          .delete(conversationDevices)
          .where(
            and(
              eq(conversationDevices.conversationId, talk.conversationId),
              eq(conversationDevices.deviceId, player.device.deviceId),
            ),
          );
      });

    test("what one member uploads the other fetches byte for byte, kept for the server's user alone", async () => {
      const bytes = sealed(2 * CHUNK + 77);
      const id = await upload(ada, bytes);
      const answer = (await download(ben, id)) as Response;
      expect(answer.status).toBe(200);
      expect(await read(answer)).toEqual(bytes);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "content-type": "application/octet-stream",
        "content-disposition": "attachment",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      });
      const [file = "", ...more] = filesLeft();
      expect(more).toEqual([]);
      expect(file).toEndWith(`/files/${id.slice(0, 2)}/${id}`);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    });

    test("neither a stranger, nor a removed member, nor somebody with another's ticket fetches it", async () => {
      const id = await upload(ada, sealed(50));
      expect(await download(cleo, id)).toBe("attachment.not_found");
      const { output } = await ticketFor(ben, id);
      const borrowed = await fetchWith(cleo, id, output.ticket);
      expect([borrowed.status, await borrowed.json()]).toMatchObject([
        403,
        { errorCode: "attachment.ticket_invalid" },
      ]);
      expect(
        (await fetch(`${server.origin}/api/attachments/${id}/content?ticket=${output.ticket}`)).status,
      ).toBe(401);
      await remove(ben);
      const late = await fetchWith(ben, id, output.ticket);
      expect([late.status, await late.json()]).toMatchObject([404, { errorCode: "attachment.not_found" }]);
    });

    test("a ticket is for one file and a few minutes, and cannot be changed", async () => {
      const [one, other] = [await upload(ada, sealed(50)), await upload(ada, sealed(60))];
      const { output } = await ticketFor(ben, one);
      expect((await fetchWith(ben, one, output.ticket)).status).toBe(200);
      expect((await fetchWith(ben, other, output.ticket)).status).toBe(403);
      const [until, tag] = output.ticket.split(".");
      expect((await fetchWith(ben, one, `${Number(until) + 1}.${tag}`)).status).toBe(403);
      expect((await fetchWith(ben, one, "nonsense")).status).toBe(403);
      server.clock.advance(5 * 60_000);
      expect((await fetchWith(ben, one, output.ticket)).status).toBe(403);
    });

    test("a part is answered as a part, and one beyond the end is not", async () => {
      const bytes = sealed(1000);
      const id = await upload(ada, bytes);
      const part = (await download(ben, id, { range: "bytes=100-299" })) as Response;
      expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 100-299/1000"]);
      expect(await read(part)).toEqual(bytes.slice(100, 300));
      const rest = (await download(ben, id, { range: "bytes=990-" })) as Response;
      expect(await read(rest)).toEqual(bytes.slice(990));
      const beyond = (await download(ben, id, { range: "bytes=1000-" })) as Response;
      expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */1000"]);
    });

    test("nobody fetches what is not complete, or uploads for another", async () => {
      const bytes = sealed(CHUNK + 1);
      const id = newId<AttachmentId>();
      expect((await begin(cleo, 10)).refused?.errorCode).toBe("conversation.not_found");
      await begin(ada, bytes.byteLength, id);
      await put(ada, id, bytes, 0);
      expect((await complete(ada, id)).refused?.errorCode).toBe("attachment.incomplete");
      expect(await download(ben, id)).toBe("attachment.not_found");
      expect((await put(ben, id, bytes, CHUNK)).refused?.errorCode).toBe("attachment.not_found");
      expect((await begin(ben, bytes.byteLength, id)).refused?.errorCode).toBe("attachment.not_found");
      await server.call(wire.dropAttachment, { attachmentId: id }, ben);
      expect((await server.call(wire.showAttachment, { attachmentId: id }, ada)).output.received).toBe(CHUNK);
    });

    test("a chunk sent twice counts once, one out of turn is told where it goes on", async () => {
      const bytes = sealed(3 * CHUNK);
      const id = newId<AttachmentId>();
      await begin(ada, bytes.byteLength, id);
      expect((await put(ada, id, bytes, 0)).output).toEqual({ received: CHUNK, completed: false });
      expect((await put(ada, id, bytes, 0)).output).toEqual({ received: CHUNK, completed: false });
      const early = await put(ada, id, bytes, 2 * CHUNK);
      expect(early.refused?.errorCode).toBe("attachment.wrong_offset");
      expect(early.headers.get("upload-offset")).toBe(String(CHUNK));
      const odd = { attachmentId: id, offset: CHUNK, bytes: sealed(10) };
      expect((await server.call(wire.putAttachmentChunk, odd, ada)).refused?.errorCode).toBe(
        "request.malformed",
      );
      expect((await begin(ada, bytes.byteLength, id)).output).toEqual({ received: CHUNK, completed: false });
      await Promise.all([put(ada, id, bytes, CHUNK), put(ada, id, bytes, CHUNK)]);
      await put(ada, id, bytes, 2 * CHUNK);
      await complete(ada, id);
      expect((await complete(ada, id)).output).toEqual({ received: 3 * CHUNK, completed: true });
      expect(await read((await download(ben, id)) as Response)).toEqual(bytes);
    });

    test("what is too large, or beyond the account's room, is refused before a byte is sent", async () => {
      await changeSettings(server.app, { attachmentLargest: 1000 }, BY);
      await changeSettings(server.app, { attachmentQuota: 1500 }, BY);
      expect((await begin(ada, 1001)).refused?.errorCode).toBe("attachment.too_large");
      const id = newId<AttachmentId>();
      expect((await begin(ada, 900, id)).status).toBe(200);
      expect((await begin(ada, 601)).refused?.errorCode).toBe("attachment.quota_full");
      expect((await begin(ben, 900)).status).toBe(200);
      const { output } = await server.call(wire.showAttachmentRules, {}, ada);
      expect(output).toEqual({ largest: 1000, quota: 1500, used: 900, allowed: [] });
      await server.call(wire.dropAttachment, { attachmentId: id }, ada);
      expect((await begin(ada, 601)).status).toBe(200);
    });

    test("of many uploads begun at once no more are taken than there is room for", async () => {
      await changeSettings(server.app, { attachmentQuota: 3000 }, BY);
      const answers = await Promise.all(Array.from({ length: 6 }, () => begin(ada, 1000)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    });

    test("who is removed in the middle of an upload is refused, and nothing of it stays", async () => {
      const bytes = sealed(2 * CHUNK);
      const id = newId<AttachmentId>();
      await begin(ada, bytes.byteLength, id);
      await put(ada, id, bytes, 0);
      expect(filesLeft()).toHaveLength(1);
      await remove(ada);
      expect((await put(ada, id, bytes, CHUNK)).refused?.errorCode).toBe("conversation.not_found");
      expect(filesLeft()).toEqual([]);
      expect((await server.call(wire.showAttachment, { attachmentId: id }, ada)).refused?.errorCode).toBe(
        "attachment.not_found",
      );
    });

    test("forwarding lets another conversation in, by a member of both alone", async () => {
      const id = await upload(ada, sealed(50));
      const other = await found(server, ben, cleo);
      const grant = (by: Player) =>
        server.call(wire.grantAttachment, { attachmentId: id, conversationId: other.conversationId }, by);
      expect((await grant(ada)).refused?.errorCode).toBe("conversation.not_found");
      expect((await grant(cleo)).refused?.errorCode).toBe("attachment.not_found");
      expect(await download(cleo, id)).toBe("attachment.not_found");
      expect([(await grant(ben)).status, (await grant(ben)).status]).toEqual([200, 200]);
      expect(((await download(cleo, id)) as Response).status).toBe(200);
    });

    test("a message may name what its conversation was given, and tells the members so", async () => {
      const id = await upload(ada, sealed(50));
      const unfinished = newId<AttachmentId>();
      await begin(ada, 10, unfinished);
      const saved = await found(server, ada, ada);
      const foreign = await write(saved.group, "look", { attachmentIds: [id] });
      expect(await send(server, ada, foreign)).toEqual({ refused: "attachment.not_found" });
      const early = await write(talk.group, "look", { attachmentIds: [id, unfinished] });
      expect(await send(server, ada, early)).toEqual({ refused: "attachment.not_found" });
      const message = await write(talk.group, "look", { attachmentIds: [id] });
      expect(await send(server, ada, message)).toMatchObject({ sequence: 2 });
      const { conversationId } = talk;
      const { output } = await server.call(syncConversation, { conversationId, after: 1 }, ben);
      expect(output.events).toMatchObject([{ messageId: message.messageId, attachmentIds: [id] }]);
    });

    test("what no message names within a day goes, with its file; what one names stays", async () => {
      const [unnamed, named] = [await upload(ada, sealed(50)), await upload(ada, sealed(60))];
      const unfinished = newId<AttachmentId>();
      const bytes = sealed(CHUNK + 1);
      await begin(ada, bytes.byteLength, unfinished);
      await put(ada, unfinished, bytes, 0);
      await send(server, ada, await write(talk.group, "look", { attachmentIds: [named] }));
      server.clock.advance(DAY - 1);
      expect(await sweepAttachments(server.app)).toBe(0);
      expect(filesLeft()).toHaveLength(3);
      server.clock.advance(1);
      expect(await sweepAttachments(server.app)).toBe(2);
      expect(filesLeft().map((file) => file.split("/").at(-1))).toEqual([named]);
      expect(await download(ben, unnamed)).toBe("attachment.not_found");
      expect(((await download(ben, named)) as Response).status).toBe(200);
      await Bun.write(
        join(server.app.config.dataFolder, "files/gathering", newId()),
        "left by a killed server",
      );
      await sweepAttachments(server.app);
      expect(filesLeft()).toHaveLength(1);
    });

    test("a file goes a day after the last message that names it was taken back or has expired, and its room is given back", async () => {
      const [shared, passing] = [await upload(ada, sealed(50)), await upload(ada, sealed(60))];
      const first = await write(talk.group, "look", { attachmentIds: [shared] });
      await send(server, ada, first);
      const second = { ...first, messageId: newId<MessageId>(), counter: 2 };
      await send(server, ada, second);
      const expiresAt = server.clock.now() + 1000;
      const short = { counter: 3, attachmentIds: [passing], expiresAt };
      await send(server, ada, await write(talk.group, "look", short));
      const takeBack = async (by: Player, deletes: MessageId, counter: number) =>
        send(server, by, await write(talk.group, "no", { counter, deletes }));
      const dayLater = async () => {
        await sweepAttachments(server.app);
        server.clock.advance(DAY);
        return sweepAttachments(server.app);
      };
      server.clock.advance(1000);
      expect(await dayLater()).toBe(1);
      expect(filesLeft().map((file) => file.split("/").at(-1))).toEqual([shared]);

      await takeBack(ben, first.messageId, 1);
      await takeBack(ben, second.messageId, 2);
      await takeBack(ada, first.messageId, 4);
      expect(await dayLater()).toBe(0);
      expect(((await download(ben, shared)) as Response).status).toBe(200);

      // Delivered to everybody and dropped, it is taken back all the same.
      await server.app.db.write((tx) => tx.delete(events).where(eq(events.messageId, second.messageId)));
      await takeBack(ada, second.messageId, 5);
      expect(await dayLater()).toBe(1);
      expect(filesLeft()).toEqual([]);
      expect((await server.call(wire.showAttachmentRules, {}, ada)).output.used).toBe(0);
    });

    test("whoever uploads faster than anybody can is told to wait", async () => {
      const answers = await Promise.all(Array.from({ length: 201 }, () => begin(ada, 1)));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(1);
      expect(refused[0]?.headers.get("retry-after")).toBe("1");
    });
  });
