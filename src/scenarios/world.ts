import { type Headless, type HeadlessOptions, openHeadless } from "../../web/headless.ts";
import type { Config } from "../config/config.ts";
import { createInvite } from "../protocol/accounts.ts";
import { type Dialect, dialects } from "../testing/dialects.ts";
import { PASSWORD, setUpOwner } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

/** A real server over real HTTP and sockets, and people with the real client. */
export interface World {
  readonly test: TestApp;
  /** Somebody new; or, with `again`, somebody known in another browser. */
  person(how?: PersonOptions): Promise<Headless>;
  stop(): Promise<void>;
}

type PersonOptions = Pick<HeadlessOptions, "dataFile" | "through"> & { readonly again?: string };

/** `config`: of the server, where the story is about it. */
export function worlds(config: Partial<Config> = {}): { name: Dialect; open: () => Promise<World> }[] {
  return dialects.map((dialect) => ({ name: dialect, open: () => openWorld(dialect, config) }));
}

/** People come one by one: everybody here has the same address, and registrations from one are limited. */
const BETWEEN_REGISTRATIONS = 20_000;

async function openWorld(dialect: Dialect, config: Partial<Config>): Promise<World> {
  return openWorldOn(await openTestApp({ dialect, config }));
}

export async function openWorldOn(test: TestApp): Promise<World> {
  const owner = await setUpOwner(test);
  const { output } = await test.call(createInvite, { uses: 1000 }, owner);
  let people = 0;
  return {
    test,
    async person({ again, ...how } = {}) {
      people += 1;
      test.clock.advance(BETWEEN_REGISTRATIONS);
      const entrance = again
        ? ({ kind: "sign_in" } as const)
        : ({ kind: "register", inviteCode: output.code } as const);
      const username = again ?? `person${people}`;
      return openHeadless({ server: test.origin, username, password: PASSWORD, entrance, ...how });
    },
    stop: () => test.close(),
  };
}
