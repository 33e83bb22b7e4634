import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { UploadView } from "../../web/delivery/patches.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { openAgain, openHeadless } from "../../web/headless.ts";
import { EVERYTHING } from "../../web/storage/key.ts";
import { gatheredAt } from "../attachments/gather.ts";
import { createInvite } from "../protocol/accounts.ts";
import { CHUNK, openAttachment } from "../protocol/attachments.ts";
import { type AttachmentId, type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { changeSettings } from "../settings/settings.ts";
import { dialects, makeTestDatabase } from "../testing/dialects.ts";
import { startObjectStore } from "../testing/object-store.ts";
import { PASSWORD } from "../testing/people.ts";
import { come } from "./grouping.ts";
import { type Screen, until, watch } from "./person.ts";
import { startServerProcess } from "./server-process.ts";
import { startTalking, storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(90_000);

const BY = { actor: null, at: 0, ip: null, requestId: null };
const WORDS = "Grandmother's rice wants forty minutes and no stirring. ";

/** As large as asked for, and readable wherever it should not be. */
function readable(size: number): Blob {
  return new Blob([WORDS.repeat(Math.ceil(size / WORDS.length)).slice(0, size)], { type: "text/plain" });
}

async function attach(
  screen: Screen,
  conversationId: ConversationId,
  file: Blob,
  name = "recipe-of-hers.txt",
) {
  const id = newId<AttachmentId>();
  await screen.do({ kind: "attach", conversationId, about: { id, name, type: file.type }, file });
  return id;
}

function uploadOf(screen: Screen, id: AttachmentId): UploadView | undefined {
  return screen.patches
    .flatMap((patch) => (patch.kind === "uploads" ? patch.uploads : []))
    .findLast((upload) => upload.id === id);
}

const isSealed = (screen: Screen, id: AttachmentId) => () =>
  !["sealing", undefined].includes(uploadOf(screen, id)?.phase);

async function receive(screen: Screen, messageId: MessageId, attachmentId: AttachmentId): Promise<string> {
  await until("the message arrives", () => screen.messages.has(messageId));
  return (await screen.do({ kind: "fetch_file", messageId, attachmentId })).text();
}

const failureOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "none",
    (cause: { code: string }) => cause.code,
  );

for (const { name, open } of worlds())
  describe(`files between two people on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("arrive byte for byte with words and name, and leave nothing on the sender's device", () =>
      sendOneFile(world));

    test("may go without words, and what is written meanwhile does not wait for them", async () => {
      const gate = slowUploads();
      const { alice, bob, id } = await startTalking(world, { through: gate.through });
      const attachmentId = await attach(alice, id, readable(CHUNK));
      await until("it is sealed", isSealed(alice, attachmentId));
      const sent = await alice.do({
        kind: "send",
        conversationId: id,
        text: "",
        attachments: [attachmentId],
      });
      await alice.do({ kind: "send", conversationId: id, text: "more to come" });
      await until("the words are there", () => bob.texts(id).includes("more to come"));
      expect(bob.messages.has(sent)).toBe(false);
      expect(alice.messages.get(sent)?.mark).toBe("waiting");
      gate.open();
      await receive(bob, sent, attachmentId);
      await Promise.all([alice.close(), bob.close()]);
    });

    for (const store of ["outbox", "pieces"] as const)
      test(`are shown to their sender also when they go out while they are looked for (${store})`, async () => {
        const gate = slowUploads(0, /\/complete$/);
        const pause = pausedReading(store);
        const through = (platform: Platform) => pause.through(gate.through(platform));
        const { alice, bob, id } = await startTalking(world, { through });
        const file = readable(2 * CHUNK);
        const attachmentId = await attach(alice, id, file);
        await until("it is sealed", isSealed(alice, attachmentId));
        const sent = await alice.do({
          kind: "send",
          conversationId: id,
          text: "look",
          attachments: [attachmentId],
        });
        await until("all of it is with the server", gate.waiting);
        pause.next();
        const asked = alice.do({ kind: "fetch_file", messageId: sent, attachmentId });
        await until("it is looked for", pause.waiting);
        gate.open();
        await until("it is out and in its place", () => alice.messages.get(sent)?.mark === "delivered");
        pause.end();
        expect(await (await asked).text()).toBe(await file.text());
        await Promise.all([alice.close(), bob.close()]);
      });

    test("go on from where they were after the network was away and the page was closed", async () => {
      const gate = slowUploads(2);
      const { alicePerson, alice, bob, id } = await startTalking(world, { through: gate.through });
      const file = readable(5 * CHUNK);
      const attachmentId = await attach(alice, id, file);
      await until("it is sealed", isSealed(alice, attachmentId));
      const sent = await alice.do({
        kind: "send",
        conversationId: id,
        text: "soon",
        attachments: [attachmentId],
      });
      await until("two chunks are there", () => gate.passed() === 2);
      await alice.close();
      const again = watch(openAgain(alicePerson.platform));
      await until("it is known again", () => uploadOf(again, attachmentId)?.messageId === sent);
      gate.open();
      expect(await receive(bob, sent, attachmentId)).toBe(await file.text());
      // Five chunks of it, and what encryption adds.
      expect(gate.passed()).toBe(6);
      await Promise.all([again.close(), bob.close()]);
    });

    test("can be paused, gone on with, and taken away before they are sent", async () => {
      const gate = slowUploads(1);
      const { alice, bob, id } = await startTalking(world, { through: gate.through });
      const [kept, dropped] = [
        await attach(alice, id, readable(3 * CHUNK)),
        await attach(alice, id, readable(10)),
      ];
      await until("both are sealed", () => isSealed(alice, kept)() && isSealed(alice, dropped)());
      await alice.do({ kind: "pause_upload", attachmentId: kept });
      await alice.do({ kind: "drop_upload", attachmentId: dropped });
      gate.open();
      await Bun.sleep(200);
      expect(uploadOf(alice, kept)?.phase).toBe("paused");
      const sending = { kind: "send", conversationId: id, text: "x" } as const;
      expect(await failureOf(alice.do({ ...sending, attachments: [dropped] }))).toBe("attachment.gone");
      await alice.do({ kind: "resume_upload", attachmentId: kept });
      const sent = await alice.do({ ...sending, attachments: [kept] });
      await receive(bob, sent, kept);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("can be taken back after they were sent, and the words and the other files are still there", async () => {
      const gate = slowUploads(1);
      const { alice, bob, id } = await startTalking(world, { through: gate.through });
      const file = readable(10);
      const large = await attach(alice, id, readable(3 * CHUNK));
      await until("the first is sealed", isSealed(alice, large));
      const other = await attach(alice, id, file);
      await until("the other is sealed", isSealed(alice, other));
      const said = { kind: "send", conversationId: id, text: "her book" } as const;
      const sent = await alice.do({ ...said, attachments: [large, other] });
      await until("one chunk is there", () => gate.passed() === 1);
      expect(gatheredOf(world, large)).toBe(CHUNK);
      expect(await alice.do({ kind: "cancel_upload", messageId: sent, attachmentId: large })).toBe(
        "her book",
      );
      expect(alice.messages.has(sent)).toBe(false);
      await until("the server has nothing of it", () => gatheredOf(world, large) === undefined);
      expect(await alice.do({ kind: "cancel_upload", messageId: sent, attachmentId: large })).toBeUndefined();
      gate.open();
      await until("the other is up", () => uploadOf(alice, other)?.phase === "done");
      expect(uploadOf(alice, other)?.messageId).toBeUndefined();
      const again = await alice.do({ ...said, attachments: [other] });
      expect(await receive(bob, again, other)).toBe(await file.text());
      expect(bob.texts(id)).toEqual(["her book"]);
      const late = { kind: "cancel_upload", messageId: again, attachmentId: other } as const;
      expect(await alice.do(late)).toBeUndefined();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("say how much of them has come, and can be stopped and fetched again", async () => {
      let hold = false;
      const half = (platform: Platform): Platform => ({
        ...platform,
        fetch: async (url, init) => {
          const answer = await platform.fetch(url, init);
          if (!hold || !url.includes("/content?") || !answer.ok) return answer;
          return new Response(stuckInTheMiddle(await answer.bytes(), init.signal), { status: answer.status });
        },
      });
      const { alice, bob, id } = await startTalking(world, {}, { through: half });
      const file = readable(3 * CHUNK);
      const attachmentId = await attach(alice, id, file);
      await until("it is sealed", isSealed(alice, attachmentId));
      const sent = await alice.do({
        kind: "send",
        conversationId: id,
        text: "",
        attachments: [attachmentId],
      });
      await until("it arrives", () => bob.messages.has(sent));
      hold = true;
      const asked = { kind: "fetch_file", messageId: sent, attachmentId } as const;
      const failure = failureOf(bob.do(asked));
      await until("half of it is there", () => (comingOf(bob, attachmentId) ?? 0) >= 0.45);
      expect(comingOf(bob, attachmentId)).toBeLessThan(0.55);
      await bob.do({ kind: "stop_fetch", attachmentId });
      expect(await failure).toBe("attachment.stopped");
      expect(comingOf(bob, attachmentId)).toBeUndefined();
      hold = false;
      expect(await (await bob.do(asked)).text()).toBe(await file.text());
      await Promise.all([alice.close(), bob.close()]);
    });

    test("that the server will not take are said why, and the words stay", async () => {
      const { alice, bob, id } = await startTalking(world);
      await changeSettings(world.test.app, { attachmentsAllowed: [".pdf", "image/*"] }, BY);
      const refused = await attach(alice, id, readable(10));
      await until("it is refused", () => uploadOf(alice, refused)?.failure === "attachment.not_allowed");
      const disguised = new Blob([WORDS], { type: "application/pdf" });
      const wrong = await attach(alice, id, disguised, "recipe.pdf");
      await until("it is seen through", () => uploadOf(alice, wrong)?.failure === "attachment.disagrees");
      await changeSettings(world.test.app, { attachmentsAllowed: [] }, BY);
      await changeSettings(world.test.app, { attachmentLargest: CHUNK }, BY);
      const large = await attach(alice, id, readable(CHUNK + 1));
      await until("it is too large", () => uploadOf(alice, large)?.failure === "attachment.too_large");
      const almost = await attach(alice, id, readable(CHUNK));
      await until("it is sealed", isSealed(alice, almost));
      const sent = await alice
        .do({ kind: "send", conversationId: id, text: "with words", attachments: [almost] })
        .catch(() => undefined);
      await until(
        "its ciphertext is too large",
        () => uploadOf(alice, almost)?.failure === "attachment.too_large",
      );
      if (sent)
        await until(
          "the message says so",
          () => alice.messages.get(sent)?.failure === "attachment.too_large",
        );
      await changeSettings(world.test.app, { attachmentLargest: 100 * CHUNK }, BY);
      if (sent) await alice.do({ kind: "retry", messageId: sent });
      else await alice.do({ kind: "resume_upload", attachmentId: almost });
      await until("it is up", () => uploadOf(alice, almost)?.phase === "done");
      if (sent) await receive(bob, sent, almost);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("that no room is left for wait with their words, say so, and go once there is room", async () => {
      const gate = slowUploads(0, /\/api\/attachments$/);
      const { alice, bob, id } = await startTalking(world, { through: gate.through });
      await changeSettings(world.test.app, { attachmentQuota: CHUNK }, BY);
      const early = await attach(alice, id, readable(CHUNK + 1));
      await until("it is seen at once", () => uploadOf(alice, early)?.failure === "attachment.quota_full");
      // Fits by its own size, and no more once it is encrypted: only the server sees that.
      const late = await attach(alice, id, readable(CHUNK));
      await until("it is sealed", isSealed(alice, late));
      const said = { kind: "send", conversationId: id, text: "her book" } as const;
      const sent = await alice.do({ ...said, attachments: [late] });
      gate.open();
      await until("it says so", () => alice.messages.get(sent)?.failure === "attachment.quota_full");
      expect(alice.texts(id)).toContain("her book");
      await changeSettings(world.test.app, { attachmentQuota: 100 * CHUNK }, BY);
      await alice.do({ kind: "retry", messageId: sent });
      expect(await receive(bob, sent, late)).toBe(await readable(CHUNK).text());
      await Promise.all([alice.close(), bob.close()]);
    });

    test("of somebody who is removed meanwhile reach nobody, and stay with them, words and all", async () => {
      const gate = slowUploads(1);
      const [ada, ben] = [await come(world), await come(world, gate.through)];
      const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames: [ben.name] });
      await until("ben is in", () => ben.screen.conversations.get(id)?.state === "ready");
      const file = readable(3 * CHUNK);
      const sending = await attach(ben.screen, id, file);
      await until("it is sealed", isSealed(ben.screen, sending));
      const said = { kind: "send", conversationId: id, text: "her book" } as const;
      const sent = await ben.screen.do({ ...said, attachments: [sending] });
      await until("one chunk is there", () => gate.passed() === 1);
      const beside = await attach(ben.screen, id, readable(99), "note.txt");
      await until("it is sealed too", isSealed(ben.screen, beside));
      await ben.screen.do({ kind: "draft", conversationId: id, text: "and one more thing" });
      await ada.screen.do({ kind: "remove_member", conversationId: id, accountId: ben.id });
      await until("ben is out", () => ben.screen.conversations.get(id)?.state === "frozen");
      gate.open();
      await until("his message failed", () => ben.screen.messages.get(sent)?.mark === "failed", 40_000);
      expect(ben.screen.texts(id)).toContain("her book");
      const kept = await ben.screen.do({ kind: "fetch_file", messageId: sent, attachmentId: sending });
      expect(await kept.text()).toBe(await file.text());
      const left = await ben.screen.do({ kind: "fetch_file", messageId: undefined, attachmentId: beside });
      expect(await left.text()).toBe(await readable(99).text());
      expect(await ben.screen.do({ kind: "read_draft", conversationId: id })).toBe("and one more thing");
      await until("the server keeps nothing of it", () => gatheredOf(world, sending) === undefined);
      expect(ada.screen.texts(id)).toEqual([]);
      await Promise.all([ada.close(), ben.close()]);
    });

    test("that are forwarded can be fetched by those to whom, and by them only from then on", async () => {
      const { alice, bob, id } = await startTalking(world);
      const carol = await come(world);
      const file = readable(CHUNK + 5);
      const attachmentId = await attach(alice, id, file);
      await until("it is sealed", isSealed(alice, attachmentId));
      const said = { kind: "send", conversationId: id, text: "her book" } as const;
      const sent = await alice.do({ ...said, attachments: [attachmentId] });
      await receive(bob, sent, attachmentId);
      const ticket = () => carol.person.call(openAttachment, { attachmentId });
      expect(await failureOf(ticket())).toBe("attachment.not_found");
      const to = await bob.do({ kind: "write_to", username: carol.name });
      await bob.do({ kind: "forward", messageId: sent, to });
      await until("it is forwarded", () => carol.screen.texts(to).includes("her book"));
      const copy = [...carol.screen.messages.values()].find(({ conversationId }) => conversationId === to);
      const body = copy?.body.kind === "text" ? copy.body : undefined;
      expect(body).toMatchObject({ forwarded: true, attachments: [{ id: attachmentId }] });
      expect(await receive(carol.screen, copy?.id ?? sent, attachmentId)).toBe(await file.text());
      await Promise.all([alice.close(), bob.close(), carol.close()]);
    });

    test("that the server changed on the way are not shown, and one that is cut goes on", async () => {
      let harm: "none" | "change" | "cut" = "none";
      const hostile = (platform: Platform): Platform => ({
        ...platform,
        fetch: async (url, init) => {
          const answer = await platform.fetch(url, init);
          if (!url.includes("/content?") || harm === "none" || !answer.ok) return answer;
          const bytes = await answer.bytes();
          if (harm === "change") bytes[CHUNK] = (bytes[CHUNK] ?? 0) ^ 1;
          const part = harm === "cut" ? bytes.slice(0, Math.ceil(bytes.byteLength / 2) + 10) : bytes;
          return new Response(part, { status: answer.status });
        },
      });
      const { alice, bob, id } = await startTalking(world, {}, { through: hostile });
      const file = readable(2 * CHUNK);
      const attachmentId = await attach(alice, id, file);
      await until("it is sealed", isSealed(alice, attachmentId));
      const sent = await alice.do({
        kind: "send",
        conversationId: id,
        text: "",
        attachments: [attachmentId],
      });
      await until("it arrives", () => bob.messages.has(sent));
      harm = "change";
      const asked = { kind: "fetch_file", messageId: sent, attachmentId } as const;
      expect(await failureOf(bob.do(asked))).toBe("attachment.damaged");
      harm = "cut";
      expect(await (await bob.do(asked)).text()).toBe(await file.text());
      await Promise.all([alice.close(), bob.close()]);
    });
  });

const store = startObjectStore();
afterAll(store.stop);

for (const { name, open } of worlds({ s3: store.at }))
  test(`files in a bucket arrive just the same, and none of them lies on the server's disk, on ${name}`, async () => {
    const world = await open();
    const before = store.objects.size;
    await sendOneFile(world);
    expect(store.objects.size).toBe(before + 1);
    const folder = join(world.test.app.config.dataFolder, "files");
    expect(filesIn(folder)).toEqual([]);
    for (const bytes of store.objects.values())
      expect(Buffer.from(bytes).includes("Grandmother")).toBe(false);
    await world.stop();
  });

