import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { DeviceState } from "../../web/delivery/patches.ts";
import type { Headless } from "../../web/headless.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { type World, worlds } from "./world.ts";

interface Somebody extends Headless {
  readonly screen: Screen;
}

for (const { name, open } of worlds())
  describe(`one person's many devices on ${name}`, () => {
    let world: World;
    const opened: Headless[] = [];
    beforeAll(async () => {
      world = await open();
    });
    afterAll(async () => {
      await Promise.all(opened.map((one) => one.close()));
      await world.stop();
    });

    const person = async (how: Parameters<World["person"]>[0] = {}): Promise<Somebody> => {
      const headless = await world.person(how);
      opened.push(headless);
      const screen = watch(headless.messenger);
      await until("the device is known", () => screen.device() !== "starting");
      return { ...headless, screen };
    };
    const stateOf = ({ screen }: Somebody): DeviceState | undefined => {
      const patch = screen.patches.findLast(({ kind }) => kind === "device");
      return patch?.kind === "device" ? patch.device : undefined;
    };
    const codeOf = async (browser: Somebody) => {
      let code: string | undefined;
      await browser.screen.do({ kind: "link_here" });
      await until("a code is shown", () => {
        const state = stateOf(browser);
        code = state?.kind === "elsewhere" ? state.link?.code : undefined;
        return code !== undefined;
      });
      return code ?? "";
    };
    const link = async (from: Somebody, browser: Somebody) => {
      const code = await codeOf(browser);
      await from.screen.do({ kind: "link_another", code });
      await until("the new device is ready", () => browser.screen.device() === "ready");
    };
    const say = (by: Somebody, conversationId: ConversationId, text: string) =>
      by.screen.do({ kind: "send", conversationId, text });
    const hears = (who: Somebody, id: ConversationId, text: string) =>
      until(`${text} is heard`, async () => {
        if (!who.screen.conversations.has(id)) return false;
        return (await readAll(who.screen, id)).includes(text);
      });

    test("a new device comes into every conversation, hears and writes there, and is the same person", async () => {
      const ada = await person();
      const ben = await person();
      const id = await ada.screen.do({ kind: "write_to", username: ben.me.username });
      await say(ada, id, "from the desk");
      await hears(ben, id, "from the desk");
      const group = await ada.screen.do({
        kind: "found_group",
        name: "Climbing",
        usernames: [ben.me.username],
      });
      await until("ben is in the group", () => ben.screen.conversations.has(group));
      const phone = await person({ again: ada.me.username });
      expect(phone.screen.device()).toBe("elsewhere");
      const code = await codeOf(phone);
      const waiting = await ada.screen.do({ kind: "look_at_code", code });
      expect(waiting).toMatchObject({ name: "Headless client" });
      await ada.screen.do({ kind: "link_another", code });
      await until("the phone is ready", () => phone.screen.device() === "ready");
      await until("the phone is in both", () => {
        const views = [id, group].map((one) => phone.screen.conversations.get(one));
        return views.every((view) => view?.state === "ready");
      });
      await until("the group has its name there", () => {
        const view = phone.screen.conversations.get(group);
        return view?.group?.name === "Climbing";
      });
      await say(ben, id, "to all your devices");
      await hears(ada, id, "to all your devices");
      await hears(phone, id, "to all your devices");
      await say(phone, id, "from the phone");
      await hears(ben, id, "from the phone");
      await hears(ada, id, "from the phone");
      await say(phone, group, "and here");
      await hears(ben, group, "and here");
      expect(ben.screen.conversations.get(id)?.identityChanged).toBeUndefined();
      expect(ben.screen.conversations.get(group)?.group?.people).toHaveLength(2);
      const devices = await phone.screen.do({ kind: "list_devices" });
      expect(devices.map(({ isThis, isSigned }) => [isThis, isSigned])).toEqual([
        [false, true],
        [true, true],
      ]);
    });

    test("several browsers are linked at once, and each other's messages reach all of them", async () => {
      const ada = await person();
      const ben = await person();
      const id = await ada.screen.do({ kind: "write_to", username: ben.me.username });
      await say(ada, id, "one device");
      await hears(ben, id, "one device");
      const others = await Promise.all([1, 2, 3].map(() => person({ again: ada.me.username })));
      await Promise.all(others.map((browser) => link(ada, browser)));
      for (const one of others)
        await until("it is in", () => one.screen.conversations.get(id)?.state === "ready", 60_000);
      await say(ben, id, "four now");
      for (const one of [ada, ...others]) await hears(one, id, "four now");
    });

    test("a code that was mistyped, is another account's or was called off leads nowhere, and says so", async () => {
      const ada = await person();
      const ben = await person();
      const phone = await person({ again: ada.me.username });
      const code = await codeOf(phone);
      const slip = `${code.slice(0, -1)}${code.endsWith("7") ? "8" : "7"}`;
      await expect(ada.screen.do({ kind: "link_another", code: slip })).rejects.toThrow();
      await expect(ben.screen.do({ kind: "link_another", code })).rejects.toThrow("device_link.not_found");
      await phone.screen.do({ kind: "cancel_link" });
      await until("it is called off", () => {
        const state = stateOf(phone);
        return state?.kind === "elsewhere" && state.link === undefined;
      });
      await until("the server has forgotten it", async () => {
        const answer = await ada.screen.do({ kind: "look_at_code", code }).catch(String);
        return answer.toString().includes("device_link.not_found");
      });
      expect(phone.screen.device()).toBe("elsewhere");
    });

    test("a removed device reads nothing after, and everybody else goes on", async () => {
      const ada = await person();
      const ben = await person();
      const id = await ada.screen.do({ kind: "write_to", username: ben.me.username });
      await say(ada, id, "before");
      await hears(ben, id, "before");
      const phone = await person({ again: ada.me.username });
      await link(ada, phone);
      await until("the phone is in", () => phone.screen.conversations.get(id)?.state === "ready");
      const devices = await ada.screen.do({ kind: "list_devices" });
      const lost = devices.find(({ isThis }) => !isThis);
      if (!lost) throw new Error("no other device");
      await ada.screen.do({ kind: "revoke_device", deviceId: lost.deviceId });
      await until("the phone is signed out", () =>
        phone.screen.patches.some(({ kind }) => kind === "signed_out"),
      );
      await say(ben, id, "after");
      await hears(ada, id, "after");
      await say(ada, id, "still here");
      await hears(ben, id, "still here");
      expect(await ada.screen.do({ kind: "list_devices" })).toHaveLength(1);
      expect([...phone.screen.messages.values()].map(({ body }) => body)).not.toContainEqual(
        expect.objectContaining({ text: "after" }),
      );
    });

    test("with the words a person who lost every device is back in every conversation, in one browser", async () => {
      const ada = await person();
      const ben = await person();
      const id = await ada.screen.do({ kind: "write_to", username: ben.me.username });
      await say(ada, id, "before the loss");
      await hears(ben, id, "before the loss");
      const group = await ben.screen.do({
        kind: "found_group",
        name: "Reading",
        usernames: [ada.me.username],
      });
      await until("ada is in the group", () => ada.screen.conversations.has(group));
      const tablet = await person({ again: ada.me.username });
      await link(ada, tablet);
      await until("the tablet is in", () => tablet.screen.conversations.get(group)?.state === "ready");
      expect(await ada.screen.do({ kind: "read_recovery" })).toMatchObject({ hasWords: true });
      expect(await tablet.screen.do({ kind: "read_recovery" })).toMatchObject({ hasWords: false });
      const words = await ada.screen.do({ kind: "show_words" });
      await ada.screen.do({ kind: "confirm_words" });
      await expect(ada.screen.do({ kind: "show_words" })).rejects.toThrow("words_gone");
      await tablet.screen.do({ kind: "prove_words", words });
      await expect(tablet.screen.do({ kind: "prove_words", words: `${words} more` })).rejects.toThrow(
        "wrong_words",
      );
      await Promise.all([ada.close(), tablet.close()]);
      await say(ben, id, "are you there?");
      const fresh = await person({ again: ada.me.username });
      expect(fresh.screen.device()).toBe("elsewhere");
      const others = await ben.screen.do({ kind: "show_words" });
      await expect(fresh.screen.do({ kind: "recover", words: others })).rejects.toThrow("wrong_words");
      expect(fresh.screen.device()).toBe("elsewhere");
      await fresh.screen.do({ kind: "recover", words: `  ${words.toUpperCase().replaceAll(" ", "\n")} ` });
      await until("the browser is ready", () => fresh.screen.device() === "ready");
      await until("it is in both", () =>
        [id, group].every((one) => fresh.screen.conversations.get(one)?.state === "ready"),
      );
      await say(fresh, id, "back again");
      await hears(ben, id, "back again");
      await say(ben, group, "welcome back");
      await hears(fresh, group, "welcome back");
      expect(ben.screen.conversations.get(id)?.identityChanged).toBeUndefined();
      expect(await fresh.screen.do({ kind: "list_devices" })).toHaveLength(1);
      await until("the words have left the browser", async () => {
        const recovery = await fresh.screen.do({ kind: "read_recovery" });
        return !recovery.hasWords && recovery.confirmedAt !== undefined;
      });
      await fresh.screen.do({ kind: "prove_words", words });
    });
  });
