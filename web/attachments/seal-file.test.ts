import { expect, test } from "bun:test";
import fc from "fast-check";
import { FileDamaged, openFile } from "./open-file.ts";
import { type Sealed, sealFile } from "./seal-file.ts";

const PIECE = 64 * 1024 + 777;

function filled(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

async function seal(plain: Uint8Array<ArrayBuffer>) {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const sealed = await sealFile(new Blob([plain]).stream(), PIECE, async (piece, index) => {
    expect(index).toBe(pieces.length);
    pieces.push(piece);
  });
  return { sealed, pieces, bytes: new Uint8Array(await new Blob(pieces).arrayBuffer()) };
}

async function* inParts(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

async function open(bytes: Uint8Array, sealed: Sealed, size = 10_000) {
  return new Uint8Array(await new Blob(await openFile(inParts(bytes, size), sealed)).arrayBuffer());
}

test("a file of any size comes back as it was, whatever parts its ciphertext comes in", async () => {
  const sizes = fc.oneof(fc.nat(300_000), fc.constantFrom(0, 1, 65_536, 65_537, 131_072));
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1000, max: 200_000 }), async (size, part) => {
      const plain = filled(size);
      const { sealed, pieces, bytes } = await seal(plain);
      expect(bytes.byteLength).toBe(sealed.sealedSize);
      expect(pieces.slice(0, -1).every((piece) => piece.byteLength === PIECE)).toBe(true);
      expect(await open(bytes, sealed, part)).toEqual(plain);
    }),
    { numRuns: 25 },
  );
});

test("the same file sealed twice shares neither key nor ciphertext, and nothing of it shows", async () => {
  const plain = new TextEncoder().encode("Grandmother's saffron rice, forty years old. ".repeat(50));
  const [one, other] = [await seal(plain), await seal(plain)];
  expect(one.sealed.key).not.toEqual(other.sealed.key);
  expect(one.sealed.hash).not.toEqual(other.sealed.hash);
  const shown = Buffer.from(one.bytes).toString("latin1");
  expect(shown).not.toContain("saffron");
  expect(shown).not.toContain(Buffer.from(one.sealed.key).toString("latin1"));
  expect(shown).not.toContain(Buffer.from(one.sealed.key).toString("base64").slice(0, 20));
});

test("one changed, missing, added or swapped byte shows nothing at all", async () => {
  const { sealed, bytes } = await seal(filled(200_000));
  for (const at of [0, 40, 130, 70_000, bytes.byteLength - 1]) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(open(changed, sealed)).rejects.toBeInstanceOf(FileDamaged);
  }
  await expect(open(bytes.slice(0, -1), sealed)).rejects.toBeInstanceOf(FileDamaged);
  await expect(open(bytes.slice(0, 65_000), sealed)).rejects.toBeInstanceOf(FileDamaged);
  await expect(open(new Uint8Array([...bytes, 0]), sealed)).rejects.toBeInstanceOf(FileDamaged);
  await expect(open(new Uint8Array(), sealed)).rejects.toBeInstanceOf(FileDamaged);
});

test("a file that opens but is not the one described is refused", async () => {
  const { sealed, bytes } = await seal(filled(1000));
  await expect(open(bytes, { ...sealed, hash: filled(32) })).rejects.toBeInstanceOf(FileDamaged);
  await expect(open(bytes, { ...sealed, key: filled(16) })).rejects.toBeInstanceOf(FileDamaged);
  await expect(open(bytes, { ...sealed, sealedSize: sealed.sealedSize + 1 })).rejects.toBeInstanceOf(
    FileDamaged,
  );
});

test("what stops the download is told as what it is", async () => {
  const { sealed, bytes } = await seal(filled(1000));
  async function* cut() {
    yield bytes.subarray(0, 300);
    throw new TypeError("the line is cut");
  }
  await expect(openFile(cut(), sealed)).rejects.toThrow("the line is cut");
});
