import { join } from "node:path";

/** One module of the web as a page of its own, bundled as for browsers; `asked` tells what the page fetched. */
export async function serveBundle(entry: string) {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, entry)],
    target: "browser",
    splitting: true,
    naming: { entry: "main.[ext]", chunk: "[name]-[hash].[ext]" },
  });
  const files = new Map(outputs.map((output) => [`/${output.path.replace(/^\.?\//, "")}`, output]));
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "localhost",
    fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      if (pathname === "/") return new Response(PAGE, { headers: { "content-type": "text/html" } });
      const file = files.get(pathname);
      return file
        ? new Response(file, { headers: { "content-type": "text/javascript" } })
        : new Response("", { status: 404 });
    },
  });
  return { url: server.url.href, asked, stop: () => server.stop(true) };
}

const PAGE = '<!doctype html><script type="module" src="/main.js"></script>';
