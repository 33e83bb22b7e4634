/**
 * Bundles the web app, packs it with the migrations into one executable and prints the sizes.
 * The same sources give the same bytes: nothing here reads the clock, the machine or git.
 *
 *   bun build.ts                     dist/elahe for this machine
 *   bun build.ts --target arm64      dist/arm64/elahe; --target all builds every target
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { joinStyleSheets } from "./web/join-style-sheets.ts";

const ROOT = import.meta.dir;
const WEB = join(ROOT, "dist/web");
const ASSETS = join(WEB, "assets");
/** Stands for the build's id until that is known. */
const BUILD = "ELAHE_BUILD";
const MEBIBYTE = 1024 * 1024;
const LARGEST_PART = 400 * 1024;

const TARGETS = {
  x64: "bun-linux-x64",
  "x64-baseline": "bun-linux-x64-baseline",
  arm64: "bun-linux-arm64",
  "x64-musl": "bun-linux-x64-musl",
  "x64-baseline-musl": "bun-linux-x64-baseline-musl",
  "arm64-musl": "bun-linux-arm64-musl",
} as const satisfies Record<string, Bun.Build.CompileTarget>;

const COMPRESSIBLE = /\.(js|css|html|svg|webmanifest|json|txt)$/;

/** Libraries ask for node's module where there is no Web Crypto; no page of ours runs without. */
const WITHOUT_NODE: Bun.BunPlugin = {
  name: "without-node",
  setup(bundler) {
    bundler.onResolve({ filter: /^(node:)?crypto$/ }, ({ path }) => ({ path, external: true }));
  },
};

if (import.meta.main) await build();

async function build() {
  const { values } = parseArgs({ options: { target: { type: "string" }, "web-only": { type: "boolean" } } });
  const buildId = await bundleWeb();
  if (values["web-only"] === true) return;
  if (values.target === undefined) return compile(undefined, "dist/elahe", buildId);
  for (const name of namedTargets(values.target)) await compile(TARGETS[name], `dist/${name}/elahe`, buildId);
}

function namedTargets(name: string): (keyof typeof TARGETS)[] {
  const names = Object.keys(TARGETS) as (keyof typeof TARGETS)[];
  if (name === "all") return names;
  const found = names.filter((known) => known === name);
  if (found.length === 0) throw new Error(`--target is one of: all, ${names.join(", ")}`);
  return found;
}

/** Leaves everything that browsers fetch in dist/web, beside its compressed forms. Returns the build's id. */
async function bundleWeb(): Promise<string> {
  await rm(WEB, { recursive: true, force: true });
  await mkdir(WEB, { recursive: true });
  const entries = await bundleAssets();
  const assets = (await readdir(join(WEB, "assets"))).sort().map((name) => `/assets/${name}`);
  await Bun.write(join(WEB, "index.html"), await rewriteIndex(entries));
  await copyStatic();
  await bundleServiceWorker(assets);
  const buildId = await nameBuild();
  await compressAll();
  await reportWeb(entries);
  return buildId;
}

interface Entries {
  readonly main: string;
  readonly worker: string;
  readonly style: string;
  readonly look: string;
  readonly parts: Parts;
}

/** Every script with what it loads, by its path from the assets' folder. */
type Parts = Bun.BuildMetafile["outputs"];

async function bundleAssets(): Promise<Entries> {
  const shared = {
    outdir: ASSETS,
    metafile: true,
    root: join(ROOT, "web"),
    target: "browser",
    splitting: true,
    minify: true,
    naming: { entry: "[name]-[hash].[ext]", chunk: "part-[hash].[ext]", asset: "[name]-[hash].[ext]" },
  } as const;
  const entrypoints = ["web/main.ts", "web/worker.ts"].map((path) => join(ROOT, path));
  const { outputs, metafile } = await Bun.build({ ...shared, entrypoints, plugins: [WITHOUT_NODE] });
  const named = (name: string, ending: string) => {
    const found = outputs.find((output) => output.path.match(`/${name}-[^/]*\\.${ending}$`));
    if (found === undefined) throw new Error(`the bundle has no ${name}.${ending}`);
    return `/assets/${relative(ASSETS, found.path)}`;
  };
  if (metafile === undefined) throw new Error("the bundle does not tell what loads what");
  return {
    main: named("main", "js"),
    worker: named("worker", "js"),
    style: await writeStyle(),
    look: await writeLook(),
    parts: metafile.outputs,
  };
}

async function writeStyle(): Promise<string> {
  return writeHashed("main", "css", await joinStyleSheets());
}

/** A classic script, because a module would run after the first paint. */
async function writeLook(): Promise<string> {
  const entrypoints = [join(ROOT, "web/look-first.ts")];
  const { outputs } = await Bun.build({ entrypoints, target: "browser", format: "iife", minify: true });
  return writeHashed("look", "js", (await outputs[0]?.text()) ?? "");
}

async function writeHashed(name: string, ending: string, text: string): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 8);
  await Bun.write(join(ASSETS, `${name}-${hash}.${ending}`), text);
  return `/assets/${name}-${hash}.${ending}`;
}

