import { createModel, signal } from "@preact/signals";
import * as v from "valibot";
import { username as usernameShape } from "../../src/protocol/accounts.ts";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { Person } from "../delivery/patches.ts";
import { readFailure } from "../read-failure.ts";
import { chatPath, firstMessagePath } from "../routes.ts";

interface Wishes {
  readonly conversations: {
    readonly findPerson: (username: string) => Promise<Person>;
    readonly writeToSelf: () => Promise<ConversationId>;
  };
  readonly own: string | undefined;
  readonly found: (path: string) => void;
}

/** Finding the person to write to by their exact name. */
export const Search = createModel(({ conversations, own, found }: Wishes) => {
  const username = signal("");
  const asked = signal("");
  const busy = signal(false);
  /** A code, "missing", "not_a_name" or "yourself". */
  const problem = signal<string | undefined>(undefined);

  async function start(): Promise<void> {
    const name = username.value.trim().replace(/^@/, "");
    asked.value = name;
    if (name === "") problem.value = "missing";
    else if (name.toLowerCase() === own?.toLowerCase()) problem.value = "yourself";
    else if (!v.is(usernameShape, name.toLowerCase())) problem.value = "not_a_name";
    else
      await attempt(async () => {
        const { username: found, conversationId } = await conversations.findPerson(name);
        return conversationId ? chatPath(conversationId) : firstMessagePath(found);
      });
  }

  const toSelf = () => attempt(async () => chatPath(await conversations.writeToSelf()));

  async function attempt(work: () => Promise<string>): Promise<void> {
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
