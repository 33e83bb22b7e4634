import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { foundGroup } from "../../web/crypto/found-group.ts";
import { LIMITS } from "../limits/take.ts";
import { foundConversation, showConversation } from "../protocol/conversations.ts";
import { syncAccount, syncConversation } from "../protocol/delivery.ts";
import { claimKeyPackages, showExternalSender } from "../protocol/devices.ts";
import { firstOf } from "../protocol/generation.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { dialects } from "../testing/dialects.ts";
import { type MadeDevice, registerNewDevice } from "../testing/make-device.ts";
import { invitePerson, type Person, setUpOwner } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

for (const dialect of dialects) {
  describe(`founding on ${dialect}`, () => {
    let app: TestApp;
    let owner: Person;
    let victim: Person;
    beforeAll(async () => {
      app = await openTestApp({ dialect });
      owner = await setUpOwner(app);
      victim = await invitePerson(app, owner, "victim");
      await registerNewDevice(app, victim, { keyPackages: 10 });
    });
    afterAll(() => app.close());

    const found = async (
      person: Person,
      { device }: MadeDevice,
      generation: number,
      conversationId = newId<ConversationId>(),
      other = victim,
    ) => {
      const peer = other.me.accountId;
      const { output: claimed } = await app.call(claimKeyPackages, { accountId: peer }, person);
      const { output: server } = await app.call(showExternalSender, {}, person);
      const { groupInfo, first } = await foundGroup({
        conversationId,
        generation,
        kind: "direct",
        device,
        peer,
        peers: claimed.devices.map(({ keyPackage }) => keyPackage),
        externalSender: server.externalSender,
        commitId: newId<MessageId>(),
        now: app.clock.now(),
      });
      return app.call(
        foundConversation,
        { conversationId, kind: "direct", peer, groupInfo, first: { ...first, generation } },
        person,
      );
    };

    test("one person cannot begin more than one conversation with another by counting generations", async () => {
      const person = await invitePerson(app, owner, "counting");
      const made = await registerNewDevice(app, person);
      for (const generation of [16, 2 ** 16, 2 ** 32]) {
        const { refused } = await found(person, made, generation);
        expect(refused?.errorCode).toBe("commit.not_allowed");
      }
      expect((await found(person, made, 7)).output).toEqual({ sequence: firstOf(7), epoch: 1 });
      for (const generation of [0, 7, 8])
        expect((await found(person, made, generation)).refused?.errorCode).toBe("conversation.exists");
    });

    test("a conversation goes on with a later group, founded by a device that is in it and by nobody else", async () => {
      const [ann, ben] = [await invitePerson(app, owner, "ann"), await invitePerson(app, owner, "ben")];
      const stranger = await invitePerson(app, owner, "stranger");
      const anns = await registerNewDevice(app, ann);
      const bens = await registerNewDevice(app, ben, { keyPackages: 5 });
      const strange = await registerNewDevice(app, stranger);
      const id = newId<ConversationId>();
      expect((await found(ann, anns, 0, id, ben)).output).toEqual({ sequence: 1, epoch: 1 });
      const refusals = [
        await found(stranger, strange, 1, id, ben),
        await found(stranger, strange, 1, id, ann),
        await found(ann, anns, 0, id, ben),
      ];
      for (const { refused } of refusals) expect(refused?.errorCode).toBe("conversation.exists");
      expect((await found(ann, anns, 17, id, ben)).refused?.errorCode).toBe("commit.not_allowed");
      const sequence = firstOf(1);
      expect((await found(ann, anns, 1, id, ben)).output).toEqual({ sequence, epoch: 1 });
      const { output: card } = await app.call(showConversation, { conversationId: id }, ben);
      expect(card).toMatchObject({ generation: 1, epoch: 1, head: sequence });
      expect(card.members.map(({ username }) => username).sort()).toEqual(["ann", "ben"]);
      const { output: mail } = await app.call(syncAccount, { after: 0 }, ben);
      const welcomes = mail.events.flatMap((event) => (event.kind === "welcome" ? event : []));
      expect(
        welcomes.map(({ generation, conversationSequence }) => [generation, conversationSequence]),
      ).toEqual([
        [0, 1],
        [1, sequence],
      ]);
      const { output: page } = await app.call(syncConversation, { conversationId: id, after: 0 }, ben);
      expect(page.events.map((event) => event.sequence)).toEqual([sequence]);
      expect((await found(ben, bens, 1, id, ann)).refused?.errorCode).toBe("conversation.exists");
    });

    test("groups are not verified for one account without end", async () => {
      const person = await invitePerson(app, owner, "restless");
      await registerNewDevice(app, person);
      const peer = victim.me.accountId;
      const bytes = new Uint8Array(1);
      const first = {
        commitId: newId<MessageId>(),
        generation: 0,
        epoch: 0,
        commit: bytes,
        groupInfo: bytes,
      };
      const rubbish = { kind: "direct", peer, groupInfo: bytes, first: { ...first, welcome: null } } as const;
      const ask = () =>
        app.call(foundConversation, { conversationId: newId<ConversationId>(), ...rubbish }, person);
      for (let count = 0; count < LIMITS.group_change.burst; count += 1)
        expect((await ask()).refused?.errorCode).toBe("commit.malformed");
      const { refused } = await ask();
      expect(refused?.errorCode).toBe("request.too_many");
    });
  });
}