async function rewriteIndex(entries: Entries): Promise<string> {
  const replacements = {
    "/assets/main.js": entries.main,
    "/assets/worker.js": entries.worker,
    "/assets/main.css": entries.style,
    "/assets/look.js": entries.look,
  };
  let page = await Bun.file(join(ROOT, "web/index.html")).text();
  for (const [from, to] of Object.entries(replacements)) {
    if (!page.includes(from)) throw new Error(`web/index.html does not mention ${from}`);
    page = page.replaceAll(from, to);
  }
  return page;
}

async function copyStatic() {
  for (const name of await readdir(join(ROOT, "web"))) {
    if (/\.(webmanifest|svg|png)$/.test(name)) {
      await Bun.write(join(WEB, name), Bun.file(join(ROOT, "web", name)));
    }
  }
}

/** Its address never changes; its bytes change with each build, which is how browsers find the update. */
async function bundleServiceWorker(assets: readonly string[]) {
  await Bun.build({
    entrypoints: [join(ROOT, "web/service-worker.ts")],
    outdir: WEB,
    target: "browser",
    minify: true,
    naming: "[name].[ext]",
    define: { ELAHE_ASSETS: JSON.stringify(assets), ELAHE_BUILD: JSON.stringify(BUILD) },
  });
}

/** Of all that browsers fetch, by its names and bytes; then it is written wherever it stands. */
async function nameBuild(): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  const paths = await Array.fromAsync(new Bun.Glob("**/*").scan({ cwd: WEB }));
  for (const path of paths.sort()) {
    const bytes = await Bun.file(join(WEB, path)).bytes();
    hasher.update(`${path} ${bytes.length}\n`).update(bytes);
  }
  const buildId = hasher.digest("hex").slice(0, 12);
  for (const path of ["index.html", "service-worker.js"]) {
    const text = await Bun.file(join(WEB, path)).text();
    if (!text.includes(BUILD)) throw new Error(`${path} does not say which build it is of`);
    await Bun.write(join(WEB, path), text.replaceAll(BUILD, buildId));
  }
  return buildId;
}

async function compressAll() {
  for await (const path of new Bun.Glob("**/*").scan({ cwd: WEB, absolute: true })) {
    if (!COMPRESSIBLE.test(path)) continue;
    const bytes = await Bun.file(path).bytes();
    const quality = {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    };
    const forms = { br: brotliCompressSync(bytes, quality), gz: gzipSync(bytes, { level: 9 }) };
    for (const [ending, form] of Object.entries(forms))
      if (form.length < bytes.length) await Bun.write(`${path}.${ending}`, form);
  }
}

/** What browsers load, as the server sends it to whoever takes gzip. */
async function reportWeb({ main, worker, style, parts }: Entries) {
  const large = Object.entries(parts).find(([, { bytes }]) => bytes > LARGEST_PART);
  if (large !== undefined)
    throw new Error(`${large[0]} is too large for a page: is it a replacement of node's modules?`);
  const signIn = loadedFrom([main], parts, ({ kind }) => kind === "import-statement");
  // Up to an encrypted message: what is opened beside a conversation is fetched when it is wanted.
  const chat = loadedFrom(
    [main, worker],
    parts,
    ({ kind, path }) => kind === "import-statement" || isChat(parts[path]),
  );
  await reportSize("sign-in", signIn);
  await reportSize("chat", chat);
  await reportSize("offline", new Set(Object.keys(parts)));
  await reportSize("style", new Set([partOf(style)]));
}

function loadedFrom(
  entries: string[],
  parts: Parts,
  follows: (load: Parts[string]["imports"][0]) => boolean,
) {
  const loaded = new Set<string>();
  const load = (path: string) => {
    const part = parts[path];
    if (part === undefined) throw new Error(`the bundle has no ${path}`);
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const next of part.imports) if (follows(next)) load(next.path);
  };
  for (const entry of entries) load(partOf(entry));
  return loaded;
}

/** The bundle names its parts from the assets' folder on, browsers from the origin. */
function partOf(address: string): string {
  return address.replace("/assets/", "./");
}

function isChat(part: Parts[string] | undefined): boolean {
  return part?.entryPoint?.endsWith("web/conversations/chat.ts") === true;
}

async function reportSize(name: string, loaded: ReadonlySet<string>) {
  const sizes = await Promise.all([...loaded].map((path) => Bun.file(`${join(ASSETS, path)}.gz`).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`web ${name.padEnd(8)} ${kibibytes(total)} gzip in ${loaded.size} files`);
}

async function compile(target: Bun.Build.CompileTarget | undefined, outfile: string, buildId: string) {
  const path = join(ROOT, outfile);
  await mkdir(join(path, ".."), { recursive: true });
  const { version } = await Bun.file(join(ROOT, "package.json")).json();
  await Bun.build({
    entrypoints: [join(ROOT, "src/main.ts")],
    minify: true,
    bytecode: true,
    format: "esm",
    define: { ELAHE_VERSION: JSON.stringify(version), ELAHE_BUILD: JSON.stringify(buildId) },
    compile: {
      outfile: path,
      assets: [WEB],
      // A file in the folder it is started from must not change what it does.
      autoloadDotenv: false,
      autoloadBunfig: false,
      ...(target === undefined ? {} : { target }),
    },
  });
  const size = Bun.file(path).size / MEBIBYTE;
  console.log(`${outfile}  ${size.toFixed(1)} MiB`);
}

function kibibytes(size: number): string {
  return `${(size / 1024).toFixed(1).padStart(6)} KiB`;
}
