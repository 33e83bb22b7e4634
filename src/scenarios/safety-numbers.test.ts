import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { come, type Member } from "./grouping.ts";
import { until } from "./person.ts";
import { startAgain, storedBy } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds())
  describe(`a safety number on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    const meet = async () => {
      const [ada, ben] = [await come(world), await come(world)];
      const id = await ada.screen.do({ kind: "write_to", username: ben.name });
      await ada.screen.do({ kind: "send", conversationId: id, text: "hello" });
      await until("ben has it", () => ben.screen.conversations.has(id));
      return { ada, ben, id };
    };
    const read = ({ screen }: Member, { id }: Member) => screen.do({ kind: "read_safety", accountId: id });

    test("is the same on both sides, marks whoever compared it, and stays after a restart", async () => {
      const { ada, ben, id } = await meet();
      const { digits, isVerified } = await read(ada, ben);
      expect(digits).toMatch(/^\d{60}$/);
      expect((await read(ben, ada)).digits).toBe(digits);
      expect(isVerified).toBe(false);
      expect(ada.screen.conversations.get(id)?.verified).toBeUndefined();
      await ada.screen.do({ kind: "verify", accountId: ben.id, digits });
      expect(ada.screen.conversations.get(id)?.verified).toBe(true);
      expect(ben.screen.conversations.get(id)?.verified).toBeUndefined();
      await ada.close();
      const again = await startAgain(ada.person);
      await until("it is shown", () => again.conversations.get(id)?.verified === true);
      await again.do({ kind: "verify", accountId: ben.id, digits: undefined });
      expect(again.conversations.get(id)?.verified).toBeUndefined();
      await Promise.all([again.close(), ben.close()]);
    });

    test("marks nobody by other digits, nor whoever was never met", async () => {
      const { ada, ben, id } = await meet();
      const wrong = ada.screen.do({ kind: "verify", accountId: ben.id, digits: "0".repeat(60) });
      await expect(wrong).rejects.toMatchObject({ code: "identity_changed_again" });
      expect(ada.screen.conversations.get(id)?.verified).toBeUndefined();
      const carl = await come(world);
      await expect(read(ada, carl)).rejects.toMatchObject({ code: "identity_unknown" });
      await Promise.all([ada.close(), ben.close(), carl.close()]);
    });

    test("says nothing of somebody with another key than the one that was compared", async () => {
      const { ada, ben, id } = await meet();
      const { digits } = await read(ada, ben);
      await ada.screen.do({ kind: "verify", accountId: ben.id, digits });
      await (await storedBy(ada.person)).change(async (change) => {
        const pinned = await change.read("pins", ben.id);
        if (!pinned) throw new Error("ben is not pinned");
        change.put("pins", ben.id, { ...pinned, root: new Uint8Array(32).fill(1) });
      });
      expect((await read(ada, ben)).isVerified).toBe(false);
      expect((await read(ada, ben)).digits).not.toBe(digits);
      await ada.screen.do({ kind: "shelve", conversationId: id, pinned: true });
      expect(ada.screen.conversations.get(id)?.verified).toBeUndefined();
      await Promise.all([ada.close(), ben.close()]);
    });
  });
