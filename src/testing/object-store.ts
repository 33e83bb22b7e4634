import { createHash, createHmac } from "node:crypto";

const SECRET = "test-secret";
const REGION = "eu-test-1";
const MEBIBYTE = 1024 * 1024;

/** A store of objects in memory, which takes only requests that are signed as AWS demands (version 4). */
export function startObjectStore() {
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
  const endpoint = `http://localhost:${server.port}`;
  const credentials = { accessKeyId: "test-key", secretAccessKey: SECRET };
  return {
    at: { endpoint, bucket: "files", region: REGION, ...credentials },
    /** By the paths they were put under. */
    objects: objects as ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
    stop: () => server.stop(true),
  };
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
