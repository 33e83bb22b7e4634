import { createModel, signal } from "@preact/signals";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import type { Person } from "../delivery/commands.ts";
import { readFailure } from "../read-failure.ts";
import { PeopleToAdd } from "./people-to-add.ts";

interface Wishes {
  readonly me: { readonly value: { readonly accountId: AccountId; readonly username: string } | undefined };
  readonly findPerson: (username: string) => Promise<Person>;
  readonly foundGroup: (
    name: string,
    usernames: readonly string[],
    channel: boolean,
  ) => Promise<ConversationId>;
  /** A private one. */
  readonly channel?: boolean;
}

/** A group that does not exist yet. */
export const GroupToFound = createModel(({ me, findPerson, foundGroup, channel = false }: Wishes) => {
  const name = signal("");
  const people = new PeopleToAdd({ find: findPerson, own: me.value?.username, inside: () => [] });
  const isNameless = signal(false);
  const busy = signal(false);
  const failure = signal<string | undefined>(undefined);

  /** Undefined when something is missing or went wrong; all that was written stays. */
  async function found(): Promise<ConversationId | undefined> {
    if (busy.value) return undefined;
    busy.value = true;
    failure.value = undefined;
    isNameless.value = name.value.trim() === "";
    try {
      const isSettled = await people.add();
      if (!isSettled || isNameless.value) return undefined;
      return await foundGroup(name.value.trim(), people.chosen.value, channel);
    } catch (error) {
      failure.value = readFailure(error);
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  return { name, people, isNameless, busy, failure, found };
});
export type GroupToFound = InstanceType<typeof GroupToFound>;
