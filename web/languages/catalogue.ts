import type { english as archive } from "./archive/english.ts";
import type { english as attachments } from "./attachments/english.ts";
import type { english as begin } from "./begin/english.ts";
import type { english as changes } from "./changes/english.ts";
import type { english as channels } from "./channels/english.ts";
import type { english as chat } from "./chat/english.ts";
import type { english as communities } from "./communities/english.ts";
import type { english as deeds } from "./deeds/english.ts";
import type { english as details } from "./details/english.ts";
import type { english as devices } from "./devices/english.ts";
import type { english as emoji } from "./emoji/english.ts";
import type { english } from "./english.ts";
import type { english as exporting } from "./export/english.ts";
import type { english as groups } from "./groups/english.ts";
import type { english as instead } from "./instead/english.ts";
import type { english as links } from "./links/english.ts";
import type { english as polls } from "./polls/english.ts";
import type { english as reports } from "./reports/english.ts";
import type { english as safety } from "./safety/english.ts";
import type { english as search } from "./search/english.ts";
import type { english as settings } from "./settings/english.ts";
import type { english as several } from "./several/english.ts";
import type { english as writing } from "./writing/english.ts";

type English = typeof english &
  typeof archive &
  typeof attachments &
  typeof begin &
  typeof changes &
  typeof channels &
  typeof chat &
  typeof communities &
  typeof deeds &
  typeof details &
  typeof devices &
  typeof emoji &
  typeof exporting &
  typeof groups &
  typeof instead &
  typeof links &
  typeof polls &
  typeof reports &
  typeof safety &
  typeof search &
  typeof several &
  typeof settings &
  typeof writing;
export type Key = keyof English;

export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };
export type PartOf<Words> = { readonly [K in keyof Words]: Words[K] extends string ? string : Plural };
/** What is there from the first; the parts come with what says them. */
export type Catalogue = PartOf<typeof english>;

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
