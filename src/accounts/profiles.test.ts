import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { removeDevices } from "../../web/testing/people-with-keys.ts";
import { commitToConversation } from "../protocol/conversations.ts";
import { type MessageId, newId } from "../protocol/ids.ts";
import { PROFILES_TOGETHER, putProfile, readProfiles } from "../protocol/profiles.ts";
import { found, foundClub, openCast, type Player } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    beforeAll(async () => {
      server = await openTestApp({ dialect });
      [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
    });
    afterAll(() => server.close());

    const sealed = (first: number) => new Uint8Array(40).fill(first);
    const put = async (by: Player, version: number) =>
      (await server.call(putProfile, { version, sealed: sealed(version) }, by)).refused?.errorCode ?? "kept";
    const read = async (by: Player, of: Player, version = 0) => {
      const known = [{ accountId: of.me.accountId, version }];
      const { output } = await server.call(readProfiles, { known }, by);
      return output.profiles;
    };

    test("a profile is kept under rising versions, and read by whoever shares a conversation", async () => {
      expect(await put(ada, 2)).toBe("kept");
      expect(await put(ada, 2)).toBe("profile.outdated");
      expect(await put(ada, 1)).toBe("profile.outdated");
      expect(await put(ada, 3)).toBe("kept");
      expect(await read(ben, ada)).toEqual([]);
      await found(server, ada, ben);
      const kept = { accountId: ada.me.accountId, version: 3, sealed: sealed(3) };
      for (const reader of [ben, ada]) expect(await read(reader, ada)).toEqual([kept]);
      expect(await read(ben, ada, 2)).toEqual([kept]);
      expect(await read(ben, ada, 4)).toEqual([kept]);
      expect(await read(ben, ada, 3)).toEqual([]);
      expect(await read(cleo, ada)).toEqual([]);
      expect(await read(ben, cleo)).toEqual([]);
    });

    test("whoever was removed from the last shared group reads no later one", async () => {
      const club = await foundClub(server, ada, cleo);
      expect(await read(cleo, ada)).toHaveLength(1);
      const commitId = newId<MessageId>();
      const { bundle } = await removeDevices(club.group, { commitId, deviceIds: [cleo.device.deviceId] });
      const { conversationId } = club;
      expect((await server.call(commitToConversation, { conversationId, ...bundle }, ada)).status).toBe(200);
      expect(await read(cleo, ada)).toEqual([]);
    });

    test("many are told page by page", async () => {
      const names = Array.from({ length: PROFILES_TOGETHER + 2 }, (_, place) => `friend${place}`);
      const other = await openTestApp({ dialect });
      const [first, ...others] = (await openCast(other, "first", ...names)) as [Player, ...Player[]];
      await foundClub(other, first, ...others);
      for (const one of others) await other.call(putProfile, { version: 1, sealed: sealed(1) }, one);
      let known = others.map(({ me }) => ({ accountId: me.accountId, version: 0 }));
      const page = (await other.call(readProfiles, { known }, first)).output;
      expect([page.profiles.length, page.more]).toEqual([PROFILES_TOGETHER, true]);
      const had = new Map(page.profiles.map((one) => [one.accountId, one.version]));
      known = known.map(({ accountId }) => ({ accountId, version: had.get(accountId) ?? 0 }));
      const rest = (await other.call(readProfiles, { known }, first)).output;
      expect([rest.profiles.length, rest.more]).toEqual([2, false]);
      await other.close();
    });
  });
