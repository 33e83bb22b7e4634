import { expect, test } from "bun:test";

const WEB = `${import.meta.dir}/../..`;
const tokens = await Bun.file(`${import.meta.dir}/tokens.css`).text();

async function sheets(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const path of new Bun.Glob("**/*.css").scan({ cwd: WEB }))
    found.set(path, await Bun.file(`${WEB}/${path}`).text());
  return found;
}

type Oklch = readonly [lightness: number, chroma: number, hue: number];

function colour(name: string, theme: "light" | "dark", sheet = tokens): Oklch {
  const declared = sheet.match(new RegExp(`--${name}: (?:light-dark\\()?(.+)\\)?;`))?.[1] ?? "";
  const found = [...declared.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)/g)];
  const [, l, c, h] = found[theme === "dark" && found.length > 1 ? 1 : 0] ?? [];
  if (l === undefined) throw new Error(`no colour --${name}`);
  return [Number(l), Number(c), Number(h)];
}

/** Relative luminance (WCAG 2.2) of an OKLCH colour, by way of linear sRGB. */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(Math.max(value, 0), 1);
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(front: Oklch, back: Oklch): number {
  const [light, dark] = [luminance(front), luminance(back)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["surface", "surface-raised", "surface-sunken", "hover", "chosen"];
const PEOPLE = Array.from({ length: 8 }, (_, index) => `person-${index + 1}`);
const TEXT: [string, string[]][] = [
  ["text", [...GROUNDS, "bubble-mine", "bubble-theirs", "attention-surface"]],
  ["text-quiet", [...GROUNDS, "bubble-theirs"]],
  ["bubble-mine-quiet", ["bubble-mine"]],
  ["accent-strong", [...GROUNDS, "bubble-mine", "bubble-theirs", "attention-surface"]],
  ["accent-text", ["accent-strong", "accent-press"]],
  ["danger", GROUNDS],
  ["danger-text", ["danger-fill"]],
  ["person-text", PEOPLE],
  ["ink", ["paper"]],
];
const CONTROLS: [string, string[]][] = [
  ["control-line", ["surface", "surface-raised", "surface-sunken"]],
  ["focus", GROUNDS],
  ["accent", ["surface", "surface-sunken"]],
  ["danger", ["bubble-mine"]],
];

for (const theme of ["light", "dark"] as const) {
  test(`text stands out at least 4.5 to 1 in ${theme}`, () => {
    for (const [front, backs] of TEXT)
      for (const back of backs)
        expect([front, back, contrast(colour(front, theme), colour(back, theme))]).toSatisfy(
          (seen) => Number(seen[2]) >= 4.5,
        );
  });

  test(`controls stand out at least 3 to 1 in ${theme}`, () => {
    for (const [front, backs] of CONTROLS)
      for (const back of backs)
        expect([front, back, contrast(colour(front, theme), colour(back, theme))]).toSatisfy(
          (seen) => Number(seen[2]) >= 3,
        );
  });
}

test("black on white is 21 to 1 by this arithmetic", () => {
  expect(contrast([0, 0, 0], [1, 0, 0])).toBeCloseTo(21, 1);
});

test("style sheets know start and end, never left and right", async () => {
  for (const [path, sheet] of await sheets()) {
    const found = sheet.replace(/safe-area-inset-(left|right)/g, "").match(/\b(left|right)\b/g);
    expect([path, found]).toEqual([path, null]);
  }
});

test("colours are written in tokens.css and nowhere else", async () => {
  for (const [path, sheet] of await sheets())
    if (!path.endsWith("tokens.css"))
      expect([path, sheet.match(/#[0-9a-f]{3,8}\b|oklch\(|rgb\(|hsl\(/gi)]).toEqual([path, null]);
});

test("every token is used and every used token exists", async () => {
  const all = [...(await sheets()).values()].join("\n");
  const declared = new Set([...tokens.matchAll(/^\s+--([\w-]+):/gm)].map(([, name]) => name));
  const used = new Set([...all.matchAll(/var\(--([\w-]+)/g)].map(([, name]) => name));
  expect([...used].filter((name) => !declared.has(name))).toEqual([]);
  expect([...declared].filter((name) => !used.has(name)).sort()).toEqual([]);
});

test("main.css brings in every style sheet", async () => {
  const main = await Bun.file(`${WEB}/main.css`).text();
  for (const path of (await sheets()).keys()) if (path !== "main.css") expect(main).toContain(`"./${path}"`);
});
