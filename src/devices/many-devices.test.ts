import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import type { Fact } from "../facts.ts";
import { whoAmI } from "../protocol/accounts.ts";
import {
  answerDeviceLink,
  cancelDeviceLink,
  DEVICE_LINK_LIFETIME,
  MOST_DEVICE_LINKS,
  offerDeviceLink,
  showDeviceLink,
  takeDeviceLink,
} from "../protocol/device-links.ts";
import {
  attachDevice,
  claimKeyPackages,
  listDevices,
  registerDevice,
  renameDevice,
  revokeDevice,
  showDeviceLog,
} from "../protocol/devices.ts";
import { type DeviceId, type LinkId, newId } from "../protocol/ids.ts";
import { putVault, showVault } from "../protocol/vault.ts";
import { dialects } from "../testing/dialects.ts";
import { type MadeDevice, makeDevice, meNow, prove, registerNewDevice } from "../testing/make-device.ts";
import { newBrowser, removalOf, vaultOf } from "../testing/many-devices.ts";
import { invitePerson, type Person, setUpOwner, signInAgain } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

for (const dialect of dialects)
  describe(`an account's devices on ${dialect}`, () => {
    let server: TestApp;
    let owner: Person;
    let mira: Person;
    let first: MadeDevice;
    const opened: TestApp[] = [];
    const refusal = async (...call: Parameters<TestApp["call"]>) =>
      (await server.call(...call)).refused?.errorCode;
    const logOf = async ({ me: { accountId } }: Person) =>
      (await server.call(showDeviceLog, { accountId }, owner)).output.entries;

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      owner = await setUpOwner(server);
      await registerNewDevice(server, owner);
      mira = await invitePerson(server, owner, "mira");
      first = await registerNewDevice(server, mira, { keyPackages: 3 });
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const link = async () => {
      const elsewhere = await signInAgain(server, mira);
      return { elsewhere, ...(await newBrowser(server, mira)) };
    };
    const second = async () => {
      const elsewhere = await signInAgain(server, mira);
      const log = await logOf(mira);
      return {
        elsewhere,
        ...(await registerNewDevice(server, elsewhere, { identity: first.identity, log })),
      };
    };
    const idOf = ({ device }: { device: { deviceId: DeviceId } }) => device.deviceId;
    test("keys go from a device to a browser of the same account, once, and to no other", async () => {
      const { elsewhere, offered, ...browser } = await link();
      const { linkId } = offered;
      expect((await server.call(offerDeviceLink, offered, elsewhere)).status).toBe(200);
      expect((await server.call(takeDeviceLink, { linkId }, elsewhere)).output).toEqual({ sealed: null });
      const shown = await server.call(showDeviceLink, { linkId }, mira);
      expect(shown.output).toMatchObject({ name: "Chrome on Android", publicKey: offered.publicKey });
      expect(await refusal(showDeviceLink, { linkId }, owner)).toBe("device_link.not_found");
      expect(await refusal(showDeviceLink, { linkId }, elsewhere)).toBe("device.missing");
      const sealed = await browser.sealed(first.identity, shown.output.publicKey);
      expect(await refusal(answerDeviceLink, { linkId, sealed }, owner)).toBe("device_link.not_found");
      expect((await server.call(answerDeviceLink, { linkId, sealed }, mira)).status).toBe(200);
      expect(await refusal(answerDeviceLink, { linkId, sealed }, mira)).toBe("device_link.not_found");
      expect(await refusal(takeDeviceLink, { linkId }, mira)).toBe("device_link.not_found");
      expect(await refusal(takeDeviceLink, { linkId }, owner)).toBe("device_link.not_found");
      const { output } = await server.call(takeDeviceLink, { linkId }, elsewhere);
      const identity = await browser.open(output.sealed ?? new Uint8Array());
      expect(identity).toEqual({ ...first.identity, entropy: undefined });
      const made = await registerNewDevice(server, elsewhere, { identity, log: await logOf(mira) });
      expect(await meNow(server, elsewhere)).toMatchObject({ deviceId: idOf(made), devices: 2 });
    });

    test("an offer ends by itself, by the next one of the same browser, and by being called off", async () => {
      const { elsewhere, offered } = await link();
      const { linkId } = offered;
      await server.call(offerDeviceLink, offered, elsewhere);
      server.clock.advance(DEVICE_LINK_LIFETIME);
      expect(await refusal(showDeviceLink, { linkId }, mira)).toBe("device_link.not_found");
      expect(await refusal(takeDeviceLink, { linkId }, elsewhere)).toBe("device_link.not_found");
      const again = { ...offered, linkId: newId<LinkId>() };
      const later = { ...offered, linkId: newId<LinkId>() };
      await server.call(offerDeviceLink, again, elsewhere);
      await server.call(offerDeviceLink, later, elsewhere);
      expect(await refusal(showDeviceLink, { linkId: again.linkId }, mira)).toBe("device_link.not_found");
      await server.call(cancelDeviceLink, { linkId: later.linkId }, owner);
      expect((await server.call(showDeviceLink, { linkId: later.linkId }, mira)).status).toBe(200);
      await server.call(cancelDeviceLink, { linkId: later.linkId }, mira);
      expect(await refusal(takeDeviceLink, { linkId: later.linkId }, elsewhere)).toBe(
        "device_link.not_found",
      );
    });

    test("only so many browsers wait at once", async () => {
      const codes: (string | undefined)[] = [];
      for (let count = 0; count <= MOST_DEVICE_LINKS; count += 1) {
        const { elsewhere, offered } = await link();
        codes.push(await refusal(offerDeviceLink, offered, elsewhere));
      }
      expect(codes).toEqual([...Array(MOST_DEVICE_LINKS).fill(undefined), "device_link.too_many"]);
    });

    test("a vault is kept with the log's entry that names it, and shown to its account alone", async () => {
      const made = await vaultOf(server, first, await logOf(mira));
      expect((await server.call(showVault, {}, mira)).output).toEqual({ vault: null });
      expect(await refusal(putVault, made, owner)).toBe("device.certificate_invalid");
      const sealed = made.vault.sealed.slice().reverse();
      expect(await refusal(putVault, { ...made, vault: { ...made.vault, sealed } }, mira)).toBe(
        "vault.invalid",
      );
      expect((await server.call(putVault, made, mira)).status).toBe(200);
      expect((await server.call(showVault, {}, await signInAgain(server, mira))).output.vault).toEqual(
        made.vault,
      );
      expect((await server.call(showVault, {}, owner)).output).toEqual({ vault: null });
      expect(await refusal(putVault, made, mira)).toBe("device.log_behind");
    });

    test("a device that was removed is signed out, offers no keys and comes back by no proof", async () => {
      const told: Fact[] = [];
      for (const kind of ["session_ended", "device_revoked"] as const)
        server.app.facts.subscribe(kind, (fact) => told.push(fact));
      const phone = await second();
      const deviceId = idOf(phone);
      const logEntry = await removalOf(server, phone, await logOf(mira));
      expect(await refusal(revokeDevice, { deviceId, logEntry }, owner)).toBe("device.certificate_invalid");
      expect(await refusal(revokeDevice, { deviceId, logEntry }, phone.elsewhere)).toBe("device.is_this");
      expect(await refusal(revokeDevice, { deviceId: idOf(first), logEntry }, phone.elsewhere)).toBe(
        "device.certificate_invalid",
      );
      expect((await server.call(revokeDevice, { deviceId, logEntry }, mira)).status).toBe(200);
      expect((await server.call(revokeDevice, { deviceId, logEntry }, mira)).status).toBe(200);
      expect((await server.call(whoAmI, {}, phone.elsewhere)).output).toEqual({ me: null });
      expect(told.map(({ kind }) => kind)).toEqual(["session_ended", "device_revoked"]);
      const { accountId } = mira.me;
      const claimed = await server.call(claimKeyPackages, { accountId }, owner);
      expect(claimed.output.devices.map((one) => one.deviceId)).toEqual([idOf(first)]);
      const again = await signInAgain(server, mira);
      const proof = await prove(phone.device, again.me.deviceChallenge);
      expect(await refusal(attachDevice, { deviceId, proof }, again)).toBe("device.not_found");
      expect((await server.call(listDevices, {}, mira)).output.devices).toHaveLength(1);
      expect(await logOf(mira)).toHaveLength(3);
    });

    test("whoever has the words takes the places of lost devices, all at once or not at all", async () => {
      const phone = await second();
      const fresh = await signInAgain(server, mira);
      const log = await logOf(mira);
      const retires: Uint8Array<ArrayBuffer>[] = [];
      for (const lost of [first, phone]) retires.push(await removalOf(server, lost, [...log, ...retires]));
      const how = { identity: first.identity, log: [...log, ...retires] };
      const made = await makeDevice(server, fresh, how);
      const [one] = retires;
      if (!one) throw new Error("nothing to retire");
      const halfway = { ...made.registration, retires: [one] };
      expect(await refusal(registerDevice, halfway, fresh)).toBe("device.log_behind");
      expect(await meNow(server, mira)).toMatchObject({ devices: 2, deviceId: idOf(first) });
      const whole = { ...made.registration, retires };
      expect((await server.call(registerDevice, whole, fresh)).status).toBe(200);
      expect((await server.call(registerDevice, whole, fresh)).status).toBe(200);
      expect(await meNow(server, fresh)).toMatchObject({ devices: 1, deviceId: idOf(made) });
      expect(await meNow(server, mira)).toBeNull();
      expect(await logOf(mira)).toHaveLength(5);
    });

    test("a device is called as its person likes, by its person alone", async () => {
      const deviceId = idOf(first);
      expect(await refusal(renameDevice, { deviceId, name: "mine" }, owner)).toBe("device.not_found");
      await server.call(renameDevice, { deviceId, name: "Desk" }, mira);
      expect((await server.call(listDevices, {}, mira)).output.devices).toMatchObject([{ name: "Desk" }]);
    });
  });
