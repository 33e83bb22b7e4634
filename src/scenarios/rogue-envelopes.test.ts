import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { encryptMessage } from "../../web/crypto/encrypt-message.ts";
import { epochAuthenticatorHash, type Group } from "../../web/crypto/group.ts";
import { EMPTY_CHAIN, extendSeenChain } from "../../web/crypto/seen-chain.ts";
import { type Headless, openHeadless } from "../../web/headless.ts";
import { expireMessages } from "../delivery/expire-messages.ts";
import { createInvite } from "../protocol/accounts.ts";
import type { Content } from "../protocol/content.ts";
import type { MessageEnvelope } from "../protocol/delivery.ts";
import { type MessageId, newId, type ReportId } from "../protocol/ids.ts";
import { found, openCast, type Player, send, type Talk } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { PASSWORD } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { readAll, type Screen, until, watch } from "./person.ts";

setDefaultTimeout(60_000);

type Envelope = Pick<MessageEnvelope, "collapseKey" | "deletes" | "expiresAt">;

for (const dialect of dialects)
  describe(`envelopes that no client of ours writes, on ${dialect}`, () => {
    let server: TestApp;
    let rogue: Player;
    let bobPerson: Headless;
    let bob: Screen;
    let talk: Talk;
    let group: Group;
    let counter = 0;
    let lastSeen = 0;
    let chain = EMPTY_CHAIN;

    beforeAll(async () => {
      server = await openTestApp({ dialect });
      [rogue] = (await openCast(server, "rogue")) as [Player];
      const { output } = await server.call(createInvite, {}, rogue);
      const entrance = { kind: "register", inviteCode: output.code } as const;
      bobPerson = await openHeadless({
        server: server.origin,
        username: "bob",
        password: PASSWORD,
        entrance,
      });
      bob = watch(bobPerson.messenger);
      await until("bob is ready", () => bob.connection() === "online");
      talk = await found(server, rogue, { me: bobPerson.me } as Player);
      group = talk.group;
      chain = await extendSeenChain(EMPTY_CHAIN, epochAuthenticatorHash(group));
      await until("bob is in", () => bob.conversations.has(talk.conversationId));
    });
    afterAll(async () => {
      await bob.close();
      await server.close();
    });

    /** Signed and sent just so, with what its sender has seen. */
    const says = async (
      content: object,
      envelope: Envelope = {},
      messageId = newId<MessageId>(),
    ): Promise<MessageId> => {
      counter += 1;
      const said = { version: 1, ...content } as Content;
      const about = { messageId, counter, lastSeen, seenChain: chain, deviceLogHeads: [] };
      const made = await encryptMessage(group, { content: said, ...about, ...envelope });
      group = made.group;
      const { ciphertext, frankingTag, epoch } = made;
      const { conversationId } = talk;
      const sent = { conversationId, messageId, generation: 0, epoch, counter, ciphertext, frankingTag };
      const accepted = await send(server, rogue, { ...sent, ...envelope });
      if (!accepted || !("sequence" in accepted)) throw new Error(`refused: ${accepted?.refused}`);
      lastSeen = accepted.sequence;
      const passes = envelope.collapseKey !== undefined || envelope.expiresAt !== undefined;
      if (!passes) chain = await extendSeenChain(chain, ciphertext);
      return messageId;
    };
    const text = (words: string, envelope: Envelope = {}) => says({ kind: "text", text: words }, envelope);
    const edit = (target: MessageId, words: string, envelope: Envelope = {}) =>
      says({ kind: "edit", target, text: words }, envelope);
    const texts = () => bob.texts(talk.conversationId);
    const comes = async (words: string) => {
      await text(words);
      await until(`"${words}" is read`, () => texts().includes(words));
    };
    /** All that is in sight is proven, and the conversation is in order. */
    const isProven = async () => {
      const { conversationId } = talk;
      const { accountId } = rogue.me;
      await expireMessages(server.app);
      const shown = await bob.do({ kind: "reportable", conversationId, accountId });
      expect(shown.every(({ provable }) => provable)).toBe(true);
      await bob.do({
        kind: "report",
        reportId: newId<ReportId>(),
        accountId,
        messageIds: shown.map(({ id }) => id),
        reason: "threats",
        comment: "all of it",
        block: false,
      });
      expect(bob.conversations.get(conversationId)?.doubt).toBeUndefined();
    };

    test("under a collapse key nothing is heard but marks of what was read, and those under theirs alone", async () => {
      await text("I will come", { collapseKey: "read" });
      await text("I will come too", { collapseKey: "other" });
      await says({ kind: "text", text: "never mind" }, { collapseKey: "other" });
      await says({ kind: "read", upTo: lastSeen });
      await comes("good morning");
      expect(await readAll(bob, talk.conversationId)).toEqual(["good morning"]);
      await isProven();
    });

    test("what an envelope takes back is gone, and what was to be said with it is not heard", async () => {
      const threat = await text("I know where you live");
      await until("it is read", () => texts().includes("I know where you live"));
      await text("lovely weather", { deletes: threat });
      await comes("good evening");
      expect(await readAll(bob, talk.conversationId)).toEqual(["good morning", "(deleted)", "good evening"]);
      await isProven();
    });

    test("whoever takes back a change of theirs takes back what it changed, also before that came", async () => {
      const changed = await text("hello");
      const change = await edit(changed, "pay or else");
      await until("it is changed", () => texts().includes("pay or else"));
      await text("nothing", { deletes: change });
      await until("it is gone", () => !texts().includes("pay or else"));
      const later = newId<MessageId>();
      await text("nothing", { deletes: await edit(later, "or else") });
      await says({ kind: "text", text: "good afternoon" }, {}, later);
      await comes("good night");
      expect((await readAll(bob, talk.conversationId)).slice(-3)).toEqual([
        "(deleted)",
        "good afternoon",
        "good night",
      ]);
      await isProven();
    });

    test("what expires on the server is in sight no longer, whatever it says inside", async () => {
      const soon = () => ({ expiresAt: server.clock.now() + 3_000 });
      const kept = await text("nice to see you");
      await until("it is read", () => texts().includes("nice to see you"));
      await edit(kept, "or I tell everybody", soon());
      await text("I will find you", soon());
      await until("both are read", () =>
        ["or I tell everybody", "I will find you"].every((words) => texts().includes(words)),
      );
      await until("both are gone", () =>
        ["or I tell everybody", "I will find you"].every((words) => !texts().includes(words)),
      );
      server.clock.advance(3_000);
      await comes("good bye");
      await isProven();
    });
  });
