import { encodeBinary } from "../protocol/codec.ts";
import type { FrameDown } from "../protocol/delivery.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";

/** One open socket of a device that has said hello. Ten thousand of these are held: no closure of their own. */
export interface Connection {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly line: Line;
  /** The public channels it hears. */
  hears?: readonly ConversationId[];
}

/** The part of a server's WebSocket that is used here. */
export interface Line {
  sendBinary(frame: Uint8Array<ArrayBuffer>): unknown;
  subscribe(topic: string): unknown;
  unsubscribe(topic: string): unknown;
}

/** Hands one frame to every subscriber of a topic: the listening server. */
export interface Publisher {
  publish(topic: string, frame: Uint8Array<ArrayBuffer>): unknown;
}

/** Who hears a conversation, as read in the very write whose event is told. */
export interface Audience {
  readonly conversationId: ConversationId;
  /** Rises with every change of the member devices. */
  readonly version: number;
  /** May be left out when `hub.knows` this version. */
  readonly devices?: readonly DeviceId[];
}

/** Who is connected to this node, and what they hear. Knows nothing of why. */
export interface Hub {
  attach(publisher: Publisher): void;
  connect(connection: Connection): void;
  disconnect(connection: Connection): void;
  isHere(deviceId: DeviceId): boolean;
  knows(audience: Audience): boolean;
  /** In the order of the calls, to exactly the devices of the audience. Encoded once. */
  tellConversation(audience: Audience, frame: FrameDown): void;
  tellDevice(deviceId: DeviceId, frame: FrameDown): void;
  tellAccount(accountId: AccountId, frame: FrameDown): void;
  /** This connection hears what is told about these public channels, and of no others any more. */
  hear(connection: Connection, channels: readonly ConversationId[]): void;
  /** To whoever chose to hear it. */
  tellHearers(channel: ConversationId, frame: FrameDown): void;
}

interface Topic {
  version: number;
  devices: Set<DeviceId>;
}

export interface HubOptions {
  /** Quiet conversations are forgotten beyond this many; the next event rebuilds them. */
  readonly mostTopics?: number;
}

export function openHub({ mostTopics = 20_000 }: HubOptions = {}): Hub {
  const ofDevice = new Map<DeviceId, readonly Connection[]>();
  const ofAccount = new Map<AccountId, readonly Connection[]>();
  const topics = new Map<ConversationId, Topic>();
  const topicsOf = new Map<DeviceId, Set<ConversationId>>();
  let publisher: Publisher | undefined;

  const each = (deviceId: DeviceId, work: (line: Line) => void) => {
    for (const { line } of ofDevice.get(deviceId) ?? []) work(line);
  };
  const enter = (deviceId: DeviceId, conversationId: ConversationId) => {
    remember(topicsOf, deviceId, conversationId);
    each(deviceId, (line) => line.subscribe(conversationId));
  };
  const leave = (deviceId: DeviceId, conversationId: ConversationId) => {
    forget(topicsOf, deviceId, conversationId);
    each(deviceId, (line) => line.unsubscribe(conversationId));
  };
  const drop = (conversationId: ConversationId) => {
    for (const deviceId of topics.get(conversationId)?.devices ?? []) leave(deviceId, conversationId);
    topics.delete(conversationId);
  };
  const dropQuietest = () => {
    const [quietest] = topics.keys();
    if (quietest !== undefined) drop(quietest);
  };
  const settle = ({ conversationId, version, devices }: Audience) => {
    const topic = topics.get(conversationId);
    if (topic !== undefined && topic.version >= version) return;
    if (devices === undefined)
      throw new Error("an audience that the hub does not know came without its devices");
    const wanted = new Set(devices);
    for (const deviceId of topic?.devices ?? []) if (!wanted.has(deviceId)) leave(deviceId, conversationId);
    for (const deviceId of wanted) if (topic?.devices.has(deviceId) !== true) enter(deviceId, conversationId);
    if (topic === undefined && topics.size >= mostTopics) dropQuietest();
    topics.set(conversationId, { version, devices: wanted });
  };

  return {
    attach(given) {
      publisher = given;
    },
    connect(connection) {
      const { accountId, deviceId, line } = connection;
      const lone = [connection];
      ofDevice.set(deviceId, ofDevice.get(deviceId)?.concat(lone) ?? lone);
      ofAccount.set(accountId, ofAccount.get(accountId)?.concat(lone) ?? lone);
      for (const conversationId of topicsOf.get(deviceId) ?? []) line.subscribe(conversationId);
    },
    disconnect(connection) {
      leaveOut(ofDevice, connection.deviceId, connection);
      leaveOut(ofAccount, connection.accountId, connection);
    },
    isHere: (deviceId) => ofDevice.has(deviceId),
    knows({ conversationId, version }) {
      const topic = topics.get(conversationId);
      if (topic === undefined || topic.version < version) return false;
      // Asked inside a write, told after it: until then it must not be the quietest.
      topics.delete(conversationId);
      topics.set(conversationId, topic);
      return true;
    },
    tellConversation(audience, frame) {
      settle(audience);
      publisher?.publish(audience.conversationId, encodeBinary(frame));
    },
    tellDevice(deviceId, frame) {
      sendAll(ofDevice.get(deviceId), frame);
    },
    tellAccount(accountId, frame) {
      sendAll(ofAccount.get(accountId), frame);
    },
    hear(connection, channels) {
      for (const channel of connection.hears ?? []) connection.line.unsubscribe(openTopic(channel));
      for (const channel of channels) connection.line.subscribe(openTopic(channel));
      connection.hears = channels;
    },
    tellHearers(channel, frame) {
      publisher?.publish(openTopic(channel), encodeBinary(frame));
    },
  };
}

/** Never the topic of a conversation, whose listeners the server chooses. */
function openTopic(channel: ConversationId): string {
  return `channel:${channel}`;
}

function sendAll(connections: readonly Connection[] | undefined, frame: FrameDown) {
  if (connections === undefined) return;
  const encoded = encodeBinary(frame);
  for (const { line } of connections) line.sendBinary(encoded);
}

function leaveOut<Key>(map: Map<Key, readonly Connection[]>, key: Key, connection: Connection) {
  const remaining = map.get(key)?.filter((one) => one !== connection) ?? [];
  if (remaining.length === 0) map.delete(key);
  else map.set(key, remaining);
}

function remember<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value) {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([value]));
  else known.add(value);
}

function forget<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value) {
  const known = map.get(key);
  if (known === undefined) return;
  known.delete(value);
  if (known.size === 0) map.delete(key);
}
