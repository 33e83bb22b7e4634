import { afterEach, expect, test } from "bun:test";
import { createHash, createHmac } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttachmentId, newId } from "../protocol/ids.ts";
import type { Files } from "./files.ts";
import { filesOnDisk } from "./files-on-disk.ts";
import { filesOnS3 } from "./files-on-s3.ts";

const SECRET = "test-secret";
const REGION = "eu-test-1";
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

/** A store of objects in memory, which takes only requests that are signed as AWS demands (version 4). */
function standIn() {
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  const parts = new Map<string, Map<number, Uint8Array<ArrayBuffer>>>();
  const server = Bun.serve({
    port: 0,
    hostname: "localhost",
    maxRequestBodySize: 64 * MEBIBYTE,
    async fetch(request) {
      const body = await request.bytes();
      if (!isSigned(request, body))
        return new Response("<Error><Code>SignatureDoesNotMatch</Code></Error>", { status: 403 });
      const { pathname, searchParams } = new URL(request.url);
      const upload = searchParams.get("uploadId");
      if (request.method === "POST" && searchParams.has("uploads")) {
        parts.set(pathname, new Map());
        return xml("<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>");
      }
      if (request.method === "PUT" && upload !== null) {
        // Parts come in any order.
        parts.get(pathname)?.set(Number(searchParams.get("partNumber")), body);
        return new Response(null, { headers: { etag: `"${searchParams.get("partNumber")}"` } });
      }
      if (request.method === "POST" && upload !== null) {
        objects.set(
          pathname,
          Buffer.concat(
            [...(parts.get(pathname) ?? [])].sort(([one], [other]) => one - other).map(([, part]) => part),
          ),
        );
        return xml("<CompleteMultipartUploadResult></CompleteMultipartUploadResult>");
      }
      if (request.method === "PUT") {
        objects.set(pathname, body);
        return new Response(null, { headers: { etag: '"1"' } });
      }
      if (request.method === "DELETE") {
        objects.delete(pathname);
        return new Response(null, { status: 204 });
      }
      const object = objects.get(pathname);
      if (object === undefined) return xml("<Error><Code>NoSuchKey</Code></Error>", 404);
      if (request.method === "HEAD")
        return new Response(null, { headers: { "content-length": String(object.length) } });
      const [, first = "0", last = ""] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "") ?? [];
      const part = object.slice(Number(first), last === "" ? undefined : Number(last) + 1);
      return new Response(part, { status: request.headers.has("range") ? 206 : 200 });
    },
  });
  closing.push(() => server.stop(true));
  const endpoint = `http://localhost:${server.port}`;
  return { endpoint, bucket: "files", accessKeyId: "test-key", secretAccessKey: SECRET, region: REGION };
}

function xml(body: string, status = 200): Response {
  return new Response(body, { status, headers: { "content-type": "application/xml" } });
}

/** Signature version 4, as its specification says, computed anew. */
function isSigned(request: Request, body: Uint8Array): boolean {
  const pattern =
    /Credential=test-key\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w{64})/;
  const found = pattern.exec(request.headers.get("authorization") ?? "");
  if (found === null) return false;
  const [, date = "", region = "", names = "", signature] = found;
  const hashed = request.headers.get("x-amz-content-sha256") ?? "";
  if (/^\w{64}$/.test(hashed) && hashed !== sha256(body)) return false;
  const { pathname, searchParams } = new URL(request.url);
  searchParams.sort();
  const query = [...searchParams].map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  );
  const headers = names.split(";").map((name) => `${name}:${request.headers.get(name)?.trim()}\n`);
  const canonical = [request.method, pathname, query.join("&"), headers.join(""), names, hashed].join("\n");
  const scope = `${date}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", request.headers.get("x-amz-date"), scope, sha256(canonical)].join("\n");
  const steps = [date, region, "s3", "aws4_request", toSign];
  const last = steps.reduce<Buffer | string>(
    (key, text) => createHmac("sha256", key).update(text).digest(),
    `AWS4${SECRET}`,
  );
  return region === REGION && Buffer.from(last).toString("hex") === signature;
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
