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
  /** Read when it is first asked for: most of it never is, and all of it would stay in memory. */
  readonly tag: () => string;
  /** By content encoding; "" is the plain form. Undefined where there is none. */
  readonly form: (encoding: Encoding | "") => Uint8Array<ArrayBuffer> | undefined;
}

type Encoding = (typeof ENCODINGS)[number][0];

export type ServeAsset = (path: string, request: Request) => Response | undefined;

export function openWebAssets(folder = FOLDER): ServeAsset {
  const assets = listAssets(folder);
  return (path, request) => {
    const asset = assets.get(path);
    return asset === undefined ? undefined : serve(asset, request);
  };
}

function serve(asset: Asset, request: Request): Response {
  const accepted = request.headers.get("accept-encoding") ?? "";
  const tag = asset.tag();
  const headers = new Headers({
    "content-type": asset.type,
    "cache-control": asset.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag: tag,
    vary: "accept-encoding",
  });
  if (request.headers.get("if-none-match")?.includes(tag) === true)
    return new Response(null, { status: 304, headers });
  for (const [encoding] of ENCODINGS) {
    const form = accepts(accepted, encoding) ? asset.form(encoding) : undefined;
    if (form === undefined) continue;
    headers.set("content-encoding", encoding);
    return new Response(form, { headers });
  }
  return new Response(asset.form(""), { headers });
}

/** Whether the list names it, and not with `q=0`, which refuses it. */
function accepts(list: string, encoding: string): boolean {
  return list
    .split(",")
    .map((entry) => entry.trim().split(/\s*;\s*/))
    .some(([name, quality]) => name === encoding && !/^q=0(\.0*)?$/.test(quality ?? ""));
}

function listAssets(folder: string): Map<string, Asset> {
  const files = new Set(listFiles(folder));
  const assets = new Map<string, Asset>();
  for (const file of files) {
    const type = TYPES[file.split(".").at(-1) ?? ""];
    const path = `/${relative(folder, file)}`;
    if (type !== undefined) assets.set(path, openAsset(file, files, type, path.startsWith("/assets/")));
  }
  return assets;
}

function openAsset(file: string, files: ReadonlySet<string>, type: string, immutable: boolean): Asset {
  const endings = new Map<string, string>([["", ""], ...ENCODINGS]);
  const forms = new Map<string, Uint8Array<ArrayBuffer>>();
  const read = (encoding: string) => {
    const name = `${file}${endings.get(encoding)}`;
    if (!files.has(name)) return undefined;
    const bytes = forms.get(encoding) ?? new Uint8Array(readFileSync(name));
    forms.set(encoding, bytes);
    return bytes;
  };
  let tag: string | undefined;
  return {
    type,
    immutable,
    tag: () => {
      tag ??= `"${new Bun.CryptoHasher("sha256").update(readFileSync(file)).digest("hex").slice(0, 24)}"`;
      return tag;
    },
    form: read,
  };
}

function listFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? listFiles(path) : [path];
  });
}
