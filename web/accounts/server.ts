import { createModel, signal } from "@preact/signals";
import type * as v from "valibot";
import { describeServer, type Me, whoAmI } from "../../src/protocol/accounts.ts";
import type { Call } from "../delivery/platform/api.ts";
import { readFailure } from "../read-failure.ts";

export type ServerDescription = v.InferOutput<typeof describeServer.output>;

/** What a page before sign-in asks first: which server this is, and whether the person is signed in. */
export const Server = createModel((call: Call) => {
  const description = signal<ServerDescription | undefined>(undefined);
  const me = signal<Me | null | undefined>(undefined);
  const failure = signal<string | undefined>(undefined);

  async function ask(): Promise<void> {
    failure.value = undefined;
    try {
      const [about, who] = await Promise.all([call(describeServer, {}), call(whoAmI, {})]);
      description.value = about;
      me.value = who.me;
    } catch (error) {
      failure.value = readFailure(error);
    }
  }

  function signedIn(now: Me): void {
    me.value = now;
  }

  /** The session ended: who is there has to be asked anew. */
  function signedOut(): void {
    me.value = undefined;
  }

  return { description, me, failure, ask, signedIn, signedOut };
});
export type Server = InstanceType<typeof Server>;
