import { signal } from "@preact/signals";
import { html } from "htm/preact";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { learnWords, type PartOfWords, say } from "../languages/language.ts";
import { Button } from "./button.ts";
import { Alert, Waiting } from "./notice.ts";

/**
 * A part of the app that is fetched when it is first wanted: what nobody needs for reading and writing does not
 * make them wait. The service worker has fetched it by then, also for those who are offline. With it come the words
 * that only it says.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  ...words: readonly PartOfWords[]
): ComponentType<Props> {
  const part = signal<{ kind: "unloaded" | "failed" } | { kind: "loaded"; Part: ComponentType<Props> }>({
    kind: "unloaded",
  });
  const fetch = async () => {
    try {
      const [Part] = await Promise.all([load(), learnWords(...words)]);
      part.value = { kind: "loaded", Part };
    } catch {
      part.value = { kind: "failed" };
    }
  };
  return function Later(props: Props) {
    const now = part.value;
    useEffect(() => {
      if (now.kind === "unloaded") void fetch();
    }, []);
    if (now.kind === "loaded") return html`<${now.Part} ...${props} />`;
    if (now.kind === "unloaded") return html`<${Waiting} text=${say("app.opening")} />`;
    return html`<div class="notice">
      <${Alert} text=${`${say("app.part_missing")}. ${say("app.part_missing_text")}`} />
      <${Button} label=${say("do.try_again")} onPress=${fetch} />
    </div>`;
  };
}
