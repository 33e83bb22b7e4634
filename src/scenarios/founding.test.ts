import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { foundGroup } from "../../web/crypto/found-group.ts";
import { LIMITS } from "../limits/take.ts";
import { foundConversation } from "../protocol/conversations.ts";
import { claimKeyPackages, showExternalSender } from "../protocol/devices.ts";
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

    const found = async (person: Person, { device }: MadeDevice, generation: number) => {
      const peer = victim.me.accountId;
      const { output: claimed } = await app.call(claimKeyPackages, { accountId: peer }, person);
      const { output: server } = await app.call(showExternalSender, {}, person);
      const conversationId = newId<ConversationId>();
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
      for (const generation of [1, 7, 2 ** 32]) {
        const { refused } = await found(person, made, generation);
        expect(refused?.errorCode).toBe("commit.not_allowed");
      }
      expect((await found(person, made, 0)).status).toBe(200);
      expect((await found(person, made, 0)).refused?.errorCode).toBe("conversation.exists");
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
