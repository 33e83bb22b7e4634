import { html } from "htm/preact";
import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { later } from "./later.ts";

interface Props {
  /** What is drawn: as soon as it is another, it is tried again. */
  of: unknown;
  /** Stands in its place; else a notice does. */
  instead?: ComponentChildren;
  children?: ComponentChildren;
}

const Broken = later<{ again: () => void }>(async () => (await import("./broken.ts")).Broken, "instead");

/** One part that cannot be drawn does not take the others along. */
export function Guarded({ of, instead, children }: Props) {
  const [failure, again] = useErrorBoundary((cause) => reportError(cause));
  useEffect(() => {
    if (failure !== undefined) again();
  }, [of]);
  if (failure === undefined) return children;
  return instead ?? html`<${Broken} again=${again} />`;
}