for (const dialect of dialects)
  test(`a server killed in the middle of an upload goes on from what it had kept, on ${dialect}`, async () => {
    const database = await makeTestDatabase(dialect);
    const server = await startServerProcess(database.folder, database.url);
    const gate = slowUploads(3);
    const entrance = { kind: "set_up", token: server.setupToken } as const;
    const login = { server: server.origin, password: PASSWORD };
    const owner = await openHeadless({ ...login, username: "alice", entrance, through: gate.through });
    const { code } = await owner.call(createInvite, {});
    const guest = await openHeadless({
      ...login,
      username: "bob",
      entrance: { kind: "register", inviteCode: code },
    });
    const [alice, bob] = [watch(owner.messenger), watch(guest.messenger)];
    await until("both are ready", () => alice.connection() === "online" && bob.connection() === "online");
    const id = await alice.do({ kind: "write_to", username: "bob" });
    const file = readable(6 * CHUNK + 99);
    const attachmentId = await attach(alice, id, file);
    await until("it is sealed", isSealed(alice, attachmentId));
    const sent = await alice.do({ kind: "send", conversationId: id, text: "", attachments: [attachmentId] });
    await until("three chunks are there", () => gate.passed() === 3);
    await server.kill();
    gate.open();
    await server.start();
    await until("it arrives", () => bob.messages.has(sent), 60_000);
    expect(await receive(bob, sent, attachmentId)).toBe(await file.text());
    expect(gate.passed()).toBe(7);
    await Promise.all([alice.close(), bob.close()]);
    await server.kill();
    expect(filesIn(join(database.folder, "files")).map((path) => path.endsWith(attachmentId))).toEqual([
      true,
    ]);
    const kept = filesIn(database.folder).map((path) => readFileSync(path).toString("latin1"));
    for (const word of ["Grandmother", "recipe-of-hers"])
      expect(kept.some((text) => text.includes(word))).toBe(false);
    await database.remove();
  });

