import { createModel, signal } from "@preact/signals";
import type { ConversationId } from "../../src/protocol/ids.ts";
import { readFailure } from "../read-failure.ts";

interface Wishes {
  readonly conversations: {
    readonly writeTo: (username: string) => Promise<ConversationId>;
    readonly writeToSelf: () => Promise<ConversationId>;
  };
  readonly own: string | undefined;
  readonly found: (id: ConversationId) => void;
}

/** Finding the person to write to by their exact name. */
export const Search = createModel(({ conversations, own, found }: Wishes) => {
  const username = signal("");
  const asked = signal("");
  const busy = signal(false);
  /** A code, "missing" or "yourself". */
  const problem = signal<string | undefined>(undefined);

  async function start(): Promise<void> {
    const name = username.value.trim().replace(/^@/, "");
    asked.value = name;
    if (name === "") problem.value = "missing";
    else if (name.toLowerCase() === own?.toLowerCase()) problem.value = "yourself";
    else await attempt(() => conversations.writeTo(name));
  }

  const toSelf = () => attempt(conversations.writeToSelf);

  async function attempt(work: () => Promise<ConversationId>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    problem.value = undefined;
    try {
      found(await work());
    } catch (error) {
      problem.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  }

  return { username, asked, busy, problem, start, toSelf };
});
export type Search = InstanceType<typeof Search>;
