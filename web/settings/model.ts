import { createModel, signal } from "@preact/signals";
import { createInvite, type Invite, listInvites, revokeInvite } from "../../src/protocol/accounts.ts";
import type { InviteId } from "../../src/protocol/ids.ts";
import type { Means } from "../means.ts";
import { readFailure } from "../read-failure.ts";

interface Account {
  readonly signOut: () => Promise<unknown>;
}

/** Signing out, and the invites of those who may make them. */
export const Settings = createModel((means: Means, account: Account) => {
  const build = signal(means.build);
  const invites = signal<readonly Invite[] | undefined>(undefined);
  const invitesFailed = signal(false);
  /** The link of the invite made last: shown once, then nowhere. */
  const link = signal<string | undefined>(undefined);
  const busy = signal<"creating" | "revoking" | "signing_out" | undefined>(undefined);
  const failure = signal<string | undefined>(undefined);

  async function loadInvites(): Promise<void> {
    invitesFailed.value = false;
    try {
      invites.value = (await means.call(listInvites, {})).invites;
    } catch (error) {
      failure.value = readFailure(error);
      invitesFailed.value = true;
    }
  }

  async function attempt(
    name: "creating" | "revoking" | "signing_out",
    work: () => Promise<void>,
  ): Promise<void> {
    if (busy.value) return;
    busy.value = name;
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = undefined;
    }
  }

  const create = () =>
    attempt("creating", async () => {
      const made = await means.call(createInvite, {});
      link.value = `${location.origin}/invite/${made.code}`;
      invites.value = [made.invite, ...(invites.value ?? [])];
    });

  const revoke = (inviteId: InviteId) =>
    attempt("revoking", async () => {
      await means.call(revokeInvite, { inviteId });
      await loadInvites();
    });

  const signOut = () =>
    attempt("signing_out", async () => {
      await account.signOut();
    });

  function forgetLink(): void {
    link.value = undefined;
  }

  return {
    build,
    invites,
    invitesFailed,
    link,
    busy,
    failure,
    loadInvites,
    create,
    revoke,
    signOut,
    forgetLink,
  };
});
export type Settings = InstanceType<typeof Settings>;