/** The whole way of one file: sealed, uploaded, sent, fetched, found; and nothing of it stays with its sender. */
async function sendOneFile(world: World): Promise<void> {
  const talking = await startTalking(world);
  const { alice, bob, id } = talking;
  const file = readable(2 * CHUNK + 5);
  const attachmentId = await attach(alice, id, file);
  await until("it is sealed", isSealed(alice, attachmentId));
  const sent = await alice.do({
    kind: "send",
    conversationId: id,
    text: "look",
    attachments: [attachmentId],
  });
  expect(await receive(bob, sent, attachmentId)).toBe(await file.text());
  expect(bob.messages.get(sent)?.body).toEqual({
    kind: "text",
    text: "look",
    attachments: [{ id: attachmentId, name: "recipe-of-hers.txt", type: file.type, size: file.size }],
  });
  await until("it is delivered", () => alice.messages.get(sent)?.mark === "delivered");
  const stored = await storedBy(talking.alicePerson);
  expect(await stored.list("pieces", { ...EVERYTHING, limit: 9 })).toEqual([]);
  expect(await stored.list("uploads", { ...EVERYTHING, limit: 9 })).toEqual([]);
  expect(await receive(alice, sent, attachmentId)).toBe(await file.text());
  for (const wish of [{ text: "RECIPE of" }, { text: "", holds: "files" }] as const) {
    const { hits } = await bob.do({ kind: "search", ...wish });
    expect(hits.map(({ messageId, attachments }) => [messageId, attachments?.[0]?.name])).toEqual([
      [sent, "recipe-of-hers.txt"],
    ]);
  }
  expect((await bob.do({ kind: "search", text: "", holds: "pictures" })).hits).toEqual([]);
  expect(bob.conversations.get(id)?.doubt).toBeUndefined();
  await Promise.all([alice.close(), bob.close()]);
}

