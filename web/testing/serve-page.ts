import { join } from "node:path";
import { joinStyleSheets } from "../join-style-sheets.ts";

const WEB = join(import.meta.dir, "..");

/** The product's own rules for what a page may load and run. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types elahe",
].join("; ");

export type AnswerApi = (
  method: string,
  path: string,
  body: unknown,
  query: URLSearchParams,
) => Response | undefined;

export interface ServedPage {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Serves the bundled app with the product's headers; what the API would say is handed in. */
export async function servePage(answerApi: AnswerApi): Promise<ServedPage> {
  const files = await bundlePage();
  const shell = await Bun.file(join(WEB, "index.html")).text();
  const server = Bun.serve({
    port: 0,
    hostname: "localhost",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith("/api/")) return api(request, pathname, answerApi);
      const file = files.get(pathname);
      if (file) return new Response(file.text, { headers: { "content-type": file.type } });
      if (/\.\w+$/.test(pathname)) return new Response("", { status: 404 });
      return new Response(shell, {
        headers: { "content-type": "text/html", "content-security-policy": CONTENT_SECURITY_POLICY },
      });
    },
  });
  return { origin: `http://localhost:${server.port}`, stop: () => server.stop(true) };
}

interface PageFile {
  readonly text: string;
  readonly type: string;
}

let bundled: Promise<Map<string, PageFile>> | undefined;

function bundlePage(): Promise<Map<string, PageFile>> {
  bundled ??= buildPage();
  return bundled;
}

async function buildPage(): Promise<Map<string, PageFile>> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, "page-main.ts")],
    root: WEB,
    target: "browser",
    splitting: true,
    naming: { entry: "main.[ext]", chunk: "part-[hash].[ext]" },
  });
  const files = await Promise.all(
    outputs.map(async (output) => {
      const name = output.path.replace(/^(\.\/|\/)+/, "");
      return [
        `/assets/${name}`,
        { text: await output.text(), type: name.endsWith(".txt") ? "text/plain" : "text/javascript" },
      ] as const;
    }),
  );
  return new Map<string, PageFile>([
    ...files,
    ["/assets/main.css", { text: await joinStyleSheets(), type: "text/css" }],
    ["/assets/look.js", { text: await buildLook(), type: "text/javascript" }],
  ]);
}

async function buildLook(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(WEB, "look-first.ts")],
    target: "browser",
    format: "iife",
  });
  return (await outputs[0]?.text()) ?? "";
}

async function api(request: Request, path: string, answer: AnswerApi): Promise<Response> {
  const text = await request.text();
  const { searchParams } = new URL(request.url);
  const answered = answer(request.method, path, text === "" ? undefined : JSON.parse(text), searchParams);
  return answered ?? refusal(404, "request.not_found");
}

export function refusal(status: number, errorCode: string): Response {
  return Response.json({ error: errorCode, errorCode, requestId: "test" }, { status });
}
