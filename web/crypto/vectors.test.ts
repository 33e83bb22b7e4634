import { expect, test } from "bun:test";
import {
  acceptAll,
  type CiphersuiteImpl,
  type CiphersuiteName,
  type ClientState,
  ciphersuites,
  decodeMlsMessage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  type MLSMessage,
  makePskIndex,
  processMessage,
} from "ts-mls";
import { decodeRatchetTree } from "ts-mls/ratchetTree.js";
import * as v from "valibot";
import { suite as ours } from "../../src/protocol/devices.ts";
import { openSuite } from "./suite.ts";

const hex = v.pipe(
  v.string(),
  v.transform((text) => Uint8Array.fromHex(text)),
);
const script = v.object({
  cipher_suite: v.number(),
  external_psks: v.array(v.object({ psk_id: hex, psk: hex })),
  key_package: hex,
  signature_priv: hex,
  encryption_priv: hex,
  init_priv: hex,
  welcome: hex,
  ratchet_tree: v.nullable(hex),
  initial_epoch_authenticator: hex,
  epochs: v.array(v.object({ proposals: v.array(hex), commit: hex, epoch_authenticator: hex })),
});
type Script = v.InferOutput<typeof script>;

test.each([
  ["passive-client-welcome", 56, 0],
  ["passive-client-handling-commit", 91, 182],
  ["passive-client-random", 1, 200],
])(
  "%s: %i official scripts lead to the same epoch authenticators in all suites",
  async (name, scripts, epochs) => {
    const read = await readScripts(name);
    expect(read.length).toBe(scripts);
    let followed = 0;
    for (const one of read) followed += await follow(one);
    expect(followed).toBe(epochs);
  },
  60_000,
);

async function readScripts(name: string): Promise<Script[]> {
  const file = Bun.file(new URL(`vectors/${name}.json.zst`, import.meta.url));
  const json = new TextDecoder().decode(await Bun.zstdDecompress(await file.bytes()));
  return v.parse(v.array(script), JSON.parse(json));
}

async function follow(one: Script): Promise<number> {
  const name = Object.entries(ciphersuites).find(([, id]) => id === one.cipher_suite)?.[0] as CiphersuiteName;
  const suite = await openEither(name);
  const psks = Object.fromEntries(one.external_psks.map(({ psk_id, psk }) => [psk_id.toBase64(), psk]));
  let state = await joinAs(one, psks, suite);
  expect(state.keySchedule.epochAuthenticator).toEqual(one.initial_epoch_authenticator);
  for (const epoch of one.epochs) {
    for (const encoded of [...epoch.proposals, epoch.commit]) {
      const message = decode(encoded);
      if (message.wireformat !== "mls_public_message" && message.wireformat !== "mls_private_message")
        throw new Error("not a message of a group");
      state = (await processMessage(message, state, makePskIndex(state, psks), acceptAll, suite)).newState;
    }
    expect(state.keySchedule.epochAuthenticator).toEqual(epoch.epoch_authenticator);
  }
  return one.epochs.length;
}

/** Ours as pages have them, the others as the library assembles them. */
function openEither(name: CiphersuiteName): Promise<CiphersuiteImpl> {
  return v.is(ours, name) ? openSuite(name) : getCiphersuiteImpl(getCiphersuiteFromName(name));
}

function joinAs(one: Script, psks: Record<string, Uint8Array>, suite: CiphersuiteImpl): Promise<ClientState> {
  const keyPackage = decode(one.key_package);
  const welcome = decode(one.welcome);
  if (keyPackage.wireformat !== "mls_key_package" || welcome.wireformat !== "mls_welcome")
    throw new Error("not a key package and a Welcome");
  const privateKeys = {
    initPrivateKey: one.init_priv,
    hpkePrivateKey: one.encryption_priv,
    signaturePrivateKey: one.signature_priv,
  };
  const tree = one.ratchet_tree ? decodeRatchetTree(one.ratchet_tree, 0)?.[0] : undefined;
  const index = makePskIndex(undefined, psks);
  return joinGroup(welcome.welcome, keyPackage.keyPackage, privateKeys, index, suite, tree);
}

function decode(encoded: Uint8Array): MLSMessage {
  const decoded = decodeMlsMessage(encoded, 0);
  if (!decoded) throw new Error("not an MLS message");
  return decoded[0];
}
