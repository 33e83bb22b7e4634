import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { keyPackages as stored } from "../db/tables.ts";
import { addKeyPackages, claimKeyPackages, countKeyPackages, KEY_PACKAGES } from "../protocol/devices.ts";
import { type AccountId, newId } from "../protocol/ids.ts";
import { dialects } from "../testing/dialects.ts";
import { type MadeDevice, offer, offerLastResort, registerNewDevice } from "../testing/make-device.ts";
import { invitePerson, type Person, setUpOwner, signInAgain } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { sweepKeyPackages } from "./sweep-key-packages.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let owner: Person;
    let mira: Person;
    let miras: MadeDevice;
    const hex = (bytes: Uint8Array) => bytes.toHex();
    const refusal = async (...call: Parameters<TestApp["call"]>) =>
      (await server.call(...call)).refused?.errorCode;
    const claim = async (person: Person, of: Person) => {
      server.clock.advance(MINUTE);
      return server.call(claimKeyPackages, { accountId: of.me.accountId }, person);
    };
    const remaining = async (person: Person) =>
      (await server.call(countKeyPackages, {}, person)).output.remaining;
    const lastResortEndsAt = async (person: Person) =>
      (await server.call(countKeyPackages, {}, person)).output.lastResortEndsAt;
    const refill = async (person: Person, { device }: MadeDevice, count: number) => {
      server.clock.advance(MINUTE);
      return server.call(addKeyPackages, { keyPackages: await offer(server, device, count) }, person);
    };

    beforeAll(async () => {
      server = await openTestApp({ dialect });
      owner = await setUpOwner(server);
      mira = await invitePerson(server, owner, "mira");
      await registerNewDevice(server, owner);
      miras = await registerNewDevice(server, mira, { keyPackages: 2 });
    });
    afterAll(() => server.close());

    test("only a signed-in device claims, counts and adds", async () => {
      const { accountId } = mira.me;
      const deviceless = await signInAgain(server, owner);
      for (const [how, code] of [
        [{}, "session.missing"],
        [deviceless, "device.missing"],
      ] as const) {
        expect(await refusal(claimKeyPackages, { accountId }, how)).toBe(code);
        expect(await refusal(countKeyPackages, {}, how)).toBe(code);
        expect(await refusal(addKeyPackages, { keyPackages: [] }, how)).toBe(code);
      }
      expect(await remaining(mira)).toBe(2);
    });

    test("each is handed out once, then the last resort again and again, and the device hears it is low", async () => {
      const tell = spyOn(server.app.hub, "tellDevice");
      const claimed = [];
      for (let index = 0; index < 4; index += 1) claimed.push((await claim(owner, mira)).output.devices[0]);
      const { keyPackages, lastResort, deviceId } = miras.registration;
      const got = claimed.map((one) => hex(one?.keyPackage ?? new Uint8Array()));
      const offered = (keyPackages as Uint8Array[]).map(hex);
      expect(got.slice(0, 2).sort()).toEqual(offered.sort());
      expect(got.slice(2)).toEqual([hex(lastResort as Uint8Array), hex(lastResort as Uint8Array)]);
      expect(claimed.map((one) => one?.deviceId as string)).toEqual(Array(4).fill(deviceId));
      expect(tell.mock.calls.map(([to]) => to as string)).toEqual(Array(4).fill(deviceId));
      expect(tell.mock.calls[0]?.[1]).toEqual({ t: "key_packages_low", remaining: 1 });
      tell.mockRestore();
    });

    test("one that was handed out is not revived by uploading it again", async () => {
      const keyPackages = miras.registration.keyPackages as Uint8Array<ArrayBuffer>[];
      expect((await server.call(addKeyPackages, { keyPackages }, mira)).output.remaining).toBe(0);
    });

    test("a pool is refilled up to its size and no further, and uploading twice counts once", async () => {
      const keyPackages = await offer(server, miras.device, 50);
      expect((await server.call(addKeyPackages, { keyPackages }, mira)).output.remaining).toBe(50);
      server.clock.advance(MINUTE);
      expect((await server.call(addKeyPackages, { keyPackages }, mira)).output.remaining).toBe(50);
      expect((await refill(mira, miras, 1)).refused?.errorCode).toBe("key_package.too_many");
      expect(await remaining(mira)).toBe(KEY_PACKAGES.full);
    });

    test("of fifty claims at once each gets another", async () => {
      server.clock.advance(2 * MINUTE);
      const { accountId } = mira.me;
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => server.call(claimKeyPackages, { accountId }, owner)),
      );
      const got = answers.map(({ output }) => hex(output.devices[0]?.keyPackage ?? new Uint8Array()));
      expect(new Set(got).size).toBe(50);
      expect(got).not.toContain(hex(miras.registration.lastResort as Uint8Array));
      expect(await remaining(mira)).toBe(0);
    });

    test("another's key packages, and rubbish, are not taken", async () => {
      const owners = await registerNewDevice(server, await invitePerson(server, owner, "nina"));
      for (const keyPackages of [await offer(server, owners.device, 1), [new Uint8Array(100)]])
        expect(await refusal(addKeyPackages, { keyPackages }, mira)).toBe("key_package.invalid");
      const tooLarge = { keyPackages: [new Uint8Array(17 * 1024)] };
      expect(await refusal(addKeyPackages, tooLarge, mira)).toBe("request.malformed");
    });

    test("every device of an account is reached, one's own others too, never the asking one", async () => {
      const other = await signInAgain(server, mira);
      const log = [Uint8Array.from(miras.registration.logEntry as Uint8Array)];
      const second = await registerNewDevice(server, other, { identity: miras.identity, log });
      const both = [miras.registration.deviceId, second.registration.deviceId] as string[];
      const ofMira = (await claim(owner, mira)).output.devices;
      expect(ofMira.map(({ deviceId }) => deviceId as string).sort()).toEqual(both.sort());
      const own = (await claim(other, mira)).output.devices;
      expect(own.map(({ deviceId }) => deviceId as string)).toEqual([miras.registration.deviceId]);
      expect((await claim(owner, owner)).output.devices).toEqual([]);
    });

    test("somebody without a device cannot be reached, and nobody is not found", async () => {
      const rosa = await invitePerson(server, owner, "rosa");
      expect((await claim(owner, rosa)).refused?.errorCode).toBe("key_package.none");
      const accountId = newId<AccountId>();
      expect(await refusal(claimKeyPackages, { accountId }, owner)).toBe("account.not_found");
    });

    test("nobody empties a pool without end", async () => {
      const { accountId } = mira.me;
      const answers = await Promise.all(
        Array.from({ length: 61 }, () => server.call(claimKeyPackages, { accountId }, owner)),
      );
      const slowed = answers.find(({ refused }) => refused?.errorCode === "request.too_many");
      expect(Number(slowed?.headers.get("retry-after"))).toBeGreaterThan(0);
    });

    test("what has expired is neither counted nor handed out, until new ones come", async () => {
      await server.call(addKeyPackages, { keyPackages: await offer(server, miras.device, 1) }, mira);
      server.clock.advance(60 * DAY);
      const [keeper, asking] = [mira, owner];
      expect(await remaining(keeper)).toBeGreaterThan(0);
      await remaining(asking);
      server.clock.advance(31 * DAY);
      expect(await remaining(keeper)).toBe(0);
      const tell = spyOn(server.app.hub, "tellDevice");
      expect((await claim(asking, mira)).refused?.errorCode).toBe("key_package.none");
      expect(tell.mock.calls.map(([, frame]) => frame)).toContainEqual({
        t: "key_packages_low",
        remaining: 0,
      });
      tell.mockRestore();
      await sweepKeyPackages(server.app);
      expect(await server.app.db.read.$count(stored)).toBe(0);
      expect(await lastResortEndsAt(keeper)).toBeNull();
      const lastResort = await offerLastResort(server, miras.device);
      await server.call(addKeyPackages, { keyPackages: [], lastResort }, keeper);
      const inNinetyDays = server.clock.now() + 90 * DAY;
      expect(Math.abs(((await lastResortEndsAt(keeper)) ?? 0) - inNinetyDays)).toBeLessThan(1000);
      const { output } = await claim(asking, mira);
      expect(output.devices.map(({ keyPackage }) => hex(keyPackage))).toEqual([hex(lastResort)]);
    });
  });
