import type { english } from "./english.ts";

type English = typeof english;
export type Key = keyof English;

type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };
export type Catalogue = { readonly [K in Key]: English[K] extends string ? string : Plural };

/** The names of the `{places}` in a sentence. */
type PlacesIn<Sentence extends string> = Sentence extends `${string}{${infer Place}}${infer Rest}`
  ? Place | PlacesIn<Rest>
  : never;
type SentenceOf<K extends Key> = English[K] extends string
  ? English[K]
  : Extract<English[K], { other: string }>["other"];
type PlacesOf<K extends Key> = PlacesIn<SentenceOf<K>>;

type Filling<Place extends string> = { readonly [P in Place]: P extends "count" ? number : string };
/** What `say(key, …)` needs besides the key: nothing, or exactly the places of that sentence. */
export type FillingOf<K extends Key> = [PlacesOf<K>] extends [never] ? [] : [Filling<PlacesOf<K>>];
