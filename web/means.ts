import type { Messenger } from "./delivery/commands.ts";
import type { Call } from "./delivery/platform/api.ts";

/** What the views are opened from; the tests hand in others. */
export interface Means {
  readonly call: Call;
  readonly openMessenger: () => Promise<Messenger>;
  readonly build: string;
}
