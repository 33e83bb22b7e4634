import { createModel, signal } from "@preact/signals";
import * as v from "valibot";
import { username as usernameShape } from "../../src/protocol/accounts.ts";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { FoundChannel } from "../delivery/channels/commands.ts";
import type { Person } from "../delivery/commands.ts";
import { readFailure } from "../read-failure.ts";
import { chatPath, firstMessagePath } from "../routes.ts";
import type { Conversations } from "./model.ts";

interface Wishes {
  readonly conversations: {
    readonly findPerson: (username: string) => Promise<Person>;
    readonly doChannel: Conversations["doChannel"];
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

  /** A public channel of that name. */
  const channel = signal<FoundChannel | undefined>(undefined);

  async function start(): Promise<void> {
    channel.value = undefined;
    const name = username.value.trim().replace(/^@/, "");
    asked.value = name;
    if (name === "") problem.value = "missing";
    else if (name.toLowerCase() === own?.toLowerCase()) problem.value = "yourself";
    else if (!v.is(usernameShape, name.toLowerCase())) problem.value = "not_a_name";
    else
      await attempt(async () => {
        const person = await findEither(name);
        if (!person) return undefined;
        const { username: found, conversationId } = person;
        return conversationId ? chatPath(conversationId) : firstMessagePath(found);
      });
  }

  /** One name leads to one person or one channel. */
  async function findEither(name: string): Promise<Person | undefined> {
    try {
      return await conversations.findPerson(name);
    } catch (error) {
      const { lookForChannel } = await import("../channels/look-for-channel.ts");
      channel.value = await lookForChannel(conversations, name, error);
      return undefined;
    }
  }

  const toSelf = () => attempt(async () => chatPath(await conversations.writeToSelf()));

  async function attempt(work: () => Promise<string | undefined>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    problem.value = undefined;
    try {
      const path = await work();
      if (path) found(path);
    } catch (error) {
      problem.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  }

  return { username, asked, busy, problem, channel, start, toSelf };
});
export type Search = InstanceType<typeof Search>;