/** How many bytes of an unfinished upload the server keeps. */
function gatheredOf({ test: { app } }: World, id: AttachmentId): number | undefined {
  const path = gatheredAt(app, id);
  return existsSync(path) ? statSync(path).size : undefined;
}

function comingOf(screen: Screen, id: AttachmentId): number | undefined {
  const said = screen.patches.findLast((patch) => patch.kind === "fetching" && patch.attachmentId === id);
  return said?.kind === "fetching" ? said.done : undefined;
}

/** Half of it comes, and then nothing, until nobody waits any more. */
function stuckInTheMiddle(bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal | null | undefined) {
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(bytes.slice(0, bytes.byteLength / 2));
      signal?.addEventListener("abort", () => controller.error(signal.reason));
    },
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Lets so many chunks (or other steps of uploads) through, and the others only once it is opened. */
function slowUploads(first = 0, steps = /\/chunks$/) {
  let isOpen = false;
  let passed = 0;
  let isWaiting = false;
  const through = (platform: Platform): Platform => ({
    ...platform,
    fetch: async (url, init) => {
      if (!steps.test(url)) return platform.fetch(url, init);
      isWaiting = !isOpen && passed >= first;
      if (isWaiting) throw new TypeError("the line is cut");
      const answer = await platform.fetch(url, init);
      if (answer.ok) passed += 1;
      return answer;
    },
  });
  const open = () => {
    isOpen = true;
  };
  return { through, passed: () => passed, waiting: () => isWaiting, open };
}

/** One reading of a store stops half way until `end`; of pieces, that of a file's second one. */
function pausedReading(store: "outbox" | "pieces") {
  const ended = Promise.withResolvers<void>();
  let wanted = false;
  let isWaiting = false;
  const through = (platform: Platform): Platform => ({
    ...platform,
    openStorage: async (folder) => {
      const storage = await platform.openStorage(folder);
      return {
        ...storage,
        read: async (name, key) => {
          const isSecond = store === "outbox" || !/\|0+$/.test(key);
          if (!wanted || isWaiting || name !== store || !isSecond) return storage.read(name, key);
          isWaiting = true;
          await ended.promise;
          return storage.read(name, key);
        },
      };
    },
  });
  const next = () => {
    wanted = true;
  };
  return { through, next, waiting: () => isWaiting, end: ended.resolve };
}
