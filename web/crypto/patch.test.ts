import { expect, test } from "bun:test";
import {
  acceptAll,
  type CiphersuiteImpl,
  type ClientState,
  type Credential,
  createApplicationMessage,
  createCommit,
  createGroup,
  createGroupInfoWithExternalPubAndRatchetTree,
  defaultCapabilities,
  defaultLifetime,
  defaultProposalTypes,
  emptyPskIndex,
  generateKeyPackage,
  generateKeyPackageWithKey,
  joinGroup,
  joinGroupExternal,
  type KeyPackage,
  makePskIndex,
  type PrivateKeyPackage,
  type Proposal,
  processMessage,
  processPublicMessage,
  proposeExternal,
} from "ts-mls";
import type { ClientConfig } from "ts-mls/clientConfig.js";
import { defaultClientConfig } from "ts-mls/clientConfig.js";
import { encodeExternalSenders } from "ts-mls/externalSender.js";
import { ratchetUntil } from "ts-mls/secretTree.js";
import { openSuite } from "./suite.ts";

/**
 * One test for each place where the library as published departs from RFC 9420 (see `patches/`), at the
 * library itself: every one of them fails without the patch.
 */
const suite: CiphersuiteImpl = await openSuite("MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519");

interface Client {
  readonly name: string;
  readonly keyPackage: KeyPackage;
  readonly privateKeys: PrivateKeyPackage;
}

interface Seat {
  readonly client: Client;
  state: ClientState;
}

const credentialOf = (name: string): Credential => ({
  credentialType: "basic",
  identity: new TextEncoder().encode(name),
});

async function client(name: string): Promise<Client> {
  const made = await generateKeyPackage(
    credentialOf(name),
    defaultCapabilities(),
    defaultLifetime,
    [],
    suite,
  );
  return { name, keyPackage: made.publicPackage, privateKeys: made.privatePackage };
}

const add = ({ keyPackage }: Client): Proposal => ({ proposalType: "add", add: { keyPackage } });
const remove = (removed: number): Proposal => ({ proposalType: "remove", remove: { removed } });

/** The seats after a commit by the first that adds these; those removed keep the state they end with. */
async function commit(
  seats: readonly Seat[],
  extraProposals: Proposal[],
  joining: readonly Client[] = [],
  by = 0,
) {
  const committer = seats[by];
  if (!committer) throw new Error("nobody commits");
  const made = await createCommit(
    { state: committer.state, cipherSuite: suite },
    {
      extraProposals: [...extraProposals, ...joining.map(add)],
      wireAsPublicMessage: true,
      ratchetTreeExtension: true,
    },
  );
  if (made.commit.wireformat !== "mls_public_message") throw new Error("not public");
  for (const seat of seats) {
    if (seat === committer) seat.state = made.newState;
    else
      seat.state = (
        await processPublicMessage(seat.state, made.commit.publicMessage, emptyPskIndex, suite)
      ).newState;
  }
  const { welcome } = made;
  const joined = joining.map(async (one): Promise<Seat> => {
    if (!welcome) throw new Error("no Welcome");
    return {
      client: one,
      state: await joinGroup(welcome, one.keyPackage, one.privateKeys, emptyPskIndex, suite),
    };
  });
  return {
    made,
    publicMessage: made.commit.publicMessage,
    seats: [...seats, ...(await Promise.all(joined))],
  };
}

async function groupOf(names: readonly string[], config?: ClientConfig): Promise<Seat[]> {
  const [first, ...others] = await Promise.all(names.map(client));
  if (!first) throw new Error("nobody");
  const groupId = new Uint8Array([1, 2, 3]);
  const { keyPackage, privateKeys } = first;
  const state = await createGroup(groupId, keyPackage, privateKeys, [], suite, config);
  const { seats } = await commit([{ client: first, state }], [], others);
  if (config) for (const seat of seats) seat.state = { ...seat.state, clientConfig: config };
  return seats;
}

const authenticatorOf = ({ state }: Seat) => state.keySchedule.epochAuthenticator.toHex();

test("newcomers join although a parent lists fewer unmerged leaves than the one above it", async () => {
  let seats = await groupOf(["a", "b", "c", "d", "e", "f", "g", "h"]);
  await commit(seats, [remove(3), remove(7)]);
  seats = seats.filter(({ state }) => state.groupActiveState.kind === "active");
  await commit(seats, [], [], 3);
  ({ seats } = await commit(seats, [], [await client("i"), await client("j")]));
  expect(seats.length).toBe(8);
  expect(new Set(seats.map(authenticatorOf)).size).toBe(1);
});

