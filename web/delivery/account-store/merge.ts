import { same } from "../inbox/pins.ts";
import { areSame, type Content, type Fields, inOrder, type Mirrored } from "./shapes.ts";

export interface Sides<Name extends Mirrored> {
  /** What both knew last. */
  readonly agreed: Fields<Name>;
  readonly mine: Content<Name>;
  readonly theirs: Content<Name>;
}

type Value = unknown;
type Settle = (sides: { readonly agreed: Value; readonly mine: Value; readonly theirs: Value }) => Value;

/** Where both changed the same field and it is not the later change that counts. */
const SETTLED: Readonly<Record<string, Settle>> = {
  // Whoever was blocked on either device stays so, however the clocks stand; letting them in again takes one more word.
  "people/standing": ({ mine, theirs }) =>
    theirs === "blocked" ? theirs : mine === "blocked" ? mine : undefined,
  "drafts/text": ({ mine, theirs }) => (lengthOf(mine) >= lengthOf(theirs) ? mine : theirs),
  "profiles/profile": ({ mine, theirs }) =>
    versionOf(mine) === versionOf(theirs) ? undefined : versionOf(mine) > versionOf(theirs) ? mine : theirs,
  "pins/pin": ({ mine, theirs }) => mergePins(mine as Pin, theirs as Pin),
};

/** Whichever device has come further, or knows more, whoever changed it. */
const ALWAYS: Readonly<Record<string, Settle>> = {
  readUpTo: ({ mine, theirs }) => Math.max(Number(mine ?? 0), Number(theirs ?? 0)) || undefined,
  about: ({ mine, theirs }) => (placeOf(mine) > placeOf(theirs) ? mine : theirs),
  links: ({ agreed, mine, theirs }) => mergeLinks(agreed as Links, mine as Links, theirs as Links),
};

/** Field by field: who alone changed one is right; where both did, the later change counts. The same on every device. */
export function merge<Name extends Mirrored>(
  store: Name,
  { agreed, mine, theirs }: Sides<Name>,
): Fields<Name> {
  const [base, here, there]: Readonly<Record<string, Value>>[] = [agreed, mine.fields, theirs.fields];
  const isMineLater = mine.at > theirs.at;
  const names = new Set([...Object.keys(here ?? {}), ...Object.keys(there ?? {})]);
  const merged: Record<string, Value> = {};
  for (const field of names) {
    const sides = { agreed: base?.[field], mine: here?.[field], theirs: there?.[field] };
    merged[field] = settle(`${store}/${field}`, field, sides, isMineLater);
  }
  return inOrder(store, merged as Fields<Name>);
}

function settle(place: string, field: string, sides: Parameters<Settle>[0], isMineLater: boolean): Value {
  const always = ALWAYS[field];
  if (always) return always(sides);
  const { agreed, mine, theirs } = sides;
  if (areSame(mine, theirs) || areSame(mine, agreed)) return theirs;
  if (areSame(theirs, agreed)) return mine;
  return SETTLED[place]?.(sides) ?? (isMineLater ? mine : theirs);
}

type Pin = Fields<"pins">["pin"];
type Links = Fields<"conversations">["links"];

/** The root of the first stays; of the same root, who was made sure of stays so. */
function mergePins(mine: Pin, theirs: Pin): Pin {
  if (!mine || !theirs) return mine ?? theirs;
  if (!same(mine.root, theirs.root)) return theirs;
  const seenAt = Math.min(mine.seenAt, theirs.seenAt);
  const verified = mine.verified ?? theirs.verified;
  return { ...theirs, seenAt, firstUse: mine.firstUse && theirs.firstUse, ...(verified ? { verified } : {}) };
}

/** What either has, but for what one of them has dropped. */
function mergeLinks(agreed: Links = [], mine: Links = [], theirs: Links = []): Links {
  const has = (links: NonNullable<Links>, key: Uint8Array) =>
    links.some(({ publicKey }) => same(publicKey, key));
  const all = [...theirs, ...mine.filter(({ publicKey }) => !has(theirs, publicKey))];
  const kept = all.filter(
    ({ publicKey }) => !has(agreed, publicKey) || (has(mine, publicKey) && has(theirs, publicKey)),
  );
  return kept.length > 0 ? kept.slice(-64) : undefined;
}

function lengthOf(text: Value): number {
  return typeof text === "string" ? text.length : 0;
}

function versionOf(profile: Value): number {
  return (profile as Fields<"profiles">["profile"])?.version ?? 0;
}

function placeOf(about: Value): number {
  return (about as Fields<"conversations">["about"])?.upTo ?? 0;
}
