import { decodeGroupState, encodeGroupState } from "ts-mls";
import type { Decoder } from "ts-mls/codec/tlsDecoder.js";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import { decodeSecretTree, type SecretTree, secretTreeEncoder } from "ts-mls/secretTree.js";
import * as v from "valibot";
import { encodeBinary } from "../../src/protocol/codec.ts";
import { decodeCanonical } from "../../src/protocol/signing.ts";
import { bytes, count } from "../../src/protocol/values.ts";
import type { Device } from "./device.ts";
import { CryptoFailure } from "./failure.ts";
import { type Group, groupAround } from "./group.ts";
import { trustOf } from "./trust.ts";

const LIMIT = 4 * 1024 * 1024;
const NO_SECRETS: SecretTree = [];

/**
 * All of the group that changes only with its epoch: trees, key schedule, own path. Large, written once an
 * epoch. It holds no message secrets, so that an old copy of it opens no message.
 */
export function encodeTree(group: Group): Uint8Array<ArrayBuffer> {
  const { state } = group;
  const past = new Map(
    [...state.historicalReceiverData].map(([epoch, data]) => [epoch, { ...data, secretTree: NO_SECRETS }]),
  );
  const bare = { ...state, secretTree: NO_SECRETS, historicalReceiverData: past };
  return encodeBinary([1, group.epoch, Uint8Array.from(encodeGroupState(bare)), [...group.epochHashes]]);
}

/** The message secrets of this and the past epochs: small, written with every message. */
export function encodeRatchets(group: Group): Uint8Array<ArrayBuffer> {
  const { state } = group;
  const past = [...state.historicalReceiverData].map(([epoch, data]) => [
    Number(epoch),
    encodeLeaves(data.secretTree),
  ]);
  return encodeBinary([1, group.epoch, encodeLeaves(state.secretTree), past]);
}

const treeShape = v.strictTuple([
  v.literal(1),
  count,
  bytes(LIMIT, 1),
  v.array(v.strictTuple([count, bytes(8, 8)])),
]);
const ratchetsShape = v.strictTuple([
  v.literal(1),
  count,
  bytes(LIMIT, 1),
  v.array(v.strictTuple([count, bytes(LIMIT, 1)])),
]);

/** The group as it was. Throws `malformed`, also when the two halves are of different epochs. */
export function decodeGroup(of: { tree: Uint8Array; ratchets: Uint8Array; device: Device }): Group {
  const tree = decodeCanonical(treeShape, of.tree);
  const ratchets = decodeCanonical(ratchetsShape, of.ratchets);
  if (!tree || !ratchets || tree[1] !== ratchets[1])
    throw new CryptoFailure("malformed", "the two halves are not of one group");
  const state = decodeWhole(decodeGroupState, tree[2]);
  const past = new Map(ratchets[3]);
  const historicalReceiverData = new Map(
    [...state.historicalReceiverData].map(([epoch, data]) => {
      const leaves = past.get(Number(epoch));
      if (!leaves) throw new CryptoFailure("malformed", "the secrets of a past epoch are missing");
      return [epoch, { ...data, secretTree: decodeLeaves(leaves) }];
    }),
  );
  const whole = { ...state, secretTree: decodeLeaves(ratchets[2]), historicalReceiverData };
  return groupAround({ ...whole, clientConfig: trustOf(of.device.origin) }, of.device, new Map(tree[3]));
}

/** The library's decoders return nothing or throw errors of many kinds. */
function decodeWhole<Value>(decoder: Decoder<Value>, encoded: Uint8Array): Value {
  let decoded: [Value, number] | undefined;
  try {
    decoded = decoder(encoded, 0);
  } catch (error) {
    throw new CryptoFailure("malformed", "not the state of a group", error);
  }
  if (decoded?.[1] !== encoded.byteLength) throw new CryptoFailure("malformed", "not the state of a group");
  return decoded[0];
}

const NOTHING = { secret: new Uint8Array(), generation: 0, unusedGenerations: {} };

/** Handshakes are PublicMessages and parents send nothing: only the leaves' application ratchets are ever used. */
function encodeLeaves(tree: SecretTree): Uint8Array<ArrayBuffer> {
  const leaves = tree.filter((_, node) => node % 2 === 0);
  return Uint8Array.from(
    encode(secretTreeEncoder)(leaves.map(({ application }) => ({ application, handshake: NOTHING }))),
  );
}

function decodeLeaves(encoded: Uint8Array): SecretTree {
  const leaves = decodeWhole(decodeSecretTree, encoded);
  const parent = { application: NOTHING, handshake: NOTHING };
  return leaves.flatMap((leaf, index) => (index === 0 ? [leaf] : [parent, leaf]));
}
