import fc from "fast-check";
import type * as v from "valibot";
import { newId } from "../protocol/ids.ts";

/** What a value may be made of besides chance: ids that exist, by their kind, and bytes that mean something. */
export interface Pool {
  readonly ids: Readonly<Record<string, readonly string[]>>;
  readonly bytes: readonly Uint8Array<ArrayBuffer>[];
}

/** What valibot keeps of a schema or of what is asked of its value besides. */
interface Node {
  readonly type: string;
  readonly pipe?: readonly Node[];
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly items?: readonly Node[];
  readonly wrapped?: Node;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly requirement?: unknown;
  readonly message?: unknown;
  readonly name?: string;
}

/** Values of a schema. `spoilt`: with here and there a member of another kind or size. */
export function arbitraryInput(schema: v.GenericSchema, pool: Pool, spoilt = false): fc.Arbitrary<unknown> {
  return partOf(schema as unknown as Node);

  function partOf(node: Node): fc.Arbitrary<unknown> {
    const fitting = fittingOf(node);
    if (!spoilt) return fitting;
    return fc.oneof({ weight: 20, arbitrary: fitting }, { weight: 1, arbitrary: WRONG });
  }

  function fittingOf(node: Node): fc.Arbitrary<unknown> {
    const [base, ...asked] = flatten(node);
    if (base === undefined) throw new Error("a schema of nothing");
    const bounds = boundsOf(asked);
    switch (base.type) {
      case "object":
      case "loose_object":
      case "strict_object":
        return recordOf(base.entries ?? {});
      case "array":
        return fc.array(partOf(known(base.item)), {
          minLength: bounds.minLength ?? 0,
          maxLength: Math.min(bounds.maxLength ?? 3, (bounds.minLength ?? 0) + 3),
        });
      case "strict_tuple":
        return fc.tuple(...(base.items ?? []).map(partOf));
      case "nullable":
        return fc.option(partOf(known(base.wrapped)));
      case "optional":
        return partOf(known(base.wrapped));
      case "union":
      case "variant":
        return fc.oneof(...(base.options as Node[]).map((one) => partOf({ ...one, pipe: [one, ...asked] })));
      case "picklist":
        return fc.constantFrom(...(base.options ?? []));
      case "literal":
        return fc.constant(base.literal);
      case "boolean":
        return fc.boolean();
      case "number":
        return fc.integer({ min: bounds.min ?? 0, max: bounds.max ?? Number.MAX_SAFE_INTEGER });
      case "string":
        return textOf(asked, bounds);
      case "instance":
        return bytesOf(asked);
      default:
        throw new Error(`no values are known of the schema ${base.type}`);
    }
  }

  function recordOf(entries: Readonly<Record<string, Node>>) {
    const members = Object.fromEntries(Object.entries(entries).map(([name, node]) => [name, partOf(node)]));
    const requiredKeys = Object.keys(entries).filter((name) => entries[name]?.type !== "optional");
    return fc.record(members, { requiredKeys });
  }

  function textOf(asked: readonly Node[], { minLength = 0, maxLength = 100 }: Bounds) {
    const brand = asked.find(({ type }) => type === "brand")?.name;
    if (brand !== undefined) {
      const ids = pool.ids[brand] ?? [];
      return fc.oneof(
        ...ids.map((id) => fc.constant(id)),
        fc.constant(0).map(() => newId<string>()),
      );
    }
    const form = asked.find(({ type }) => type === "regex")?.requirement;
    if (form instanceof RegExp && !form.unicode) return fc.stringMatching(form);
    return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) });
  }

  function bytesOf(asked: readonly Node[]) {
    const [, least = "0", most = "64"] =
      asked.map(({ message }) => /^must be (\d+) to (\d+) bytes$/.exec(String(message))).find(Boolean) ?? [];
    const [minLength, maxLength] = [Number(least), Math.min(Number(most), Number(least) + 64)];
    const fits = ({ byteLength }: Uint8Array) => byteLength >= minLength && byteLength <= Number(most);
    const meant = pool.bytes.filter(fits).map((bytes) => fc.constant(bytes));
    return fc.oneof(fc.uint8Array({ minLength, maxLength }), ...meant);
  }
}

/** The schema itself, then all that is asked of its value, however often it was piped. */
function flatten(node: Node): Node[] {
  const [inner, ...asked] = node.pipe ?? [];
  return inner === undefined ? [node] : [...flatten(inner), ...asked];
}

interface Bounds {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
}

function boundsOf(asked: readonly Node[]): Bounds {
  const found: Record<string, number> = {};
  const names: Record<string, string> = {
    min_length: "minLength",
    max_length: "maxLength",
    min_value: "min",
    max_value: "max",
  };
  for (const { type, requirement } of asked) {
    const name = names[type];
    if (name !== undefined) found[name] = Number(requirement);
  }
  return found;
}

function known(node: Node | undefined): Node {
  if (node === undefined) throw new Error("a schema without what it is of");
  return node;
}

const WRONG: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ maxDepth: 1 }),
  fc.constantFrom(
    "x".repeat(20_000),
    "\u0000",
    "\ud800",
    -1,
    1.5,
    2 ** 53,
    Number.NaN,
    null,
    [],
    Array(2_000).fill(0),
  ),
  fc.constant(0).map(() => new Uint8Array(600_000)),
);
