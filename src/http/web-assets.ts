import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** What browsers fetch, as `build.ts` left it: inside the executable, or in `dist/web` when run from source. */
const FOLDER = Bun.isStandaloneExecutable
  ? join(import.meta.dir, "web")
  : join(import.meta.dir, "../../dist/web");

const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
};

const ENCODINGS = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

interface Asset {
  readonly type: string;
  /** Hashed names never change their bytes. */
  readonly immutable: boolean;
  readonly tag: string;
  /** By content encoding; "" is the plain form. */
  readonly forms: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

export type ServeAsset = (path: string, request: Request) => Response | undefined;

export function openWebAssets(folder = FOLDER): ServeAsset {
  const assets = readAssets(folder);
  return (path, request) => {
    const asset = assets.get(path);
    return asset === undefined ? undefined : serve(asset, request);
  };
}

function serve(asset: Asset, request: Request): Response {
  const accepted = request.headers.get("accept-encoding") ?? "";
  const encoding = ENCODINGS.map(([name]) => name).find(
    (name) => asset.forms.has(name) && accepts(accepted, name),
  );
  const headers = new Headers({
    "content-type": asset.type,
    "cache-control": asset.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag: asset.tag,
    vary: "accept-encoding",
  });
  if (request.headers.get("if-none-match")?.includes(asset.tag) === true)
    return new Response(null, { status: 304, headers });
  if (encoding !== undefined) headers.set("content-encoding", encoding);
  return new Response(asset.forms.get(encoding ?? ""), { headers });
}

/** Whether the list names it, and not with `q=0`, which refuses it. */
function accepts(list: string, encoding: string): boolean {
  return list
    .split(",")
    .map((entry) => entry.trim().split(/\s*;\s*/))
    .some(([name, quality]) => name === encoding && !/^q=0(\.0*)?$/.test(quality ?? ""));
}

function readAssets(folder: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const file of listFiles(folder)) {
    const type = TYPES[file.split(".").at(-1) ?? ""];
    if (type === undefined) continue;
    const plain = new Uint8Array(readFileSync(file));
    const forms = new Map([["", plain]]);
    for (const [name, ending] of ENCODINGS) {
      const form = readIfThere(`${file}${ending}`);
      if (form !== undefined && form.byteLength < plain.byteLength) forms.set(name, form);
    }
    const path = `/${relative(folder, file)}`;
    const tag = `"${new Bun.CryptoHasher("sha256").update(plain).digest("hex").slice(0, 24)}"`;
    assets.set(path, { type, immutable: path.startsWith("/assets/"), tag, forms });
  }
  return assets;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? listFiles(path) : [path];
  });
}

function readIfThere(file: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(readFileSync(file));
  } catch {
    return undefined;
  }
}
