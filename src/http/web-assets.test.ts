import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { openWebAssets } from "./web-assets.ts";

const folder = mkdtempSync(join(tmpdir(), "elahe-assets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = "console.log('elahe');".repeat(100);
mkdirSync(join(folder, "assets"));
writeFileSync(join(folder, "index.html"), "<!doctype html>");
writeFileSync(join(folder, "assets/main-1.js"), script);
writeFileSync(join(folder, "assets/main-1.js.br"), brotliCompressSync(script));
writeFileSync(join(folder, "assets/main-1.js.gz"), gzipSync(script));
writeFileSync(join(folder, "notes.md"), "not for browsers");
const assets = openWebAssets(folder);

const get = (path: string, headers: Record<string, string> = {}) =>
  assets(path, new Request(`http://localhost${path}`, { headers }));

test.each([
  ["br, gzip", "br"],
  ["gzip, deflate", "gzip"],
  ["identity", null],
])("who accepts %s is sent %s", (accepted, sent) => {
  expect(get("/assets/main-1.js", { "accept-encoding": accepted })?.headers.get("content-encoding")).toBe(
    sent,
  );
});

test("an encoding that was refused is not sent", () => {
  const response = get("/assets/main-1.js", { "accept-encoding": "br;q=0, gzip" });
  expect(response?.headers.get("content-encoding")).toBe("gzip");
});

test("the compressed bytes are the plain bytes", async () => {
  const plain = await get("/assets/main-1.js")?.text();
  const packed = await get("/assets/main-1.js", { "accept-encoding": "gzip" })?.bytes();
  expect(new TextDecoder().decode(Bun.gunzipSync(packed ?? new Uint8Array()))).toBe(plain ?? "");
});

test("hashed names are kept for ever, pages are asked for each time", () => {
  expect(get("/assets/main-1.js")?.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(get("/index.html")?.headers.get("cache-control")).toBe("no-cache");
});

test("who has the bytes already is not sent them again", async () => {
  const tag = get("/index.html")?.headers.get("etag") ?? "";
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
    const again = get("/index.html", { "if-none-match": known });
    expect([again?.status, await again?.text()]).toEqual([304, ""]);
  }
});

test("nothing but web assets is served, and nothing outside the folder", () => {
  for (const path of ["/notes.md", "/assets/main-1.js.br", "/../package.json", "/assets", "/"]) {
    expect(get(path)).toBeUndefined();
  }
});
