import { expect, test } from "bun:test";
import { decodeBinary } from "../protocol/codec.ts";
import type { FrameDown } from "../protocol/delivery.ts";
import { type AccountId, type ConversationId, type DeviceId, newId } from "../protocol/ids.ts";
import { type Connection, type Hub, openHub } from "./hub.ts";

interface Listener extends Connection {
  readonly heard: unknown[];
  readonly topics: Set<string>;
}

/** A hub whose publisher hands frames to whoever is subscribed, as the listening server does. */
function openRoom(options: Parameters<typeof openHub>[0] = {}) {
  const hub = openHub(options);
  const listeners: Listener[] = [];
  hub.attach({
    publish(topic, frame) {
      for (const listener of listeners)
        if (listener.topics.has(topic)) listener.heard.push(decodeBinary(frame));
    },
  });
  return {
    hub,
    listen(of: Partial<Connection> = {}): Listener {
      const listener = listenerOf(of);
      listeners.push(listener);
      hub.connect(listener);
      return listener;
    },
  };
}

function listenerOf(of: Partial<Connection>): Listener {
  const heard: unknown[] = [];
  const topics = new Set<string>();
  return {
    accountId: newId<AccountId>(),
    deviceId: newId<DeviceId>(),
    ...of,
    heard,
    topics,
    line: {
      sendBinary: (frame) => heard.push(decodeBinary(frame)),
      subscribe: (topic) => topics.add(topic),
      unsubscribe: (topic) => topics.delete(topic),
    },
  };
}

const conversationId = newId<ConversationId>();
const frame = (serverTime: number): FrameDown => ({ t: "pong", serverTime });
const tell = (hub: Hub, version: number, devices: readonly Connection[] | undefined, serverTime: number) =>
  hub.tellConversation(
    { conversationId, version, ...(devices && { devices: devices.map((one) => one.deviceId) }) },
    frame(serverTime),
  );

test("exactly the devices of the audience hear an event, on each of their sockets", () => {
  const { hub, listen } = openRoom();
  const ada = listen();
  const adasOtherTab = listen({ deviceId: ada.deviceId, accountId: ada.accountId });
  const ben = listen();
  const stranger = listen();
  tell(hub, 1, [ada, ben], 1);
  expect(ada.heard).toEqual([frame(1)]);
  expect(adasOtherTab.heard).toEqual([frame(1)]);
  expect(ben.heard).toEqual([frame(1)]);
  expect(stranger.heard).toEqual([]);
});

test("a device that connects later hears the conversations that the hub knows it in", () => {
  const { hub, listen } = openRoom();
  const late = listenerOf({});
  tell(hub, 1, [late], 1);
  const came = listen(late);
  tell(hub, 1, undefined, 2);
  expect(came.heard).toEqual([frame(2)]);
});

test("whoever was removed hears not even the event of its removal, whoever was added hears its own", () => {
  const { hub, listen } = openRoom();
  const [ada, ben, cleo] = [listen(), listen(), listen()];
  tell(hub, 1, [ada, ben], 1);
  tell(hub, 2, [ada, cleo], 2);
  expect(ada.heard).toEqual([frame(1), frame(2)]);
  expect(ben.heard).toEqual([frame(1)]);
  expect(cleo.heard).toEqual([frame(2)]);
});

test("an audience of an earlier version brings nobody back", () => {
  const { hub, listen } = openRoom();
  const [ada, ben] = [listen(), listen()];
  tell(hub, 2, [ada], 1);
  tell(hub, 1, [ada, ben], 2);
  expect(ada.heard).toEqual([frame(1), frame(2)]);
  expect(ben.heard).toEqual([]);
});

test("a version is known from its first telling on, and without its devices it cannot be told before", () => {
  const { hub, listen } = openRoom();
  const ada = listen();
  expect(hub.knows({ conversationId, version: 1 })).toBe(false);
  expect(() => tell(hub, 1, undefined, 1)).toThrow("without its devices");
  tell(hub, 1, [ada], 1);
  expect(hub.knows({ conversationId, version: 1 })).toBe(true);
  expect(hub.knows({ conversationId, version: 2 })).toBe(false);
});

test("beyond its room the hub forgets what was asked for least lately, and its listeners with it", () => {
  const { hub, listen } = openRoom({ mostTopics: 2 });
  const ada = listen();
  const [one, two, three] = [newId<ConversationId>(), newId<ConversationId>(), newId<ConversationId>()];
  const devices = [ada.deviceId];
  hub.tellConversation({ conversationId: one, version: 1, devices }, frame(1));
  hub.tellConversation({ conversationId: two, version: 1, devices }, frame(2));
  expect(hub.knows({ conversationId: one, version: 1 })).toBe(true);
  hub.tellConversation({ conversationId: three, version: 1, devices }, frame(3));
  expect(hub.knows({ conversationId: two, version: 1 })).toBe(false);
  hub.tellConversation({ conversationId: one, version: 1 }, frame(4));
  expect(ada.heard).toEqual([1, 2, 3, 4].map(frame));
  expect([...ada.topics].sort()).toEqual([one, three].sort());
});

test("what is told to a device or an account reaches it alone", () => {
  const { hub, listen } = openRoom();
  const phone = listen();
  const laptop = listen({ accountId: phone.accountId });
  const stranger = listen();
  hub.tellDevice(phone.deviceId, frame(1));
  hub.tellAccount(phone.accountId, frame(2));
  hub.tellDevice(newId<DeviceId>(), frame(3));
  expect(phone.heard).toEqual([frame(1), frame(2)]);
  expect(laptop.heard).toEqual([frame(2)]);
  expect(stranger.heard).toEqual([]);
});

test("a socket that is gone hears nothing more, its sibling still does", () => {
  const { hub, listen } = openRoom();
  const tab = listen();
  const sibling = listen({ deviceId: tab.deviceId, accountId: tab.accountId });
  hub.disconnect(tab);
  hub.disconnect(tab);
  hub.tellAccount(tab.accountId, frame(1));
  expect(tab.heard).toEqual([]);
  expect(sibling.heard).toEqual([frame(1)]);
  hub.disconnect(sibling);
  hub.tellAccount(tab.accountId, frame(2));
  hub.tellDevice(tab.deviceId, frame(3));
  expect(sibling.heard).toEqual([frame(1)]);
});
