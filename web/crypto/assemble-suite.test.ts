import { describe, expect, test } from "bun:test";
import { getCiphersuiteFromName, getCiphersuiteImpl } from "ts-mls";
import { suite as suites } from "../../src/protocol/devices.ts";
import { assembleSuite } from "./assemble-suite.ts";

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

describe.each(suites.options)("%s", (name) => {
  const both = Promise.all([assembleSuite(name), getCiphersuiteImpl(getCiphersuiteFromName(name))]);

  test("derives the same keys as the library's own assembly, and each opens what the other seals", async () => {
    const ikm = random(32);
    const [info, aad, text] = [random(7), random(9), random(300)];
    for (const [sealing, opening] of await eachWay()) {
      const recipient = await opening.hpke.deriveKeyPair(ikm);
      const publicKey = await opening.hpke.exportPublicKey(recipient.publicKey);
      const same = await sealing.hpke.deriveKeyPair(ikm);
      expect(await sealing.hpke.exportPublicKey(same.publicKey)).toEqual(publicKey);
      const known = await sealing.hpke.importPublicKey(publicKey);
      const { enc, ct } = await sealing.hpke.seal(known, text, info, aad);
      expect(await opening.hpke.open(recipient.privateKey, enc, ct, info, aad)).toEqual(text);
      const exported = await sealing.hpke.exportSecret(known, aad, 48, info);
      const imported = await opening.hpke.importSecret(recipient.privateKey, aad, exported.enc, 48, info);
      expect(imported).toEqual(exported.secret);
    }
  });

  test("encrypts, signs, hashes and expands as the library's own assembly does", async () => {
    const text = random(100);
    for (const [one, other] of await eachWay()) {
      const { keyLength, nonceLength } = one.hpke;
      const [key, nonce] = [random(keyLength), random(nonceLength)];
      for (const aad of [undefined, random(5)]) {
        const encrypted = await one.hpke.encryptAead(key, nonce, aad, text);
        expect(await other.hpke.decryptAead(key, nonce, aad, encrypted)).toEqual(text);
        await expect(other.hpke.decryptAead(key, nonce, random(6), encrypted)).rejects.toThrow();
      }
      const { publicKey, signKey } = await one.signature.keygen();
      const signature = await one.signature.sign(signKey, text);
      expect(await other.signature.verify(publicKey, text, signature)).toBe(true);
      expect(await other.signature.verify(publicKey, random(100), signature)).toBe(false);
      expect(await one.hash.digest(text)).toEqual(await other.hash.digest(text));
      expect(await one.hash.mac(key, text)).toEqual(await other.hash.mac(key, text));
      const salt = random(one.kdf.size);
      const secret = await one.kdf.extract(salt, text);
      expect(secret).toEqual(await other.kdf.extract(salt, text));
      expect(secret.byteLength).toBe(one.kdf.size);
      expect(await one.kdf.expand(secret, nonce, 77)).toEqual(await other.kdf.expand(secret, nonce, 77));
    }
  });

  async function eachWay() {
    const [ours, theirs] = await both;
    return [
      [ours, theirs],
      [theirs, ours],
    ] as const;
  }
});
