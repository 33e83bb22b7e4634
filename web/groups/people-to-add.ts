import { createModel, signal } from "@preact/signals";
import * as v from "valibot";
import { username as usernameShape } from "../../src/protocol/accounts.ts";
import type { Person } from "../delivery/commands.ts";
import { readFailure } from "../read-failure.ts";

interface Wishes {
  readonly find: (username: string) => Promise<Person>;
  readonly own: string | undefined;
  /** The usernames of those who are in already. */
  readonly inside: () => readonly string[];
}

/** People by exact username, each looked up as they are named. */
export const PeopleToAdd = createModel(({ find, own, inside }: Wishes) => {
  const typed = signal("");
  const chosen = signal<readonly string[]>([]);
  const asked = signal("");
  const busy = signal(false);
  /** A code, "not_a_name", "yourself" or "inside". */
  const problem = signal<string | undefined>(undefined);
  let looking: Promise<boolean> | undefined;

  /** True when nothing that was typed is left over: nobody who was named is forgotten. */
  function add(): Promise<boolean> {
    looking ??= lookUp().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function lookUp(): Promise<boolean> {
    const name = typed.value.trim().replace(/^@/, "").toLowerCase();
    asked.value = name;
    problem.value = undefined;
    if (name === "") return true;
    problem.value = findFault(name);
    if (problem.value !== undefined) return false;
    busy.value = true;
    try {
      const { username } = await find(name);
      if (!chosen.value.includes(username)) chosen.value = [...chosen.value, username];
      typed.value = "";
    } catch (error) {
      problem.value = readFailure(error);
    } finally {
      busy.value = false;
    }
    return problem.value === undefined;
  }

  function findFault(name: string): string | undefined {
    if (name === own?.toLowerCase()) return "yourself";
    if (inside().includes(name)) return "inside";
    return v.is(usernameShape, name) ? undefined : "not_a_name";
  }

  function leaveOut(username: string): void {
    chosen.value = chosen.value.filter((one) => one !== username);
  }

  return { typed, chosen, asked, busy, problem, add, leaveOut };
});
export type PeopleToAdd = InstanceType<typeof PeopleToAdd>;
