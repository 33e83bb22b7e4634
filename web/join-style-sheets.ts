import { dirname, join } from "node:path";

const IMPORT = /^@import "(.+)";$/gm;
const COMMENT = /\/\*[\s\S]*?\*\//g;

/**
 * All style sheets that web/main.css imports, in its order, as one text for browsers as they are.
 * Bun's own bundler rewrites logical properties by the page's language, which is wrong for a text whose
 * direction is its own, and light-dark() into variables; therefore it does not get to see them.
 */
export async function joinStyleSheets(): Promise<string> {
  const main = join(import.meta.dir, "main.css");
  const order = [...(await Bun.file(main).text()).matchAll(IMPORT)].map(([, path]) =>
    join(dirname(main), path ?? ""),
  );
  const sheets = await Promise.all(order.map((path) => Bun.file(path).text()));
  return squeeze(sheets.join("\n"));
}

function squeeze(sheet: string): string {
  return sheet
    .replace(COMMENT, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .trim();
}
