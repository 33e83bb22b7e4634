import type { Command } from "../commands.ts";
import type { Patch } from "../patches.ts";

/** What the page says to its worker. */
export type ToWorker =
  | { readonly t: "do"; readonly id: number; readonly command: Command }
  /** Send the current state again: somebody new listens. */
  | { readonly t: "state" }
  | { readonly t: "wake" };

export type FromWorker =
  | { readonly t: "done"; readonly id: number; readonly result: unknown }
  | { readonly t: "failed"; readonly id: number; readonly code: string }
  | { readonly t: "patch"; readonly patch: Patch };