test("a member knows that it was removed although the same commit fills its slot again", async () => {
  const seats = await groupOf(["a", "b", "c"]);
  const [, b] = seats;
  const after = await commit(seats, [remove(1)], [await client("d")]);
  expect(b?.state.groupActiveState.kind).toBe("removedFromGroup");
  const staying = after.seats.filter((seat) => seat !== b);
  expect(new Set(staying.map(authenticatorOf)).size).toBe(1);
});

async function externalCommit(seats: readonly Seat[], joiner: Client, replacedName: string) {
  const [first] = seats;
  if (!first) throw new Error("nobody is in");
  const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(first.state, [], suite);
  const keyPackageEqualityConfig = {
    ...defaultClientConfig.keyPackageEqualityConfig,
    compareKeyPackageToLeafNode: (_: KeyPackage, leaf: { credential: Credential }) =>
      nameIn(leaf.credential) === replacedName,
  };
  const config = { ...defaultClientConfig, keyPackageEqualityConfig };
  const { keyPackage, privateKeys } = joiner;
  return joinGroupExternal(groupInfo, keyPackage, privateKeys, true, suite, undefined, config);
}

function nameIn(credential: Credential): string {
  return credential.credentialType === "basic" ? new TextDecoder().decode(credential.identity) : "";
}

/** Accepts everybody, and as successor only who has the same name. */
const sameName: ClientConfig = {
  ...defaultClientConfig,
  authService: {
    validateCredential: async () => true,
    validateSuccessor: async (replaced, joiner) => nameIn(replaced.credential) === nameIn(joiner.credential),
  },
};

test("an external commit removes an old version of its sender and nobody else", async () => {
  const seats = await groupOf(["a", "b", "c"], sameName);
  const [, , c] = seats;
  const usurping = await externalCommit(seats, await client("mallory"), "b");
  if (!c) throw new Error("c is not in");
  await expect(processPublicMessage(c.state, usurping.publicMessage, emptyPskIndex, suite)).rejects.toThrow(
    "old version of its sender",
  );
  const returning = await externalCommit(seats, await client("b"), "b");
  let shown: string | undefined;
  const received = await processPublicMessage(
    c.state,
    returning.publicMessage,
    emptyPskIndex,
    suite,
    (incoming) => {
      if (incoming.kind === "commit" && incoming.leafNode) shown = nameIn(incoming.leafNode.credential);
      return "accept";
    },
  );
  expect(shown).toBe("b");
  expect(received.newState.keySchedule.epochAuthenticator).toEqual(
    returning.newState.keySchedule.epochAuthenticator,
  );
});

test("a member cannot pass a commit off as external", async () => {
  const seats = await groupOf(["a", "b"]);
  const [a] = seats;
  if (!a) throw new Error("a is not in");
  const init: Proposal = { proposalType: "external_init", externalInit: { kemOutput: new Uint8Array(32) } };
  const passing = createCommit({ state: a.state, cipherSuite: suite }, { extraProposals: [init] });
  await expect(passing).rejects.toThrow("do not belong together");
});

test("a decrypted message tells which leaf sent it and the data it was bound to, in past epochs too", async () => {
  const seats = await groupOf(["a", "b", "c"]);
  const [, b, c] = seats;
  if (!b || !c) throw new Error("not all are in");
  const bound = new TextEncoder().encode("bound");
  const sent = await createApplicationMessage(b.state, new Uint8Array([7]), suite, bound);
  const message = { wireformat: "mls_private_message", privateMessage: sent.privateMessage } as const;
  const tell = async () => {
    const opened = await processMessage(message, c.state, emptyPskIndex, acceptAll, suite);
    if (opened.kind !== "applicationMessage") throw new Error("not a message");
    const { senderLeafIndex, senderLeafNode, authenticatedData } = opened;
    return [senderLeafIndex as number, nameIn(senderLeafNode.credential), authenticatedData];
  };
  expect(await tell()).toEqual([1, "b", bound]);
  await commit(seats, [remove(1)], [await client("d")]);
  expect(await tell()).toEqual([1, "b", bound]);
});

test("a commit of GroupContextExtensions alone has a path, and everybody follows it", async () => {
  const seats = await groupOf(["a", "b", "c"]);
  const identity = credentialOf("server");
  const extensionData = encodeExternalSenders([
    { signaturePublicKey: new Uint8Array(32), credential: identity },
  ]);
  const extensions = [{ extensionType: "external_senders" as const, extensionData }];
  const proposal: Proposal = {
    proposalType: "group_context_extensions",
    groupContextExtensions: { extensions },
  };
  const { publicMessage } = await commit(seats, [proposal]);
  expect(publicMessage.content.contentType === "commit" && publicMessage.content.commit.path).toBeTruthy();
  expect(new Set(seats.map(authenticatorOf)).size).toBe(1);
});

