import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { accountEvents, sessions } from "../db/tables.ts";
import type { Fact } from "../facts.ts";
import { findAccount } from "../protocol/accounts.ts";
import { verifyDeviceLog } from "../protocol/device-log.ts";
import {
  attachDevice,
  countKeyPackages,
  listDevices,
  registerDevice,
  showDeviceLog,
  showExternalSender,
} from "../protocol/devices.ts";
import { type AccountId, type DeviceId, newId } from "../protocol/ids.ts";
import { dialects } from "../testing/dialects.ts";
import {
  makeDevice,
  meNow,
  offer,
  offerLastResort,
  prove,
  registerNewDevice,
} from "../testing/make-device.ts";
import { invitePerson, type Person, setUpOwner, signInAgain } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let owner: Person;
    let mira: Person;
    const opened: TestApp[] = [];
    const refusal = async (...call: Parameters<TestApp["call"]>) =>
      (await server.call(...call)).refused?.errorCode;

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      owner = await setUpOwner(server);
      mira = await invitePerson(server, owner, "mira");
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    test("the first device settles the account's root and is attached to its session", async () => {
      const told: Fact[] = [];
      for (const kind of ["device_registered", "session_changed"] as const)
        server.app.facts.subscribe(kind, (fact) => told.push(fact));
      const { identity, registration } = await registerNewDevice(server, mira);
      const { deviceId } = registration;
      expect(await meNow(server, mira)).toEqual({ ...mira.me, deviceId: deviceId as DeviceId, devices: 1 });
      const { output } = await server.call(findAccount, { username: "mira" }, owner);
      expect(output.rootPublicKey).toEqual(identity.rootPublicKey);
      const { accountId, sessionId } = mira.me;
      expect(told).toEqual([
        { kind: "session_changed", sessionId, accountId },
        { kind: "device_registered", accountId, deviceId: deviceId as DeviceId },
      ]);
      const listed = await server.call(listDevices, {}, mira);
      expect(listed.output.devices).toEqual([
        {
          deviceId: deviceId as DeviceId,
          name: "Firefox on Linux",
          createdAt: server.clock.now(),
          lastSeenAt: server.clock.now(),
        },
      ]);
      expect((await server.call(listDevices, {}, owner)).output.devices).toEqual([]);
    });

    test("a second identity is refused and changes nothing", async () => {
      const first = await registerNewDevice(server, mira);
      const elsewhere = await signInAgain(server, mira);
      const second = await makeDevice(server, elsewhere);
      expect(await refusal(registerDevice, second.registration, elsewhere)).toBe("device.exists");
      expect(await meNow(server, elsewhere)).toMatchObject({ deviceId: null, devices: 1 });
      const { output } = await server.call(findAccount, { username: "mira" }, owner);
      expect(output.rootPublicKey).toEqual(first.identity.rootPublicKey);
    });

    test("of five first devices at once one wins", async () => {
      const browsers = await Promise.all(Array.from({ length: 5 }, () => signInAgain(server, mira)));
      const codes = await Promise.all(
        browsers.map(async (browser) =>
          refusal(registerDevice, (await makeDevice(server, browser)).registration, browser),
        ),
      );
      expect(codes.filter((code) => code === undefined)).toHaveLength(1);
      expect(codes.filter((code) => code === "device.exists")).toHaveLength(4);
    });

    test("a further device under the same root is taken, and the log tells both to everybody", async () => {
      const first = await registerNewDevice(server, mira);
      const elsewhere = await signInAgain(server, mira);
      const { accountId } = mira.me;
      const { identity } = first;
      const log = [Uint8Array.from(first.registration.logEntry as Uint8Array)];
      const second = await registerNewDevice(server, elsewhere, { identity, log });
      const { output } = await server.call(showDeviceLog, { accountId }, owner);
      const entries = await verifyDeviceLog(output.entries, { ...identity, accountId });
      expect(entries?.map(({ deviceId }) => deviceId)).toEqual([
        first.registration.deviceId as DeviceId,
        second.registration.deviceId as DeviceId,
      ]);
      expect(await meNow(server, mira)).toMatchObject({ devices: 2 });
      const events = await server.app.db.read.select().from(accountEvents);
      expect(events).toMatchObject([{ accountId, sequence: 1, deviceId: null, kind: "devices_changed" }]);
    });

    test("a log entry that does not follow the last one is refused", async () => {
      const { identity } = await registerNewDevice(server, mira);
      const elsewhere = await signInAgain(server, mira);
      const behind = await makeDevice(server, elsewhere, { identity, log: [] });
      expect(await refusal(registerDevice, behind.registration, elsewhere)).toBe("device.log_behind");
      expect(await meNow(server, elsewhere)).toMatchObject({ deviceId: null, devices: 1 });
    });

    test("registering twice, as after a lost answer, makes one device and one entry", async () => {
      const { registration } = await registerNewDevice(server, mira, { keyPackages: 2 });
      expect((await server.call(registerDevice, registration, mira)).status).toBe(200);
      const { output } = await server.call(showDeviceLog, { accountId: mira.me.accountId }, mira);
      expect(output.entries).toHaveLength(1);
      expect((await server.call(countKeyPackages, {}, mira)).output.remaining).toBe(2);
    });

    test("what is forged, borrowed or meant for somebody else is refused", async () => {
      const { registration, device, identity } = await makeDevice(server, mira);
      const owners = await makeDevice(server, owner);
      const stranger = await makeDevice(server, mira);
      const sibling = await makeDevice(server, mira, { identity });
      const flipped = Uint8Array.from(registration.credential as Uint8Array);
      flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
      const cases: [Partial<typeof registration>, string][] = [
        [{ proof: await prove(device, owner.me.deviceChallenge) }, "device.proof_invalid"],
        [{ proof: new Uint8Array(64) }, "device.proof_invalid"],
        [{ credential: flipped }, "device.certificate_invalid"],
        [{ credential: owners.device.credential }, "device.certificate_invalid"],
        [{ deviceId: newId<DeviceId>() }, "device.certificate_invalid"],
        [{ logEntry: owners.registration.logEntry }, "device.certificate_invalid"],
        [{ logEntry: stranger.registration.logEntry }, "device.certificate_invalid"],
        [{ logEntry: sibling.registration.logEntry }, "device.certificate_invalid"],
        [{ logEntry: new Uint8Array(9) }, "device.certificate_invalid"],
        [{ keyPackages: await offer(server, sibling.device, 1) }, "key_package.invalid"],
        [{ keyPackages: [new Uint8Array([1, 2, 3])] }, "key_package.invalid"],
        [{ lastResort: await offerLastResort(server, owners.device) }, "device.certificate_invalid"],
        [{ keyPackages: [] }, "request.malformed"],
        [{ proof: new Uint8Array(63) }, "request.malformed"],
        [{ credential: new Uint8Array(5000) }, "request.malformed"],
        [{ name: "" }, "request.malformed"],
      ];
      for (const [change, code] of cases) {
        server.clock.advance(2 * 60_000);
        expect([code, await refusal(registerDevice, { ...registration, ...change }, mira)]).toEqual([
          code,
          code,
        ]);
      }
      server.clock.advance(2 * 60_000);
      expect(await refusal(registerDevice, registration, owner)).toBe("device.certificate_invalid");
      expect(await refusal(registerDevice, registration)).toBe("session.missing");
      expect(await meNow(server, mira)).toMatchObject({ deviceId: null, devices: 0 });
      expect((await server.call(registerDevice, registration, mira)).status).toBe(200);
    });

    test("signing in again on the same browser attaches the device, and takes it from the session before", async () => {
      const { device, registration } = await registerNewDevice(server, mira);
      const again = await signInAgain(server, mira);
      const { deviceId } = device;
      const wrong = { deviceId, proof: await prove(device, mira.me.deviceChallenge) };
      expect(await refusal(attachDevice, wrong, again)).toBe("device.proof_invalid");
      const right = { deviceId, proof: await prove(device, again.me.deviceChallenge) };
      expect(await refusal(attachDevice, right, owner)).toBe("device.not_found");
      expect(await refusal(attachDevice, right)).toBe("session.missing");
      expect(await refusal(attachDevice, { ...right, deviceId: "?" as DeviceId }, again)).toBe(
        "request.malformed",
      );
      expect(await meNow(server, again)).toMatchObject({ deviceId: null });
      expect((await server.call(attachDevice, right, again)).status).toBe(200);
      expect(await meNow(server, again)).toMatchObject({ deviceId: registration.deviceId });
      expect(await meNow(server, mira)).toMatchObject({ deviceId: null });
      const attached = await server.app.db.read
        .select()
        .from(sessions)
        .where(eq(sessions.deviceId, deviceId));
      expect(attached.map(({ id }) => id)).toEqual([again.me.sessionId]);
    });

    test("the log of nobody is not found, and strangers are shown none", async () => {
      const nobody = { accountId: newId<AccountId>() };
      expect(await refusal(showDeviceLog, nobody, mira)).toBe("account.not_found");
      expect(await refusal(showDeviceLog, { accountId: mira.me.accountId })).toBe("session.missing");
    });

    test("devices learn the server's key as external sender, others do not", async () => {
      expect(await refusal(showExternalSender, {})).toBe("session.missing");
      expect(await refusal(showExternalSender, {}, mira)).toBe("device.missing");
      await registerNewDevice(server, mira);
      const { output } = await server.call(showExternalSender, {}, mira);
      expect(output.externalSender.toHex()).toContain(server.app.secrets.externalSender.publicKey.toHex());
    });
  });
