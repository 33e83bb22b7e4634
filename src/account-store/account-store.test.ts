import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { putRows, STORE, syncStore } from "../protocol/account-store.ts";
import { newId, type RowId } from "../protocol/ids.ts";
import { dialects } from "../testing/dialects.ts";
import { registerNewDevice } from "../testing/make-device.ts";
import { invitePerson, type Person, setUpOwner, signInAgain } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

const sealed = (size: number, byte = 1) => new Uint8Array(size).fill(byte);

for (const dialect of dialects)
  describe(`the account store on ${dialect}`, () => {
    let server: TestApp;
    let owner: Person;
    let count = 0;
    beforeAll(async () => {
      server = await openTestApp({ dialect });
      owner = await setUpOwner(server);
      await registerNewDevice(server, owner);
    });
    afterAll(() => server.close());

    const somebody = async () => {
      count += 1;
      const person = await invitePerson(server, owner, `person${"abcdefghij"[count]}`);
      await registerNewDevice(server, person);
      return person;
    };
    const sync = async (person: Person, after = 0) =>
      (await server.call(syncStore, { after }, person)).output;
    const put = async (person: Person, id: RowId, version: number, content: Uint8Array<ArrayBuffer> | null) =>
      (await server.call(putRows, { rows: [{ id, version, sealed: content }] }, person)).output;

    test("rows come to the account's devices in the order of their last change, and to nobody else", async () => {
      const mira = await somebody();
      const [one, two] = [newId<RowId>(), newId<RowId>()];
      expect(await put(mira, one, 1, sealed(10))).toEqual({ outdated: [], head: 1 });
      expect(await put(mira, two, 1, sealed(20))).toEqual({ outdated: [], head: 2 });
      expect(await put(mira, one, 2, sealed(30))).toEqual({ outdated: [], head: 3 });
      const page = await sync(mira);
      expect(page).toMatchObject({ upTo: 3, head: 3 });
      expect(page.rows.map(({ id, version }) => [id, version])).toEqual([
        [two, 1],
        [one, 2],
      ]);
      expect((await sync(mira, 2)).rows).toMatchObject([{ id: one, version: 2 }]);
      expect(await sync(owner)).toEqual({ rows: [], upTo: 0, head: 0 });
      const bare = await signInAgain(server, mira);
      expect((await server.call(syncStore, { after: 0 }, bare)).refused?.errorCode).toBe("device.missing");
    });

    test("of two changes of the same row the second is told that it is behind, and changes nothing", async () => {
      const mira = await somebody();
      const id = newId<RowId>();
      const answers = await Promise.all([
        put(mira, id, 1, sealed(10, 1)),
        put(mira, id, 1, sealed(10, 2)),
        put(mira, id, 1, sealed(10, 3)),
      ]);
      expect(answers.filter(({ outdated }) => outdated.length === 0)).toHaveLength(1);
      expect(await put(mira, id, 3, sealed(10, 4))).toMatchObject({ outdated: [id] });
      const fresh = newId<RowId>();
      expect(await put(mira, fresh, 2, sealed(10, 4))).toMatchObject({ outdated: [fresh] });
      expect((await sync(mira)).rows).toHaveLength(1);
    });

    test("a row that is gone is told of, and can come again", async () => {
      const mira = await somebody();
      const id = newId<RowId>();
      await put(mira, id, 1, sealed(10));
      await put(mira, id, 2, null);
      expect((await sync(mira)).rows).toEqual([{ id, version: 2, sealed: null }]);
      expect(await put(mira, id, 3, sealed(5))).toMatchObject({ outdated: [] });
    });

    test("what is too much is refused whole, and what shrinks is always taken", async () => {
      const mira = await somebody();
      const together = Array.from({ length: 40 }, () => ({
        id: newId<RowId>(),
        version: 1,
        sealed: sealed(STORE.rowBytes),
      }));
      let kept = 0;
      let refused: string | undefined;
      while (refused === undefined) {
        const rows = together.map((row) => ({ ...row, id: newId<RowId>() }));
        const answer = await server.call(putRows, { rows }, mira);
        refused = answer.refused?.errorCode;
        if (refused === undefined) kept += rows.length;
      }
      expect(refused).toBe("store.full");
      expect(kept * STORE.rowBytes).toBeLessThanOrEqual(STORE.bytes);
      let after = 0;
      let first: RowId | undefined;
      let seen = 0;
      for (;;) {
        const page = await sync(mira, after);
        first ??= page.rows[0]?.id;
        seen += page.rows.length;
        after = page.upTo;
        if (page.upTo >= page.head) break;
      }
      expect(seen).toBe(kept);
      if (first === undefined) throw new Error("nothing was kept");
      expect(await put(mira, first, 2, sealed(1))).toMatchObject({ outdated: [] });
    });
  });
