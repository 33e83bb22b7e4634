import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttachmentId, newId } from "../protocol/ids.ts";
import { startObjectStore } from "../testing/object-store.ts";
import type { Files } from "./files.ts";
import { filesOnDisk } from "./files-on-disk.ts";
import { filesOnS3 } from "./files-on-s3.ts";

const MEBIBYTE = 1024 * 1024;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "elahe-files-"));
  closing.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function standIn() {
  const store = startObjectStore();
  closing.push(store.stop);
  return store.at;
}

function gathered(bytes: Uint8Array): string {
  const path = join(folder(), "gathered");
  writeFileSync(path, bytes);
  return path;
}

async function read(files: Files, id: AttachmentId, first: number, end: number): Promise<Uint8Array> {
  return new Response(await files.read(id, first, end)).bytes();
}

const STORES = { disk: () => filesOnDisk(folder()), s3: () => filesOnS3(standIn()) };

for (const [name, open] of Object.entries(STORES)) {
  test(`${name}: what was gathered is read back, as a whole and in part`, async () => {
    const files = open();
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const [id, path] = [newId<AttachmentId>(), gathered(bytes)];
    await files.keep(id, path);
    expect(existsSync(path)).toBe(false);
    expect(await read(files, id, 0, 60_000)).toEqual(bytes);
    expect(await read(files, id, 100, 300)).toEqual(bytes.slice(100, 300));
    await files.keep(id, path);
    expect(await read(files, id, 0, 60_000)).toEqual(bytes);
  });

  test(`${name}: what was removed is gone, removing again is no error, and nothing is kept of nothing`, async () => {
    const files = open();
    const id = newId<AttachmentId>();
    await files.keep(id, gathered(new Uint8Array([1, 2, 3])));
    await files.remove(id);
    await files.remove(id);
    await expect(read(files, id, 0, 3)).rejects.toThrow();
    await expect(files.keep(newId<AttachmentId>(), join(folder(), "nothing"))).rejects.toThrow();
  });
}

test("s3: a file larger than one part arrives whole", async () => {
  const files = filesOnS3(standIn());
  const bytes = new Uint8Array(12 * MEBIBYTE).map((_, index) => (index * 31) % 251);
  const id = newId<AttachmentId>();
  await files.keep(id, gathered(bytes));
  expect(Bun.hash(await read(files, id, 0, bytes.byteLength))).toBe(Bun.hash(bytes));
});

test("s3: a store that does not take the key is an error, and the gathered file stays", async () => {
  const path = gathered(new Uint8Array([1, 2, 3]));
  const files = filesOnS3({ ...standIn(), secretAccessKey: "wrong" });
  await expect(files.keep(newId<AttachmentId>(), path)).rejects.toThrow();
  await Bun.sleep(50);
  expect(existsSync(path)).toBe(true);
});