test("a commit in a PrivateMessage finds its pre-shared key", async () => {
  const [a, b] = await groupOf(["a", "b"]);
  if (!a || !b) throw new Error("not all are in");
  const pskId = new Uint8Array([9]);
  const secrets = { [pskId.toBase64()]: crypto.getRandomValues(new Uint8Array(32)) };
  const pskNonce = crypto.getRandomValues(new Uint8Array(suite.kdf.size));
  const psk: Proposal = {
    proposalType: "psk",
    psk: { preSharedKeyId: { psktype: "external", pskId, pskNonce } },
  };
  const pskIndex = makePskIndex(a.state, secrets);
  const made = await createCommit(
    { state: a.state, cipherSuite: suite, pskIndex },
    { extraProposals: [psk] },
  );
  if (made.commit.wireformat !== "mls_private_message") throw new Error("not private");
  const index = makePskIndex(b.state, secrets);
  const { newState } = await processMessage(made.commit, b.state, index, acceptAll, suite);
  expect(newState.keySchedule.epochAuthenticator).toEqual(made.newState.keySchedule.epochAuthenticator);
});

test("an added leaf may not carry a key that is in the tree already", async () => {
  const [a, b] = await groupOf(["a", "b"]);
  if (!a || !b) throw new Error("not all are in");
  const { signaturePrivateKey } = b.client.privateKeys;
  const keys = {
    signKey: signaturePrivateKey,
    publicKey: b.client.keyPackage.leafNode.signaturePublicKey,
  };
  const made = await generateKeyPackageWithKey(
    credentialOf("twin"),
    defaultCapabilities(),
    defaultLifetime,
    [],
    keys,
    suite,
  );
  const anyTwice = {
    ...a.state.clientConfig,
    keyPackageEqualityConfig: { compareKeyPackages: () => false, compareKeyPackageToLeafNode: () => false },
  };
  const adding = createCommit(
    { state: { ...a.state, clientConfig: anyTwice }, cipherSuite: suite },
    { extraProposals: [{ proposalType: "add", add: { keyPackage: made.publicPackage } }] },
  );
  await expect(adding).rejects.toThrow("signature keys not unique");
});

test("external_senders is a vector: the second sender in one extension is found", async () => {
  const founder = await client("a");
  const server = await suite.signature.keygen();
  const senders = [new Uint8Array(32), server.publicKey].map((signaturePublicKey) => ({
    signaturePublicKey,
    credential: credentialOf("server"),
  }));
  const extensions = [
    { extensionType: "external_senders" as const, extensionData: encodeExternalSenders(senders) },
  ];
  const { keyPackage, privateKeys } = founder;
  const groupId = new Uint8Array([1]);
  const state = await createGroup(groupId, keyPackage, privateKeys, extensions, suite);
  const { seats } = await commit([{ client: founder, state }], [], [await client("b")]);
  const [a, b] = seats;
  if (!a || !b) throw new Error("not all are in");
  const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(a.state, [], suite);
  const proposal = await proposeExternal(groupInfo, remove(1), server.publicKey, server.signKey, suite);
  if (proposal.wireformat !== "mls_public_message") throw new Error("not public");
  for (const seat of seats)
    seat.state = (
      await processPublicMessage(seat.state, proposal.publicMessage, emptyPskIndex, suite)
    ).newState;
  await commit(seats, []);
  expect(b.state.groupActiveState.kind).toBe("removedFromGroup");
});

test("the kinds of proposals the library knows are those that are judged", () => {
  expect(Object.keys(defaultProposalTypes)).toEqual([
    "add",
    "update",
    "remove",
    "psk",
    "reinit",
    "external_init",
    "group_context_extensions",
  ]);
});

test("a message that jumps far ahead costs its receiver one copy of the kept secrets, not one for each step", async () => {
  const { kdf } = suite;
  const config = { retainKeysForGenerations: 1000, maximumForwardRatchetSteps: 2000, retainKeysForEpochs: 3 };
  const fresh = { secret: new Uint8Array(kdf.size).fill(7), generation: 0, unusedGenerations: {} };
  const keys = Object.keys;
  let looked = 0;
  Object.keys = (of: object) => {
    looked += 1;
    return keys(of);
  };
  const [jumped, consumed] = await ratchetUntil(fresh, 1_200, config, kdf).finally(() => {
    Object.keys = keys;
  });
  expect(looked).toBeLessThan(10);
  expect(jumped.generation).toBe(1_200);
  expect(consumed).toHaveLength(200);
  let stepped: typeof jumped = fresh;
  for (let step = 1; step <= 1_200; step += 1) stepped = (await ratchetUntil(stepped, step, config, kdf))[0];
  expect(jumped).toEqual(stepped);
});
