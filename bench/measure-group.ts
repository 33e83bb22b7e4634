import type { Suite } from "../src/protocol/devices.ts";
import { type ConversationId, type MessageId, newId } from "../src/protocol/ids.ts";
import {
  addDevices,
  bytesKept,
  externalSender,
  foundGroup,
  type Group,
  hear,
  join,
  now,
  oneKeyPackageFor,
  type Person,
  receiveCommit,
  removeDevices,
  type Said,
  say,
  somebody,
} from "../web/testing/people-with-keys.ts";
import { percentile } from "./percentile.ts";

export interface Cost {
  readonly what: string;
  /** Of one device, the median of what was done more than once. */
  readonly ms?: number;
  /** Of what crosses the network to each of the others, or is kept. */
  readonly bytes?: number;
}

const AGAIN = 5;
const TEXT = "x".repeat(400);

/** As many as the app adds in one change. */
const AT_ONCE = 50;

/**
 * What a group of so many devices costs one of them: encryption, checks and bytes as in the page, without network
 * or storage. The founder adds everybody, fifty at a time, and nobody has written yet: the nodes of the tree are
 * blank, so that a change is as dear as it can be.
 */
export async function measureGroup(devices: number, suite: Suite): Promise<Cost[]> {
  const people = await Promise.all(Array.from({ length: devices }, somebody));
  const [founder, joiner, ...others] = people;
  const last = others.at(-1);
  if (!founder || !joiner || !last) throw new Error("a group of three at least");
  const offersOf = (some: readonly Person[]) => Promise.all(some.map((one) => oneKeyPackageFor(one, suite)));
  const [offer] = await offersOf([joiner]);
  if (!offer) throw new Error("nobody offers a key package");
  const founded = await foundGroup({
    conversationId: newId<ConversationId>(),
    generation: 1,
    kind: "group",
    device: founder.device,
    peer: null,
    peers: [offer.publicBytes],
    externalSender,
    commitId: newId<MessageId>(),
    now: now(),
    suite,
  });
  let group = founded.pending;
  let joined = await join(joiner, offer, founded.first.welcome, group);
  const filling: { ms: number; made: Commit }[] = [];
  for (let start = 0; start < others.length; start += AT_ONCE) {
    const offers = await offersOf(others.slice(start, start + AT_ONCE));
    const added = await timed(() => addDevices(group, adding(offers)));
    filling.push(added);
    group = added.made.pending;
    joined = await follow(joined, added.made);
  }
  const newcomer = await somebody();
  const offers = await offersOf([newcomer]);
  const [newcomers] = offers;
  const most = filling.findLast(({ made }) => made.bundle.welcome);
  const entry = await change(group, joined, () => addDevices(group, adding(offers)));
  const removal = { deviceIds: [last.device.deviceId] };
  const exit = await change(group, joined, () => removeDevices(group, { commitId: newId(), ...removal }));
  const { welcome } = entry.made.bundle;
  const joining = await timed(() => join(newcomer, newcomers ?? offer, welcome, entry.made.pending));
  const kept = bytesKept(joined);
  return [
    { what: "add fifty", ms: most?.ms ?? 0, bytes: most?.made.bundle.commit.length ?? 0 },
    { what: "add one", ms: entry.ms, bytes: entry.made.bundle.commit.length },
    { what: "follow that", ms: entry.heardMs },
    { what: "join by the Welcome", ms: joining.ms, bytes: welcome?.length ?? 0 },
    { what: "remove one", ms: exit.ms, bytes: exit.made.bundle.commit.length },
    { what: "follow that", ms: exit.heardMs },
    ...(await messages(group, joined)),
    { what: "kept, written once an epoch", bytes: kept.tree },
    { what: "kept, written with each message", bytes: kept.ratchets },
  ];
}

function adding(offers: readonly { readonly publicBytes: Uint8Array }[]) {
  return {
    commitId: newId<MessageId>(),
    keyPackages: offers.map(({ publicBytes }) => publicBytes),
    now: now(),
  };
}

async function follow(group: Group, { bundle }: Commit): Promise<Group> {
  const received = await receiveCommit(group, bundle.commit);
  if (received.kind !== "advanced") throw new Error("a member was left behind");
  return received.group;
}

type Commit = Awaited<ReturnType<typeof addDevices>>;

async function change(by: Group, heardBy: Group, make: (group: Group) => Promise<Commit>) {
  const { made, ms } = await timed(() => make(by), AGAIN);
  const heard = await timed(() => receiveCommit(heardBy, made.bundle.commit), AGAIN);
  return { made, ms, heardMs: heard.ms };
}

/** Each with the key after the one before: a message is read once. */
async function messages(by: Group, heardBy: Group): Promise<Cost[]> {
  let [writer, reader] = [by, heardBy];
  const said: Said[] = [];
  let bytes = 0;
  const sending = await timed(async () => {
    const one = await say(writer, TEXT);
    writer = one.group;
    bytes = one.ciphertext.length;
    said.push(one);
  }, AGAIN);
  const reading = await timed(async () => {
    const [next] = said.splice(0, 1);
    if (next) reader = (await hear(reader, next)).group;
  }, AGAIN);
  return [
    { what: "send 400 letters", ms: sending.ms, bytes },
    { what: "read them", ms: reading.ms },
  ];
}

async function timed<Made>(work: () => Promise<Made>, times = 1): Promise<{ made: Made; ms: number }> {
  const took: number[] = [];
  let made: Made | undefined;
  for (let time = 0; time < times; time += 1) {
    const start = performance.now();
    made = await work();
    took.push(performance.now() - start);
  }
  return { made: made as Made, ms: percentile(Float64Array.from(took), 0.5) };
}
