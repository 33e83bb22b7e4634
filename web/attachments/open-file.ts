import { sha256 } from "@noble/hashes/sha2.js";
import { Decrypter, type Identity } from "age-encryption";
import { CARRIED, parts, type Sealed } from "./seal-file.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** It is not the file that its sender described. */
export class FileDamaged extends Error {
  constructor(cause?: unknown) {
    super("the file is not what was sent", { cause });
    this.name = "FileDamaged";
  }
}

/**
 * The inverse of `sealFile`, over its ciphertext in parts of any size. Answers nothing before all of it has come,
 * has the expected length and hash, and decrypts to its end. Throws `FileDamaged`, or what `sealed` throws.
 */
export async function openFile(sealed: AsyncIterable<Uint8Array>, expected: Sealed): Promise<Bytes[]> {
  const hash = sha256.create();
  const opened: Bytes[] = [];
  let failed: { readonly cause: unknown } | undefined;
  let size = 0;
  const source = sealed[Symbol.asyncIterator]();
  const checked = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await source.next();
        if (done) return controller.close();
        size += value.byteLength;
        if (size > expected.sealedSize) throw new FileDamaged();
        hash.update(value);
        controller.enqueue(value);
      } catch (cause) {
        failed = { cause };
        controller.error(cause);
      }
    },
    cancel: () => void source.return?.(),
  });
  try {
    const decrypter = new Decrypter();
    decrypter.addIdentity(carried(expected.key));
    for await (const part of parts(await decrypter.decrypt(checked))) opened.push(Uint8Array.from(part));
  } catch (cause) {
    throw failed === undefined ? new FileDamaged(cause) : failed.cause;
  }
  const digest = hash.digest();
  if (size !== expected.sealedSize || !digest.every((byte, at) => byte === expected.hash[at]))
    throw new FileDamaged();
  return opened;
}

function carried(key: Bytes): Identity {
  return {
    unwrapFileKey: ([stanza, ...more]) =>
      stanza?.args[0] === CARRIED && stanza.args.length === 1 && more.length === 0 ? key : null,
  };
}
